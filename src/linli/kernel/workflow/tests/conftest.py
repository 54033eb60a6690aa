# SPDX-License-Identifier: MulanPSL-2.0
"""The small city on a Friday afternoon, with the base pack in force."""

from types import SimpleNamespace

from linli.config.testing.kept import kept_fixtures
from linli.kernel.workflow.factories import FRIDAY, base_pack, small_city


def _city_make() -> SimpleNamespace:
    base_pack()
    return small_city()


kept, city = kept_fixtures(_city_make, FRIDAY)
