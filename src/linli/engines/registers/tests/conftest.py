# SPDX-License-Identifier: MulanPSL-2.0
"""A small city with two registers and those who keep them."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import Actor
from linli.engines.registers.factories import CONTRACT, OFFICER, register_define
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.workflow.factories import FRIDAY


def somebody(role: str, place: Place) -> Actor:
    """Who holds a role at a place."""
    return proven(GrantFactory.create(role=role, place=place).account)


def town_made() -> SimpleNamespace:
    """A city's tree; `clerk` keeps registers in the first community, `other_clerk` in the second,
    `leader` sees those of the subdistrict.
    """
    found = city_tree()
    people = ("people.view_person", "people.register_person", "people.open_personal")
    role_define("community_clerk", ["registers.view", *people])
    role_define("leader", ["registers.view"])
    role_define("care_worker", people)
    register_define("contract", CONTRACT)
    register_define("officer", OFFICER)
    found.clerk = somebody("community_clerk", found.community)
    found.other_clerk = somebody("community_clerk", found.other_community)
    found.leader = somebody("leader", found.subdistrict)
    role_define("linker", ["people.link_account"])
    found.linker = somebody("linker", found.community)
    return found


@pytest.fixture
def town(db: None) -> Iterator[SimpleNamespace]:
    """That city on a Friday."""
    with clock.at(FRIDAY):
        yield town_made()


@pytest.fixture
def far_town(town: SimpleNamespace) -> Place:
    """A community of another city in the same database."""
    del town
    far: Place = city_tree("419900", "秋水市", lon=110.0).community
    return far
