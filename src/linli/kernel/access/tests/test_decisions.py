# SPDX-License-Identifier: MulanPSL-2.0
"""Who an actor is, and whom a procedure means by a role."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, ActorKind
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.terms import Perm
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.places.factories import city_tree
from linli.kernel.places.terms import Perm as PlacesPerm
from linli.kernel.units.factories import MembershipFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what `people` tells about the person behind an account."""
    monkeypatch.setattr(access.person_resolver, "ask", None)


@pytest.mark.usefixtures("nobody_knows")
def test_an_actor_is_made_in_two_queries(django_assert_num_queries: Any) -> None:
    tree = city_tree()
    role_define("clerk", [PlacesPerm.VIEW])
    account = AccountFactory.create()
    for place in (tree.grid, tree.other_grid, tree.city):
        GrantFactory.create(account=account, role="clerk", place=place)
    membership = MembershipFactory.create(account=account)
    first = access.actor_for(account, "request-1")
    with django_assert_num_queries(2):
        actor = access.actor_for(account, "request-1")
    assert actor == first
    assert (actor.kind, actor.account_id, actor.request_id) == (
        ActorKind.ACCOUNT,
        account.pk,
        "request-1",
    )
    assert actor.unit_ids == (membership.unit_id,)
    assert {held.role for held in actor.grants} == {"clerk"}
    assert (actor.name_key_id, actor.label) == (account.name_key_id, account.username)


def test_a_closed_account_is_nobody() -> None:
    account = AccountFactory.create(is_active=False)
    assert access.actor_for(account).kind is ActorKind.ANONYMOUS


def test_grants_and_memberships_hold_from_their_first_day_to_their_last() -> None:
    tree = city_tree()
    role_define("clerk", [PlacesPerm.VIEW])
    grant = GrantFactory.create(
        role="clerk", place=tree.city, starts_on=dt.date(2026, 3, 2), ends_on=dt.date(2026, 3, 4)
    )
    MembershipFactory.create(
        account=grant.account, starts_on=dt.date(2026, 3, 2), ends_on=dt.date(2026, 3, 4)
    )
    held = {}
    for day in (1, 2, 4, 5):
        with clock.at(dt.datetime(2026, 3, day, 4, tzinfo=dt.UTC)):
            actor = access.actor_for(grant.account)
            held[day] = (bool(access.may(actor, PlacesPerm.VIEW, tree.grid)), len(actor.unit_ids))
    assert held == {1: (False, 0), 2: (True, 1), 4: (True, 1), 5: (False, 0)}


def test_the_nearest_definition_of_a_role_is_the_one_that_counts() -> None:
    tree, other = city_tree(), city_tree("529900", "别的市", lon=110.0)
    role_define("clerk", [PlacesPerm.VIEW])
    role_define("clerk", [PlacesPerm.VIEW, PlacesPerm.EDIT], place_path=tree.city.path)
    account = AccountFactory.create()
    for place in (tree.grid, other.grid):
        GrantFactory.create(account=account, role="clerk", place=place)
    actor = access.actor_for(account)
    assert actor.reach(PlacesPerm.EDIT) == (tree.grid.path,)
    assert actor.reach(PlacesPerm.VIEW) == (tree.grid.path, other.grid.path)
    role_define("clerk", [], place_path=tree.city.path, starts_on=dt.date(2020, 1, 2))
    assert access.actor_for(account).reach(PlacesPerm.EDIT) == ()


def test_a_role_that_nobody_defines_permits_nothing_but_is_held() -> None:
    tree = city_tree()
    grant = GrantFactory.create(role="forgotten", place=tree.city)
    actor = access.actor_for(grant.account)
    assert not access.may_anywhere(actor, PlacesPerm.VIEW)
    assert access.holds(actor, "forgotten", tree.grid)


@pytest.mark.usefixtures("nobody_knows")
def test_the_person_behind_an_account_is_told_from_above() -> None:
    account = AccountFactory.create()
    other = AccountFactory.create(username="郭来娣")
    named = {account.pk: Account.objects.filter(pk=other.pk).values_list("pk", "username")}
    access.person_resolver.register(lambda account_id: named[account_id])
    actor = access.actor_for(account)
    assert (actor.person_id, actor.label) == (other.pk, "郭来娣")


@pytest.mark.parametrize(
    ("granted_at", "where", "expected"),
    [
        ("grid", None, True),
        ("subdistrict", None, True),
        ("other_grid", None, False),
        ("grid", "own", True),
        ("community", "own", False),
        ("grid", "above", False),
        ("community", "above", True),
        ("city", "above", True),
        ("district", "district", True),
        ("city", "district", False),
        ("subdistrict", "district", False),
        ("other_subdistrict", "any", True),
        ("city", "any", True),
        ("city", "building", False),
    ],
)
def test_a_role_is_held_where_the_procedure_says(
    granted_at: str, where: str | None, expected: bool
) -> None:
    tree = city_tree()
    grant = GrantFactory.create(role="leader", place=getattr(tree, granted_at))
    actor = access.actor_for(grant.account)
    assert access.holds(actor, "leader", tree.grid, where) is expected
    assert not access.holds(actor, "clerk", tree.grid, where)
    found = access.accounts_holding("leader", tree.grid, where)
    assert found == ([grant.account_id] if expected else [])


def test_anywhere_means_anywhere_in_the_pack_and_never_in_another_city() -> None:
    tree, other = city_tree(), city_tree("529900", "别的市", lon=110.0)
    role_define("leader", place_path=tree.district.path)
    elsewhere = GrantFactory.create(role="leader", place=other.city)
    above = GrantFactory.create(role="leader", place=tree.city)
    inside = GrantFactory.create(role="leader", place=tree.other_subdistrict)
    held = [
        access.holds(access.actor_for(grant.account), "leader", tree.grid, "any")
        for grant in (elsewhere, above, inside)
    ]
    assert held == [False, False, True]
    assert access.accounts_holding("leader", tree.grid, "any") == [inside.account_id]


def test_a_role_of_a_unit_is_held_by_grant_within_it_or_by_membership() -> None:
    tree = city_tree()
    police = UnitFactory.create(key="police", place=tree.district)
    housing = UnitFactory.create(key="housing", place=tree.district)
    within = GrantFactory.create(role="handler", place=tree.district, unit=police)
    member = GrantFactory.create(role="handler", place=tree.district)
    MembershipFactory.create(account=member.account, unit=police)
    far = GrantFactory.create(role="handler", place=tree.other_subdistrict)
    MembershipFactory.create(account=far.account, unit=police)
    plain = GrantFactory.create(role="handler", place=tree.district)
    accounts = [grant.account for grant in (within, member, far, plain)]
    actors = [access.actor_for(account) for account in accounts]
    assert [
        access.holds(actor, "handler", tree.grid, unit_ids=[police.pk]) for actor in actors
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert not any(
        access.holds(actor, "handler", tree.grid, unit_ids=[housing.pk]) for actor in actors
    )
    assert not any(access.holds(actor, "handler", tree.grid, unit_ids=[]) for actor in actors)
    found = access.accounts_holding("handler", tree.grid, unit_id=police.pk)
    assert found == [within.account_id, member.account_id]


def test_a_closed_account_is_asked_for_nothing() -> None:
    tree = city_tree()
    grant = GrantFactory.create(role="leader", place=tree.city)
    grant.account.is_active = False
    grant.account.save()
    assert access.accounts_holding("leader", tree.grid) == []


def test_the_words_that_are_no_roles_are_known() -> None:
    tree = city_tree()
    resident = access.actor_for(AccountFactory.create())
    words = ("anyone", "resident", "system", "leader")
    answers = {
        name: [access.holds(actor, word, tree.grid) for word in words]
        for name, actor in (("public", ANONYMOUS), ("resident", resident), ("system", SYSTEM))
    }
    assert answers == {
        "public": [True, False, False, False],
        "resident": [True, True, False, False],
        "system": [True, False, True, False],
    }


def test_a_refusal_says_why_in_the_readers_language() -> None:
    tree = city_tree()
    role_define("keeper", [Perm.GRANT])
    grant = GrantFactory.create(role="keeper", place=tree.community)
    keeper = access.actor_for(grant.account)
    with translation.override("zh-hans"):
        public = str(access.may(ANONYMOUS, Perm.GRANT, tree.city).reason)
        elsewhere = str(access.may(keeper, Perm.GRANT, tree.city).reason)
        never = str(access.may(keeper, Perm.BLOCK, tree.city).reason)
    assert public == "请先登录。"
    assert elsewhere == "您可以做这件事，但不在这个地方。"
    assert never == "您的角色不包含这一项：管理滥用名单。"
