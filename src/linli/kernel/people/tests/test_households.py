# SPDX-License-Identifier: MulanPSL-2.0
"""Households and who belongs to them."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.people import households, selectors
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.terms import MemberRole, Perm, Verb
from linli.kernel.places.factories import PlaceFactory, city_tree
from linli.kernel.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SimpleNamespace:
    """A small city."""
    return city_tree()


@pytest.fixture
def dwelling(city: SimpleNamespace) -> Place:
    """A flat in its first grid."""
    return PlaceFactory.create(parent=city.grid, level="dwelling", name="301")


def clerk(path: str) -> Actor:
    """Somebody who keeps households at a place."""
    permissions = frozenset({Perm.VIEW, Perm.REGISTER})
    return Actor(kind=ActorKind.ACCOUNT, grants=(Held("clerk", path, None, permissions),))


def test_a_household_has_members_and_gives_them_a_home(
    city: SimpleNamespace, dwelling: Place
) -> None:
    actor = clerk(city.community.path)
    household = households.household_register(actor=actor, dwelling=dwelling)
    head, child = PersonFactory.create(place=city.grid), PersonFactory.create(place=city.grid)
    assert selectors.home_of(head) == city.grid
    households.member_add(actor=actor, household=household, person=child, role=MemberRole.CHILD)
    households.member_add(actor=actor, household=household, person=head, role=MemberRole.HEAD)
    assert [member.person for member in selectors.members_of(household)] == [head, child]
    assert selectors.home_of(head) == dwelling
    assert selectors.households_at(actor=actor, dwelling=dwelling) == [household]
    verbs = list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == [Verb.HOUSEHOLD_REGISTERED, Verb.MEMBER_ADDED, Verb.MEMBER_ADDED]
    assert Event.objects.filter(payload={"household_id": household.pk}).count() == 3


def test_somebody_who_left_lives_there_no_more(city: SimpleNamespace, dwelling: Place) -> None:
    household = households.household_register(actor=SYSTEM, dwelling=dwelling)
    person = PersonFactory.create(place=city.grid)
    came = clock.today() - dt.timedelta(days=30)
    member = households.member_add(actor=SYSTEM, household=household, person=person, starts_on=came)
    yesterday = clock.today() - dt.timedelta(days=1)
    with pytest.raises(Invalid):
        households.member_leave(actor=SYSTEM, member=member, ends_on=came - dt.timedelta(days=1))
    households.member_leave(actor=clerk(city.grid.path), member=member, ends_on=yesterday)
    assert selectors.members_of(household) == []
    assert [each.person for each in selectors.members_of(household, on=yesterday)] == [person]
    assert selectors.home_of(person) == city.grid
    assert AuditRecord.objects.order_by("-seq")[0].detail == {"person_id": person.pk}
    with pytest.raises(Conflict):
        households.member_leave(actor=SYSTEM, member=member)
    households.member_add(actor=SYSTEM, household=household, person=person)
    assert len(selectors.members_of(household)) == 1


def test_nobody_is_in_a_household_twice(dwelling: Place) -> None:
    household = households.household_register(actor=SYSTEM, dwelling=dwelling)
    person = PersonFactory.create()
    households.member_add(actor=SYSTEM, household=household, person=person)
    with pytest.raises(Conflict):
        households.member_add(actor=SYSTEM, household=household, person=person)


def test_a_clerk_of_another_place_neither_writes_nor_sees(
    city: SimpleNamespace, dwelling: Place
) -> None:
    elsewhere = clerk(city.other_community.path)
    household = households.household_register(actor=SYSTEM, dwelling=dwelling)
    member = households.member_add(actor=SYSTEM, household=household, person=PersonFactory.create())
    with pytest.raises(Forbidden):
        households.household_register(actor=elsewhere, dwelling=dwelling)
    with pytest.raises(Forbidden):
        households.member_add(actor=elsewhere, household=household, person=PersonFactory.create())
    with pytest.raises(Forbidden):
        households.member_leave(actor=elsewhere, member=member)
    assert selectors.households_at(actor=elsewhere, dwelling=dwelling) == []
    assert AuditRecord.objects.count() == 2
