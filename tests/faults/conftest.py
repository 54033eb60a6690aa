# SPDX-License-Identifier: MulanPSL-2.0
"""A city whose rows every process sees, and partners that report to it."""

import datetime as dt
from collections.abc import Iterator

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.access import services as access
from linli.kernel.places import lookup
from tests.stories.conftest import LESHAN, City, city_make

PARTNERS = 4


@pytest.fixture
def city(transactional_db: None) -> Iterator[City]:
    """One city; the tables are emptied afterwards."""
    del transactional_db
    lookup.forget()
    yield city_make(LESHAN)
    lookup.forget()


@pytest.fixture
def tokens(city: City) -> list[str]:
    """What partners' systems report with."""
    account = city.accounts["role:security_administrator"]
    access.grant_give(actor=SYSTEM, account=account, role="security_administrator", place=city.top)
    security = city.actor("role:security_administrator")
    found = []
    for number in range(PARTNERS):
        grant = access.partner_open(
            actor=security,
            username=f"hub-{number}",
            role="dispatcher",
            place=city.places["subdistrict"],
        )
        issued = access.token_issue(
            actor=security,
            grant=grant,
            label="城市中枢",
            scopes=["appeals.view", "appeals.register_for"],
            ends_on=clock.today() + dt.timedelta(days=30),
            is_acting=False,
        )
        found.append(issued.text)
    return found
