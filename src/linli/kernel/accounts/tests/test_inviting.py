# SPDX-License-Identifier: MulanPSL-2.0
"""Invitations: works, wrong place, wrong state, what it recorded."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone
from time_machine import travel

from linli.base.actor import SYSTEM, Actor, ActorKind, Held, Proof
from linli.base.errors import Conflict, Forbidden, Invalid, Refused, Unproven
from linli.kernel.accounts import inviting, services
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Invitation
from linli.kernel.accounts.terms import Perm, Verb
from linli.kernel.audit.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HERE, ELSEWHERE = "51/5101/", "52/"
PASSWORD = "梧桐里-4-rain"


def keeper(path: str = HERE) -> Actor:
    """Somebody who looks after accounts at a place, come in a moment ago."""
    held = Held("keeper", path, None, frozenset({Perm.MANAGE}))
    account = AccountFactory.create()
    proof = Proof(timezone.now())
    return Actor(ActorKind.ACCOUNT, account_id=account.pk, grants=(held,), proof=proof)


def test_its_holder_sets_a_password_once() -> None:
    account, actor = AccountFactory.create(place_path=HERE), keeper()
    code = inviting.invitation_give(actor=actor, account=account)
    assert code not in str(Invitation.objects.values_list().get())
    inviting.invitation_use(code=code, password=PASSWORD)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    with pytest.raises(Refused):
        inviting.invitation_use(code=code, password=PASSWORD + "2")
    rows = AuditRecord.objects.order_by("seq").values_list("verb", "actor_id")
    given, used = (Verb.INVITATION_GIVEN, actor.account_id), (Verb.PASSWORD_SET, account.pk)
    assert list(rows) == [given, used]


def test_a_weak_password_leaves_the_invitation_as_it_was() -> None:
    account = AccountFactory.create(place_path=HERE)
    code = inviting.invitation_give(actor=keeper(), account=account)
    for weak in ("short-1A", "1234567890", "aaaaaaaaaaaa", account.username + "A1"):
        with pytest.raises(Invalid):
            inviting.invitation_use(code=code, password=weak)
    inviting.invitation_use(code=code, password="一整句话也可以当作密码来用而且很好记")


def test_a_new_one_ends_the_one_before_and_the_password() -> None:
    account = AccountFactory.create(place_path=HERE)
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    first = inviting.invitation_give(actor=keeper(), account=account)
    second = inviting.invitation_give(actor=keeper(), account=account)
    account.refresh_from_db()
    assert not account.has_usable_password()
    assert inviting.invitation_find(first) is None
    assert inviting.invitation_find(second) is not None


def test_it_serves_for_a_week_and_never_a_closed_account() -> None:
    account = AccountFactory.create(place_path=HERE)
    code = inviting.invitation_give(actor=keeper(), account=account)
    with travel(timezone.now() + dt.timedelta(days=7, minutes=1)):
        assert inviting.invitation_find(code) is None
    services.account_close(actor=SYSTEM, account=account)
    assert inviting.invitation_find(code) is None
    account.refresh_from_db()
    with pytest.raises(Conflict):
        inviting.invitation_give(actor=keeper(), account=account)


def test_only_who_looks_after_the_account_and_has_shown_who_they_are() -> None:
    account = AccountFactory.create(place_path=HERE)
    with pytest.raises(Forbidden):
        inviting.invitation_give(actor=keeper(ELSEWHERE), account=account)
    with pytest.raises(Unproven):
        inviting.invitation_give(actor=replace(keeper(), proof=Proof()), account=account)
