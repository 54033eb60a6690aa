# SPDX-License-Identifier: MulanPSL-2.0
"""Surge call-ups (战时下沉): called, answered, checked in, given a place, stood down."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import clean, clean_line
from linli.kernel.access import services as access
from linli.kernel.access.models import Grant
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.notify import services as notify
from linli.kernel.notify.rules import moment_words
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.modules.grids.models import CalledPerson, CallUp
from linli.modules.grids.selectors import call_ups
from linli.modules.grids.services.drafting import account_of
from linli.modules.grids.terms import (
    BUILDING,
    GRID,
    LONGEST_CALL,
    TEXT_CALLED,
    TEXT_OVER,
    Answer,
    Event,
    Perm,
    Verb,
)

LONGEST_LIMIT = 72
"""Hours within which an answer may be asked for."""
LONGEST_WORDS = 200


@transaction.atomic
def call_up_raise(
    *,
    actor: Actor,
    place: Place,
    reason: str,
    roles: Iterable[str],
    hours: int,
    ends_at: dt.datetime,
    what: str = "",
) -> CallUp:
    """Call everybody who holds one of these roles at a place and below, and tell them.

    They answer within `hours`; the call-up ends at `ends_at` at the latest. Raises Forbidden;
    Conflict while another one goes on at this place; Invalid for no reason, a role that is not
    called up here, nobody to call, or times that do not fit.
    """
    access.require(actor, Perm.CALL_UP, at=place)
    account_id = account_of(actor)
    wanted = sorted(set(roles))
    _ensure_sound(place, clean_line(reason), wanted)
    _ensure_times(hours, ends_at)
    held = call_ups.holders(place, wanted)
    if not held:
        message = _("Nobody holds such a role here, so nobody would be called.")
        raise Invalid(message, code="call_up_nobody", fields={"roles": message})
    now = clock.now()
    call_up = CallUp(
        place=place,
        reason=clean_line(reason),
        what=clean(what).strip()[:2000],
        roles=wanted,
        called_by_id=account_id,
        called_at=now,
        hours=hours,
        answer_by=now + dt.timedelta(hours=hours),
        ends_at=ends_at,
    )
    _call(call_up, held)
    _told(actor, call_up, Verb.CALLED_UP, {"count": len(held), "hours": hours})
    _notify(actor, call_up, TEXT_CALLED)
    return call_up


def _call(call_up: CallUp, held: Sequence[Grant]) -> None:
    """Keep a call-up with everybody whom it calls; the database lets one go on at a place."""
    try:
        with transaction.atomic():
            call_up.save(force_insert=True)
    except IntegrityError as error:
        message = _("A call-up goes on here already. End it first, or add to it by telephone.")
        raise Conflict(message, code="call_up_live") from error
    CalledPerson.objects.bulk_create(
        CalledPerson(call_up=call_up, account_id=row.account_id, role=row.role, home=row.place)
        for row in held
    )


def _ensure_sound(place: Place, reason: str, roles: list[str]) -> None:
    fields = {}
    if not reason or len(reason) > LONGEST_WORDS:
        fields["reason"] = _("Say why in at most %(most)s characters.") % {"most": LONGEST_WORDS}
    known = {role.key for role in call_ups.roles_to_call(place)}
    if not roles or set(roles) - known:
        fields["roles"] = _("Choose who is called.")
    if not place.exists_on(clock.today()):
        fields["place"] = _("This place has ended.")
    if fields:
        raise Invalid(next(iter(fields.values())), code="call_up", fields=fields)


def _ensure_times(hours: int, ends_at: dt.datetime) -> None:
    now = clock.now()
    fields = {}
    if not 1 <= hours <= LONGEST_LIMIT:
        fields["hours"] = _("A number of hours from 1 to %(most)s.") % {"most": LONGEST_LIMIT}
    elif ends_at < now + dt.timedelta(hours=hours):
        fields["ends_at"] = _("It cannot end before the answers are due.")
    elif ends_at > now + dt.timedelta(hours=LONGEST_CALL):
        fields["ends_at"] = _("A call-up lasts thirty days at most.")
    if fields:
        raise Invalid(next(iter(fields.values())), code="call_up_times", fields=fields)


@transaction.atomic
def call_up_answer(
    *, actor: Actor, called: CalledPerson, is_coming: bool, why_not: str = ""
) -> CalledPerson:
    """Say whether one comes; whoever cannot come says why. The first answer's time counts.

    Raises Forbidden for somebody else's call, Conflict when it is over or one is there already,
    Invalid for no reason.
    """
    kept = _own(actor, called)
    if kept.came_at is not None:
        raise Conflict(_("You have checked in already."), code="call_up_there")
    words = clean_line(why_not)[:LONGEST_WORDS]
    if not is_coming and not words:
        message = _("Say in a few words why you cannot come.")
        raise Invalid(message, code="call_up_why", fields={"why_not": message})
    kept.answer = Answer.COMING if is_coming else Answer.NOT_COMING
    kept.why_not = "" if is_coming else words
    kept.answered_at = kept.answered_at or clock.now()
    kept.save(update_fields=["answer", "why_not", "answered_at"])
    _told(actor, kept.call_up, Verb.ANSWERED, {"answer": kept.answer, "called_id": kept.pk})
    return kept


@transaction.atomic
def call_up_check_in(
    *,
    actor: Actor,
    called: CalledPerson,
    place: Place | None = None,
    lon: float | None = None,
    lat: float | None = None,
) -> CalledPerson:
    """Say that one is there: by the phone's position, or by the place where one stands.

    Of a position only the place that holds it is kept. Whoever did not answer before is coming by
    this. Checking in twice changes nothing. Raises Forbidden for somebody else's call, Conflict
    when it is over, Invalid for a spot or place outside the one called to.
    """
    kept = _own(actor, called)
    if kept.came_at is not None:
        return kept
    path = kept.call_up.place.path
    has_position = lon is not None and lat is not None
    if lon is not None and lat is not None:
        place = places.place_at(lon, lat, within=path)
        if place is None:
            message = _("Your phone is not at %(place)s yet. Choose from the list if it is wrong.")
            message = message % {"place": places.name_of(kept.call_up.place)}
            raise Invalid(message, code="call_up_elsewhere", fields={"place": message})
    if place is None or not place.is_under(path):
        message = _("Choose where you are.")
        raise Invalid(message, code="call_up_where", fields={"place": message})
    kept.came_at, kept.came_to, kept.has_position = clock.now(), place, has_position
    kept.answer, kept.why_not = Answer.COMING, ""
    kept.answered_at = kept.answered_at or kept.came_at
    kept.save()
    detail = {"called_id": kept.pk, "at": place.code, "position": has_position}
    _told(actor, kept.call_up, Verb.CHECKED_IN, detail)
    return kept


def _own(actor: Actor, called: CalledPerson) -> CalledPerson:
    """One's own part in a call-up that goes on, read again under lock."""
    if actor.account_id is None or called.account_id != actor.account_id:
        raise Forbidden(_("Somebody else is called here."), code="call_up_not_own")
    return _held(called)


def _held(called: CalledPerson) -> CalledPerson:
    """Somebody's part, with the call-up held first so that it cannot end meanwhile."""
    call_up = lock(called.call_up)
    _ensure_live(call_up)
    kept = lock(called)
    kept.call_up = call_up
    return kept


@transaction.atomic
def call_up_assign(*, actor: Actor, called: CalledPerson, place: Place | None) -> CalledPerson:
    """Give somebody who comes a grid or building to look after, or take it back with None.

    Raises Forbidden; Conflict when it is over or they cannot come; Invalid for another place.
    """
    kept = _to_lead(actor, called)
    if kept.answer == Answer.NOT_COMING:
        raise Conflict(_("They said that they cannot come."), code="call_up_not_coming")
    if place is not None and not (
        place.is_under(kept.call_up.place.path)
        and place.level in (GRID, BUILDING)
        and place.exists_on(clock.today())
    ):
        message = _("Choose a grid or a building of the place.")
        raise Invalid(message, code="call_up_assign", fields={"place": message})
    kept.assigned, kept.assigned_at = place, clock.now() if place is not None else None
    kept.save(update_fields=["assigned", "assigned_at"])
    detail = {"called_id": kept.pk, "to": place.code if place is not None else ""}
    _told(actor, kept.call_up, Verb.ASSIGNED, detail)
    return kept


@transaction.atomic
def call_up_sign_off(*, actor: Actor, called: CalledPerson) -> CalledPerson:
    """Let somebody go who is there; saying it twice changes nothing.

    Raises Forbidden; Conflict when it is over or they never came.
    """
    kept = _to_lead(actor, called)
    if kept.came_at is None:
        raise Conflict(_("They have not checked in."), code="call_up_not_there")
    if kept.left_at is None:
        kept.left_at = clock.now()
        kept.save(update_fields=["left_at"])
        _told(actor, kept.call_up, Verb.SIGNED_OFF, {"called_id": kept.pk})
    return kept


def _to_lead(actor: Actor, called: CalledPerson) -> CalledPerson:
    access.require(actor, Perm.CALL_UP, at=called.call_up.place)
    return _held(called)


@transaction.atomic
def call_up_stand_down(*, actor: Actor, call_up: CallUp, note: str = "") -> CallUp:
    """End a call-up: whoever is there is signed off, and everybody is told.

    Raises Forbidden, Conflict when it is over.
    """
    access.require(actor, Perm.CALL_UP, at=call_up.place)
    kept = lock(call_up)
    _ensure_live(kept)
    now = clock.now()
    kept.ended_at, kept.ended_by_id = now, actor.account_id
    kept.note = clean(note).strip()[:2000]
    kept.save(update_fields=["ended_at", "ended_by", "note"])
    there = kept.called.filter(came_at__isnull=False, left_at__isnull=True)
    count = there.update(left_at=now)
    _told(actor, kept, Verb.STOOD_DOWN, {"signed_off": count}, reason=kept.note)
    _notify(actor, kept, TEXT_OVER)
    return kept


def call_ups_tick() -> int:
    """End every call-up whose time is over; returns how many were."""
    done = 0
    for call_up in call_ups.call_ups_over(clock.now()):
        try:
            call_up_stand_down(actor=SYSTEM, call_up=call_up)
            done += 1
        except Conflict:
            continue  # somebody ended it this moment
    return done


def _ensure_live(call_up: CallUp) -> None:
    if not call_up.is_live:
        raise Conflict(_("This call-up is over."), code="call_up_over")


def _told(
    actor: Actor, call_up: CallUp, verb: Verb, detail: Mapping[str, Any], reason: str = ""
) -> None:
    audit.record(actor, verb, on=call_up, at=call_up.place, detail=detail, reason=reason)
    events.announce(Event.CALL_UP_CHANGED, place_path=call_up.place.path, call_up_id=call_up.pk)


def _notify(actor: Actor, call_up: CallUp, text: str) -> None:
    notify.notice_send(
        actor=actor,
        text=text,
        to_account_ids=call_up.called.values_list("account_id", flat=True),
        values={
            "matter": call_up.reason,
            "place": call_up.place.label,
            "due": moment_words(call_up.answer_by),
            "reason": call_up.note,
        },
        key=f"grids.call_up:{call_up.pk}:{text}",
        place_path=call_up.place.path,
        link=f"/field/call-ups/{call_up.pk}/",
    )
