# SPDX-License-Identifier: MulanPSL-2.0
"""Three administrators who are never one person, roles that take two, and proofs that are fresh."""

import datetime as dt
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, Proof
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.config.testing.together import at_once, codes
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.access.models import Definition, Grant
from linli.kernel.access.terms import Event, Perm, Verb
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

YESTERDAY = dt.timedelta(days=1)


def role(key: str, administrator: str = "", *, sensitive: bool = False) -> None:
    """A role of one of the three administrators."""
    row: Definition = role_define(key, [Perm.VIEW, Perm.GRANT])
    row.body |= {"administrator": administrator or None, "sensitive": sensitive}
    row.save()


@pytest.fixture
def city() -> SimpleNamespace:
    """Two who give roles, and the three sorts of administrators."""
    tree = city_tree()
    role("giver")
    role("runs", "system")
    role("guards", "security")
    role("trusted", sensitive=True)
    tree.first, tree.second = (giver(tree.city) for _ in range(2))
    return tree


def giver(place: Place) -> Actor:
    """Somebody who gives roles, come in a moment ago."""
    return proven(GrantFactory.create(role="giver", place=place).account)


def test_nobody_becomes_two_administrators_by_the_service(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    access.grant_give(actor=city.first, account=account, role="runs", place=city.city)
    with pytest.raises(Conflict, match="三种管理员"):
        access.grant_give(actor=city.first, account=account, role="guards", place=city.district)
    access.grant_give(actor=city.first, account=account, role="runs", place=city.district)
    assert Grant.objects.filter(account=account).count() == 2


def test_nor_by_sql(city: SimpleNamespace) -> None:
    held = GrantFactory.create(role="runs", place=city.city, administrator="system")
    second = {"account": held.account, "place": city.city, "administrator": "security"}
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantFactory.create(role="guards", **second)
    later = GrantFactory.create(role="giver", account=held.account, place=city.city)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=later.pk).update(administrator="audit")


def test_one_after_the_other_is_allowed(city: SimpleNamespace) -> None:
    today = clock.today()
    over = today - YESTERDAY
    held = GrantFactory.create(role="runs", place=city.city, administrator="system", ends_on=over)
    access.grant_give(actor=city.first, account=held.account, role="guards", place=city.city)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=held.pk).update(ends_on=None)
    Grant.objects.filter(pk=held.pk).update(ends_on=over - YESTERDAY)


def test_a_role_taken_back_on_its_first_day_never_held(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    given = access.grant_give(actor=city.first, account=account, role="runs", place=city.city)
    access.grant_end(actor=city.first, grant=given)
    access.grant_give(actor=city.first, account=account, role="guards", place=city.city)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_are_not_made_at_one_moment(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    give = partial(access.grant_give, account=account, place=city.city)
    found = at_once(
        partial(give, actor=city.first, role="runs"),
        partial(give, actor=city.second, role="guards"),
    )
    assert codes(found) == ["administrators_apart", "done"]
    assert Grant.objects.filter(account=account).count() == 1


def test_a_sensitive_role_holds_only_after_a_second_yes(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    grant = access.grant_give(actor=city.first, account=account, role="trusted", place=city.city)
    assert grant.is_waiting
    assert access.actor_for(account).grants == ()
    assert access.accounts_holding("trusted", city.city) == []
    assert EventRow.objects.get().name == Event.GRANT_ASKED
    access.grant_approve(actor=city.second, grant=grant)
    assert access.actor_for(account).grants[0].role == "trusted"
    verbs = AuditRecord.objects.order_by("seq").values_list("verb", "actor_id")
    assert list(verbs) == [
        (Verb.GRANT_ASKED, city.first.account_id),
        (Verb.GRANT_APPROVED, city.second.account_id),
    ]


def test_neither_who_gave_it_nor_who_gets_it_is_the_second(city: SimpleNamespace) -> None:
    getter = giver(city.city)
    account = GrantFactory.create(role="giver", place=city.district).account
    grant = access.grant_give(actor=city.first, account=account, role="trusted", place=city.city)
    with pytest.raises(Forbidden):
        access.grant_approve(actor=city.first, grant=grant)
    Grant.objects.filter(pk=grant.pk).update(account_id=getter.account_id)
    with pytest.raises(Forbidden):
        access.grant_approve(actor=getter, grant=grant)
    with pytest.raises(Forbidden):
        access.grant_approve(actor=giver(city.subdistrict), grant=grant)
    with pytest.raises(Unproven):
        access.grant_approve(actor=replace(city.second, proof=Proof()), grant=grant)


def test_a_no_needs_a_reason_and_is_the_end_of_it(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    grant = access.grant_give(actor=city.first, account=account, role="trusted", place=city.city)
    with pytest.raises(Invalid):
        access.grant_decline(actor=city.second, grant=grant, reason=" ")
    access.grant_decline(actor=city.second, grant=grant, reason="没有岗位调整文件")
    assert AuditRecord.objects.latest("seq").reason == "没有岗位调整文件"
    with pytest.raises(Conflict):
        access.grant_approve(actor=city.second, grant=grant)
    assert access.actor_for(account).grants == ()


def test_the_platform_itself_gives_a_sensitive_role_at_once(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    grant = access.grant_give(actor=SYSTEM, account=account, role="trusted", place=city.city)
    assert not grant.is_waiting


def test_roles_are_given_only_with_a_fresh_proof(city: SimpleNamespace) -> None:
    account = AccountFactory.create()
    how = {"account": account, "role": "giver", "place": city.city}
    old = Proof(timezone.now() - dt.timedelta(minutes=16), has_second_factor=True)
    for proof in (Proof(), old):
        with pytest.raises(Unproven):
            access.grant_give(actor=replace(city.first, proof=proof), **how)
    grant = access.grant_give(actor=city.first, **how)
    with pytest.raises(Unproven):
        access.grant_end(actor=replace(city.first, proof=old), grant=grant)


def test_what_is_personal_needs_a_second_factor() -> None:
    actor = proven(AccountFactory.create())
    access.prove_twice(actor)
    access.prove_twice(SYSTEM)
    with pytest.raises(Unproven) as refused:
        access.prove_twice(replace(actor, proof=Proof(timezone.now())))
    assert refused.value.code == "second_factor"
