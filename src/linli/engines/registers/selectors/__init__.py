# SPDX-License-Identifier: MulanPSL-2.0
"""Reading registers."""

from linli.engines.registers.selectors.coverage import CoverageRow, Covered, coverage
from linli.engines.registers.selectors.narrowing import Asked, records_narrowed
from linli.engines.registers.selectors.overview import Line, overview, sees
from linli.engines.registers.selectors.records import (
    is_sealed,
    may_open,
    may_write,
    may_write_below,
    places_writable,
    record_get,
    records_at,
    records_pointing,
    records_visible,
    values_of,
)
from linli.engines.registers.selectors.registers import (
    Register,
    register_find,
    registers_in_force,
)
from linli.engines.registers.selectors.showing import (
    Shown,
    Words,
    record_lined,
    records_lined,
    revisions_of,
)

__all__ = [
    "Asked",
    "CoverageRow",
    "Covered",
    "Line",
    "Register",
    "Shown",
    "Words",
    "coverage",
    "is_sealed",
    "may_open",
    "may_write",
    "may_write_below",
    "overview",
    "places_writable",
    "record_get",
    "record_lined",
    "records_at",
    "records_lined",
    "records_narrowed",
    "records_pointing",
    "records_visible",
    "register_find",
    "registers_in_force",
    "revisions_of",
    "sees",
    "values_of",
]
