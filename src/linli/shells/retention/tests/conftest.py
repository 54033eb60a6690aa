# SPDX-License-Identifier: MulanPSL-2.0
"""One city with its security administrator and its auditor."""

from types import SimpleNamespace

from linli.config.testing.kept import kept_fixtures
from linli.kernel.workflow.factories import FRIDAY, base_pack, small_city
from linli.shells.places.tests.towns import staff


def town_make() -> SimpleNamespace:
    """A town with everybody who may read or set how long rows are kept, and one who may not."""
    base_pack()
    town = small_city()
    town.security = staff("security_administrator", town.city, name="方远")
    town.auditor = staff("auditor", town.city, name="顾文静")
    town.system = staff("system_administrator", town.city, name="白露")
    return town


kept, town = kept_fixtures(town_make, FRIDAY)
