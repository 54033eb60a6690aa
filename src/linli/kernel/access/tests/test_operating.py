# SPDX-License-Identifier: MulanPSL-2.0
"""Operator sessions: a reason, an hour at most, a second person's yes, and nothing personal."""

import datetime as dt
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from time_machine import travel

from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.config.testing.together import at_once, codes
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.access.models import OperatorSession
from linli.kernel.access.operating import account_closed
from linli.kernel.access.selectors import (
    actor_for,
    operator_permissions,
    operator_sessions_visible,
)
from linli.kernel.access.terms import Event, OperatorKind, OperatorState, Perm, Verb
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

REASON = "大屏上的数停了，要看是哪一张表"
MINUTE = dt.timedelta(minutes=1)


def holder(place: Place, *permissions: str, administrator: str = "") -> Account:
    """Somebody who holds these permissions at a place."""
    key = f"role_{administrator or permissions[0].partition('.')[2]}"
    role = role_define(key, permissions)
    role.body |= {"administrator": administrator or None}
    role.save()
    grant = GrantFactory.create(role=key, place=place, administrator=administrator)
    account: Account = grant.account
    return account


@pytest.fixture
def town() -> SimpleNamespace:
    """Who asks, two who may say yes, and who is told."""
    tree = city_tree()
    tree.account = holder(tree.city, Perm.ASK_OPERATOR)
    tree.asker = proven(tree.account)
    tree.first, tree.second = (
        proven(holder(tree.city, Perm.APPROVE_OPERATOR, Perm.VIEW_OPERATOR)) for _ in range(2)
    )
    tree.auditor = holder(tree.city, Perm.VIEW_OPERATOR, administrator="audit")
    return tree


def ask(town: SimpleNamespace, **more: Any) -> OperatorSession:
    """Ask for half an hour."""
    given = {"place": town.district, "kind": OperatorKind.LOOK, "reason": REASON, "minutes": 30}
    return access.operator_ask(actor=town.asker, **(given | more))


def running(town: SimpleNamespace, **more: Any) -> OperatorSession:
    """One that runs."""
    return access.operator_approve(actor=town.first, session=ask(town, **more))


def now_of(town: SimpleNamespace) -> Actor:
    """Who asked, as the next request finds them."""
    return proven(town.account)


def test_nothing_holds_before_a_second_person_has_said_yes(town: SimpleNamespace) -> None:
    session = ask(town)
    assert now_of(town).operation is None
    access.operator_approve(actor=town.first, session=session)
    actor = now_of(town)
    assert actor.operation is not None
    assert (actor.operation.id, actor.operation.reason) == (session.pk, REASON)
    assert access.may(actor, "places.view", at=town.community)
    assert access.may(actor, Perm.ASK_OPERATOR, at=town.city)  # what they held they hold on
    assert not access.may(actor, "places.view", at=town.city)
    assert not access.may(actor, "places.edit", at=town.district)


def test_it_is_recorded_and_announced_at_each_turn(town: SimpleNamespace) -> None:
    session = running(town)
    access.operator_end(actor=town.asker, session=session)
    rows = AuditRecord.objects.filter(verb__startswith="access.operator").order_by("seq")
    assert [(row.verb, row.actor_id) for row in rows] == [
        (Verb.OPERATOR_ASKED, town.account.pk),
        (Verb.OPERATOR_STARTED, town.first.account_id),
        (Verb.OPERATOR_ENDED, town.account.pk),
    ]
    assert rows[0].reason == REASON
    assert rows[0].detail == {"account": town.account.pk, "kind": "look", "minutes": 30}
    names = [Event.OPERATOR_ASKED, Event.OPERATOR_STARTED, Event.OPERATOR_ENDED]
    told = EventRow.objects.filter(name__startswith="access.operator").order_by("pk")
    assert [(row.name, row.payload) for row in told] == [
        (name, {"session_id": session.pk}) for name in names
    ]


def test_it_ends_by_itself_to_the_minute(town: SimpleNamespace) -> None:
    start = timezone.now()
    with travel(start, tick=False) as time:
        session = running(town, minutes=60)
        time.shift(60 * MINUTE - dt.timedelta(seconds=1))
        assert now_of(town).operation is not None
        assert access.operator_sessions_end(actor=SYSTEM) == 0
        time.shift(1)
        actor = now_of(town)
        assert (actor.operation, access.may(actor, "places.view", at=town.district).allowed) == (
            None,
            False,
        )
        time.shift(5 * MINUTE)
        assert access.operator_sessions_end(actor=SYSTEM) == 1
        assert access.operator_sessions_end(actor=SYSTEM) == 0
    session.refresh_from_db()
    assert (session.state, session.ended_at) == (OperatorState.ENDED, start + 60 * MINUTE)


@pytest.mark.parametrize("who", ["asker", "first", "second"])
def test_either_ends_it_at_once(town: SimpleNamespace, who: str) -> None:
    session = running(town)
    access.operator_end(actor=getattr(town, who), session=session)
    assert now_of(town).operation is None
    with pytest.raises(Conflict):
        access.operator_end(actor=town.asker, session=session)


def test_nobody_else_ends_it(town: SimpleNamespace) -> None:
    session = running(town)
    with pytest.raises(Forbidden):
        access.operator_end(actor=proven(town.auditor), session=session)
    with pytest.raises(Forbidden):
        access.operator_sessions_end(actor=town.first)


@pytest.mark.parametrize(("reason", "minutes"), [(" ", 30), (REASON, 0), (REASON, 61)])
def test_it_takes_a_reason_and_an_hour_at_most(
    town: SimpleNamespace, reason: str, minutes: int
) -> None:
    with pytest.raises(Invalid):
        ask(town, reason=reason, minutes=minutes)


def test_who_may_not_ask_or_is_not_proven_does_not(town: SimpleNamespace) -> None:
    with pytest.raises(Forbidden):
        access.operator_ask(
            actor=town.first,
            place=town.city,
            kind=OperatorKind.LOOK,
            reason=REASON,
            minutes=5,
        )
    town.asker = actor_for(town.account)
    with pytest.raises(Unproven):
        ask(town)


def test_where_nobody_would_be_told_none_is_asked_for(town: SimpleNamespace) -> None:
    accounts.account_close(actor=SYSTEM, account=town.auditor)
    with pytest.raises(Conflict):
        ask(town)


def test_the_second_person_is_another_who_may_and_is_proven(town: SimpleNamespace) -> None:
    session = ask(town)
    own = GrantFactory.create(role="role_approve_operator", account=town.account, place=town.city)
    with pytest.raises(Forbidden):
        access.operator_approve(actor=proven(own.account), session=session)
    with pytest.raises(Forbidden):
        access.operator_approve(actor=proven(town.auditor), session=session)
    unproven = actor_for(Account.objects.get(pk=town.first.account_id))
    with pytest.raises(Unproven):
        access.operator_approve(actor=unproven, session=session)
    session.refresh_from_db()
    assert session.state == OperatorState.ASKED


def test_a_no_takes_a_reason_and_is_told(town: SimpleNamespace) -> None:
    session = ask(town)
    with pytest.raises(Invalid):
        access.operator_decline(actor=town.first, session=session, reason=" ")
    access.operator_decline(actor=town.first, session=session, reason="夜里再看")
    assert now_of(town).operation is None
    with pytest.raises(Conflict):
        access.operator_approve(actor=town.second, session=session)
    assert AuditRecord.objects.latest("seq").verb == Verb.OPERATOR_DECLINED


def test_a_second_one_waits_until_the_first_is_over(town: SimpleNamespace) -> None:
    with travel(timezone.now(), tick=False) as time:
        running(town)
        with pytest.raises(Conflict):
            ask(town)
        time.shift(31 * MINUTE)
        town.asker = now_of(town)
        assert ask(town).state == OperatorState.ASKED
    assert OperatorSession.objects.count() == 2


def test_a_yes_that_comes_a_day_later_comes_too_late(town: SimpleNamespace) -> None:
    with travel(timezone.now(), tick=False) as time:
        session = ask(town)
        time.shift(dt.timedelta(hours=24, seconds=1))
        late = proven(Account.objects.get(pk=town.first.account_id))
        with pytest.raises(Conflict):
            access.operator_approve(actor=late, session=session)
        assert access.operator_sessions_end(actor=SYSTEM) == 1


def test_whoever_is_closed_or_may_ask_no_more_gets_none(town: SimpleNamespace) -> None:
    session = ask(town)
    town.account.grants.update(ends_on=dt.date(2020, 1, 2))
    with pytest.raises(Conflict):
        access.operator_approve(actor=town.first, session=session)
    access.operator_end(actor=town.first, session=session)
    town.account.grants.update(ends_on=None)
    session = running(town)
    accounts.account_close(actor=SYSTEM, account=town.account)
    town.account.refresh_from_db()
    assert now_of(town).account_id is None
    account_closed({})
    session.refresh_from_db()
    assert session.state == OperatorState.ENDED


def test_nothing_personal_opens_in_it(town: SimpleNamespace) -> None:
    access.prove_twice(now_of(town))
    running(town)
    with pytest.raises(Conflict, match="运维会话"):
        access.prove_twice(now_of(town))


def test_it_carries_looks_and_to_repair_a_little_more() -> None:
    looks, repairs = (operator_permissions(kind) for kind in OperatorKind)
    assert {"appeals.view", "workflow.view_matter", "places.view"} <= looks
    assert repairs - looks == {"workflow.reassign", "health.retry_job"}
    closed = ("people.", "access.", "accounts.", "audit.", "exchange.")
    assert not [each for each in looks | repairs if each.startswith(closed)]


def test_who_sees_them(town: SimpleNamespace) -> None:
    session = running(town, place=town.subdistrict)
    stranger = proven(holder(town.other_subdistrict, Perm.ASK_OPERATOR, Perm.VIEW_OPERATOR))
    for actor in (town.asker, town.first, proven(town.auditor)):
        assert list(operator_sessions_visible(actor=actor)) == [session]
    assert not operator_sessions_visible(actor=stranger).exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"minutes": 61},
        {"minutes": 0},
        {"decided_by": "own"},
        {"state": "running", "starts_at": None},
        {"state": "running", "decided_by": None},
    ],
)
def test_the_database_itself_refuses_what_never_may_be(
    town: SimpleNamespace, changed: dict[str, Any]
) -> None:
    session = running(town)
    if changed.get("decided_by") == "own":
        changed = {"decided_by": town.account}
    with pytest.raises(IntegrityError), transaction.atomic():
        OperatorSession.objects.filter(pk=session.pk).update(**changed)


def test_pages_are_recorded_for_operators_alone(town: SimpleNamespace) -> None:
    access.operator_page(actor=town.asker, method="GET", address="/console/")
    session = running(town)
    access.operator_page(actor=now_of(town), method="GET", address="/console/?13800132046")
    row = AuditRecord.objects.get(verb=Verb.OPERATOR_PAGE)
    assert (row.subject_kind, row.subject_key) == ("access.operatorsession", str(session.pk))
    assert "13800132046" not in str(row.detail)
    assert row.place_path == town.district.path


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_yes_at_once_one_is_told_that_it_was_decided(town: SimpleNamespace) -> None:
    yes = partial(access.operator_approve, session=ask(town))
    found = at_once(partial(yes, actor=town.first), partial(yes, actor=town.second))
    assert codes(found) == ["done", "operator_decided"]
    assert AuditRecord.objects.filter(verb=Verb.OPERATOR_STARTED).count() == 1
