# SPDX-License-Identifier: MulanPSL-2.0
"""Which unit does the work of one that was merged or closed."""

from linli.base import clock
from linli.kernel.units.models import Unit
from linli.kernel.units.selectors import unit_for, unit_now


def unit_after(unit: Unit) -> Unit | None:
    """The unit that does this one's work today: itself, its successor, else the same sort of unit
    above, else its parent."""
    if unit.ends_on is None or clock.today() <= unit.ends_on:
        return unit
    return unit_now(unit) or unit_for(unit.key, unit.place) or unit.parent
