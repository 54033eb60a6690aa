# SPDX-License-Identifier: MulanPSL-2.0
"""Giving and ending grants: works, wrong place, wrong state, what it recorded."""

import datetime as dt

import pytest

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access import selectors
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.access.models import Grant
from linli.kernel.access.terms import Event, GrantSource, Perm, Verb
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.units.factories import UnitFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)


def administrator(place: Place) -> Actor:
    role_define("administrator", [Perm.GRANT, Perm.VIEW])
    return proven(GrantFactory.create(role="administrator", place=place).account)


def test_a_role_is_given_recorded_and_announced() -> None:
    tree = city_tree()
    role_define("clerk", at=["community"])
    account = AccountFactory.create()
    unit = UnitFactory.create(place=tree.community)
    actor = administrator(tree.district)
    with clock.at(NOW):
        grant = access.grant_give(
            actor=actor, account=account, role="clerk", place=tree.community, unit=unit
        )
        again = access.grant_give(
            actor=actor, account=account, role="clerk", place=tree.community, unit=unit
        )
    assert grant == again
    assert (grant.starts_on, grant.ends_on, grant.source) == (dt.date(2026, 3, 10), None, "hand")
    row = AuditRecord.objects.get()
    assert (row.verb, row.place_path, row.actor_id) == (
        Verb.GRANT_GIVEN,
        tree.community.path,
        actor.account_id,
    )
    assert row.detail["account"] == account.pk
    told = EventRow.objects.get()
    assert (told.name, told.payload) == (
        Event.GRANT_GIVEN,
        {"account_id": account.pk, "role": "clerk"},
    )
    assert list(selectors.grants_of(account.pk)) == [grant]


@pytest.mark.parametrize("held_at", ["community", "other_subdistrict", None])
def test_a_role_is_not_given_outside_ones_own_places(held_at: str | None) -> None:
    tree = city_tree()
    role_define("clerk", at=["subdistrict"])
    actor = administrator(getattr(tree, held_at)) if held_at else ANONYMOUS
    account = AccountFactory.create()
    with pytest.raises(Forbidden):
        access.grant_give(actor=actor, account=account, role="clerk", place=tree.subdistrict)
    assert not Grant.objects.filter(account=account).exists()


def test_nobody_gives_a_role_to_themselves() -> None:
    tree = city_tree()
    actor = administrator(tree.city)
    account = Grant.objects.get().account
    with pytest.raises(Forbidden) as refused:
        access.grant_give(actor=actor, account=account, role="administrator", place=tree.city)
    assert refused.value.code == "grant_to_self"


@pytest.mark.parametrize(
    ("role", "level", "code"),
    [("nonsense", "community", "grant_role"), ("clerk", "subdistrict", "grant_level")],
)
def test_a_role_is_given_only_where_it_is_defined_and_at_its_level(
    role: str, level: str, code: str
) -> None:
    tree = city_tree()
    role_define("clerk", at=["community"])
    with pytest.raises(Invalid) as refused:
        access.grant_give(
            actor=SYSTEM, account=AccountFactory.create(), role=role, place=getattr(tree, level)
        )
    assert refused.value.code == code


def test_dates_and_ended_units_are_checked() -> None:
    tree = city_tree()
    role_define("clerk")
    gone = UnitFactory.create(place=tree.city, ends_on=dt.date(2020, 1, 1))
    account = AccountFactory.create()
    with pytest.raises(Invalid):
        access.grant_give(actor=SYSTEM, account=account, role="clerk", place=tree.city, unit=gone)
    with pytest.raises(Invalid):
        access.grant_give(
            actor=SYSTEM,
            account=account,
            role="clerk",
            place=tree.city,
            starts_on=dt.date(2026, 2, 2),
            ends_on=dt.date(2026, 2, 1),
        )
    assert not Grant.objects.exists()


@pytest.mark.parametrize(("first", "second"), [("auditor", "treasurer"), ("treasurer", "auditor")])
def test_roles_that_never_go_together_are_not_given_to_one_person_at_one_place(
    first: str, second: str
) -> None:
    tree = city_tree()
    role_define("auditor", not_with=["treasurer"])
    role_define("treasurer")
    account = AccountFactory.create()
    access.grant_give(
        actor=SYSTEM,
        account=account,
        role=first,
        place=tree.city,
        starts_on=dt.date(2026, 1, 1),
        ends_on=dt.date(2026, 1, 31),
    )
    with pytest.raises(Conflict) as refused:
        access.grant_give(
            actor=SYSTEM,
            account=account,
            role=second,
            place=tree.city,
            starts_on=dt.date(2026, 1, 31),
        )
    assert refused.value.code == "grant_not_with"
    assert first in str(refused.value)
    access.grant_give(actor=SYSTEM, account=account, role=second, place=tree.district)
    access.grant_give(
        actor=SYSTEM, account=account, role=second, place=tree.city, starts_on=dt.date(2026, 2, 1)
    )


def test_a_role_is_ended_at_once_and_recorded() -> None:
    tree = city_tree()
    role_define("clerk", [Perm.VIEW])
    actor = administrator(tree.city)
    grant = GrantFactory.create(role="clerk", place=tree.community)
    with clock.at(NOW):
        access.grant_end(actor=actor, grant=grant, reason="调离")
        assert not access.may_anywhere(proven(grant.account), Perm.VIEW)
        with pytest.raises(Conflict):
            access.grant_end(actor=actor, grant=grant)
    row = AuditRecord.objects.get()
    assert (row.verb, row.reason, row.detail["to"]) == (Verb.GRANT_ENDED, "调离", "2026-03-09")
    assert EventRow.objects.get().name == Event.GRANT_ENDED


def test_a_role_given_by_mistake_is_taken_back_on_the_same_day() -> None:
    tree = city_tree()
    role_define("clerk", [Perm.VIEW])
    account = AccountFactory.create()
    with clock.at(NOW):
        grant = access.grant_give(actor=SYSTEM, account=account, role="clerk", place=tree.city)
        access.grant_end(actor=SYSTEM, grant=grant)
        assert proven(account).grants == ()


def test_a_role_ends_on_a_day_to_come() -> None:
    tree = city_tree()
    grant = GrantFactory.create(role="clerk", place=tree.city)
    with clock.at(NOW):
        access.grant_end(actor=SYSTEM, grant=grant, on=dt.date(2026, 3, 31))
    grant.refresh_from_db()
    assert grant.ends_on == dt.date(2026, 3, 31)


def test_a_role_that_comes_with_a_post_ends_with_the_post() -> None:
    tree = city_tree()
    grant = GrantFactory.create(
        role="clerk", place=tree.city, source=GrantSource.RECORD, source_key="1"
    )
    with pytest.raises(Conflict) as refused:
        access.grant_end(actor=SYSTEM, grant=grant)
    assert refused.value.code == "grant_of_post"
    access.grant_end(actor=SYSTEM, grant=grant, source=GrantSource.RECORD)
    assert Grant.objects.get().ends_on is not None


def test_nobody_ends_a_role_outside_their_own_places() -> None:
    tree = city_tree()
    actor = administrator(tree.other_community)
    grant = GrantFactory.create(role="clerk", place=tree.community)
    with pytest.raises(Forbidden):
        access.grant_end(actor=actor, grant=grant)
    grant.refresh_from_db()
    assert grant.ends_on is None


def test_grants_are_listed_at_ones_own_places_only() -> None:
    tree, other = city_tree(), city_tree("529900", "别的市", lon=110.0)
    actor = administrator(tree.community)
    mine = GrantFactory.create(role="clerk", place=tree.grid)
    GrantFactory.create(role="clerk", place=tree.other_community)
    GrantFactory.create(role="clerk", place=other.grid)
    found = selectors.grants_visible(actor=actor)
    assert [grant.role for grant in found] == ["administrator", "clerk"]
    assert mine in found
    assert not selectors.grants_visible(actor=ANONYMOUS).exists()


def test_roles_are_offered_by_place_and_level() -> None:
    tree = city_tree()
    role_define("clerk", at=["community"])
    role_define("leader", at=["district"])
    role_define("local", at=["community"], place_path=tree.city.path)
    assert {row.key for row in selectors.roles_in_force(tree.grid.path, "community")} == {
        "clerk",
        "local",
    }
    assert {row.key for row in selectors.roles_in_force("529900/")} == {"clerk", "leader"}
