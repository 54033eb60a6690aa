# SPDX-License-Identifier: MulanPSL-2.0
"""Operator sessions: nobody is superuser; who serves the machine is let in for an hour at most, by
a second person, under the eyes of the audit administrators (docs/decisions/0034).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.kernel.access.decisions import may, require
from linli.kernel.access.models import LONGEST_OPERATION, OperatorSession
from linli.kernel.access.selectors import (
    actor_for,
    administrators_over,
    operator_sessions_open,
)
from linli.kernel.access.terms import (
    Administrator,
    Event,
    OperatorKind,
    OperatorState,
    Perm,
    Verb,
)
from linli.kernel.accounts.proof import prove
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places.models import Place

ASKED_FOR = dt.timedelta(days=1)
"""How long a yes is waited for: what was urgent yesterday is asked for anew."""


@transaction.atomic
def operator_ask(
    *, actor: Actor, place: Place, kind: OperatorKind, reason: str, minutes: int
) -> OperatorSession:
    """Ask to see for a while what staff see at a place and below; it begins with a second person's
    yes.

    Raises Forbidden, Unproven, Invalid without a reason or for more than an hour, Conflict while
    another one is open or where no audit administrator would be told.
    """
    require(actor, Perm.ASK_OPERATOR, at=place)
    prove(actor)
    _ensure_told(reason, minutes)
    if not administrators_over(place, Administrator.AUDIT):
        message = _("No audit administrator looks after this place: nobody would be told.")
        raise Conflict(message, code="operator_unwatched")
    for each in operator_sessions_open(actor.account_id):
        if _is_over(each):
            _end(SYSTEM, each)
    session = OperatorSession(place=place, kind=kind, reason=reason.strip(), minutes=minutes)
    session.account_id, session.asked_at = _own_id(actor), timezone.now()
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        message = _("You have asked for one already, or one runs.")
        raise Conflict(message, code="operator_open") from error
    _record(actor, session, Verb.OPERATOR_ASKED, Event.OPERATOR_ASKED, reason=session.reason)
    return session


@transaction.atomic
def operator_approve(*, actor: Actor, session: OperatorSession) -> OperatorSession:
    """Say yes: it runs from now on, for as long as was asked.

    Raises Forbidden, also for who asked, Unproven, and Conflict if it waits no more or who asked
    may not ask any more.
    """
    kept = _waiting(actor, session)
    if not may(actor_for(kept.account), Perm.ASK_OPERATOR, at=kept.place):
        message = _("Whoever asked may not ask any more.")
        raise Conflict(message, code="operator_gone")
    kept.state, kept.decided_by_id = OperatorState.RUNNING, actor.account_id
    kept.starts_at = timezone.now()
    kept.save()
    _record(actor, kept, Verb.OPERATOR_STARTED, Event.OPERATOR_STARTED)
    return kept


@transaction.atomic
def operator_decline(*, actor: Actor, session: OperatorSession, reason: str) -> OperatorSession:
    """Say no. Raises as `operator_approve`, and Invalid without a reason."""
    kept = _waiting(actor, session)
    if not reason.strip():
        message = _("Say why not; whoever asked will read it.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    kept.state, kept.decided_by_id = OperatorState.DECLINED, actor.account_id
    kept.ended_at = timezone.now()
    kept.save()
    _record(actor, kept, Verb.OPERATOR_DECLINED, Event.OPERATOR_ENDED, reason=reason.strip())
    return kept


@transaction.atomic
def operator_end(*, actor: Actor, session: OperatorSession) -> OperatorSession:
    """End it at once, or take back what was asked: who asked, or who may approve.

    Raises Forbidden, and Conflict if it is over.
    """
    if actor.account_id != session.account_id:
        require(actor, Perm.APPROVE_OPERATOR, at=session.place)
    kept = lock(session)
    if kept.state not in (OperatorState.ASKED, OperatorState.RUNNING):
        raise Conflict(_("It is over already."), code="operator_over")
    return _end(actor, kept)


@transaction.atomic
def operator_sessions_end(*, actor: Actor) -> int:
    """End what is over by itself: the time, a yes that never came, an account that was closed.

    Returns how many. Raises Forbidden for anybody but the machine itself.
    """
    if not actor.is_system:
        raise Forbidden(_("This goes by itself."), code="forbidden")
    over = [each for each in operator_sessions_open() if _is_over(each)]
    for each in over:
        _end(actor, each)
    return len(over)


def operator_page(*, actor: Actor, method: str, address: str) -> None:
    """Write down that somebody opened a page in an operator session, before it is shown."""
    if actor.operation is None:
        return
    on = ("access.operatorsession", actor.operation.id)
    detail = {"method": method, "address": address}
    audit.record(actor, Verb.OPERATOR_PAGE, on=on, at=actor.operation.path, detail=detail)


def _waiting(actor: Actor, session: OperatorSession) -> OperatorSession:
    require(actor, Perm.APPROVE_OPERATOR, at=session.place)
    prove(actor)
    kept = lock(session)
    if actor.account_id == kept.account_id:
        raise Forbidden(_("This takes a second person."), code="operator_same_person")
    if kept.state != OperatorState.ASKED or _is_over(kept):
        raise Conflict(_("This waits for nobody any more."), code="operator_decided")
    return kept


def _is_over(session: OperatorSession) -> bool:
    now = timezone.now()
    if not session.account.is_active:
        return True
    if session.state == OperatorState.ASKED:
        return now - session.asked_at > ASKED_FOR
    return not session.runs_at(now)


def _end(actor: Actor, session: OperatorSession) -> OperatorSession:
    ends_at, now = session.ends_at, timezone.now()
    session.state, session.ended_at = OperatorState.ENDED, min(ends_at or now, now)
    session.save(update_fields=["state", "ended_at"])
    _record(actor, session, Verb.OPERATOR_ENDED, Event.OPERATOR_ENDED)
    return session


def _ensure_told(reason: str, minutes: int) -> None:
    if len(reason.strip()) < 2:
        message = _("Say what for; the second person and the audit administrators read it.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    if not 1 <= minutes <= LONGEST_OPERATION:
        message = _("An operator session lasts an hour at most.")
        raise Invalid(message, code="operator_minutes", fields={"minutes": message})


def _own_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise Forbidden(_("Please sign in first."), code="forbidden")
    return actor.account_id


def _record(
    actor: Actor, session: OperatorSession, verb: Verb, event: Event, reason: str = ""
) -> None:
    detail = {"account": session.account_id, "kind": session.kind, "minutes": session.minutes}
    audit.record(actor, verb, on=session, at=session.place, detail=detail, reason=reason)
    events.announce(event, place_path=session.place.path, session_id=session.pk)


def account_closed(payload: Mapping[str, Any]) -> None:
    """An account was closed: what runs for it ends."""
    del payload
    operator_sessions_end(actor=SYSTEM)
