# SPDX-License-Identifier: MulanPSL-2.0
"""What happens by itself: lateness, warnings, automatic moves, orders nobody answered."""

import datetime as dt
import logging
from contextlib import nullcontext

from django.db import transaction
from django.db.models import F

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.conditions import holds
from linli.base.errors import Refused
from linli.kernel.events import services as events
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Matter, Timer
from linli.kernel.workflow.rules.clocks import STEP, SUPERVISE, late_of
from linli.kernel.workflow.selectors.moves import refused
from linli.kernel.workflow.services import (
    clocks,
    effects,
    escalating,
    moving,
    offering,
    orders,
)
from linli.kernel.workflow.services.answering import answerers, in_hand
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import (
    ANSWERABLE,
    NO_DUTY,
    ClockKind,
    Event,
    Sort,
    TimerKind,
    Verb,
)
from linli.kernel.workflow.work import Work

MOST_TRIES = 8
DUE_SOON = "due_soon"
"""The text that the engine itself sends before a due time."""

log = logging.getLogger(__name__)


def matters_tick(
    now: dt.datetime | None = None, limit: int = 500, *, of: Matter | None = None
) -> int:
    """Let everything happen that is due by `now` (this moment), perhaps to one matter only;
    returns how many timers were looked at.

    Safe to call twice and from several workers: each timer is read again under its matter's lock,
    and whatever it does is done once. One that fails is tried again later and keeps none of the
    others waiting.
    """
    with nullcontext() if now is None else clock.at(now):
        moment = clock.now()
        looked_at, seen = 0, set[tuple[int, dt.datetime]]()
        while looked_at < limit:
            due = Timer.objects.filter(done_at__isnull=True, at__lte=moment).order_by("at", "pk")
            due = due if of is None else due.filter(matter=of)
            batch = [
                (pk, matter_id, at)
                for pk, matter_id, at in due.values_list("pk", "matter_id", "at")[:100]
                if (pk, at) not in seen
            ]
            if not batch:
                break
            for pk, matter_id, at in batch[: limit - looked_at]:
                seen.add((pk, at))
                _look(pk, matter_id)
                looked_at += 1
        return looked_at


def _look(timer_id: int, matter_id: int) -> None:
    """Look at one timer in a transaction of its own."""
    try:
        with transaction.atomic():
            work = Work.locked(matter_id, SYSTEM)
            timer = Timer.objects.get(pk=timer_id)
            if timer.done_at is None and timer.at <= work.now:
                _fire(work, timer)
    except offering.NoDuty:
        _stuck(timer_id, matter_id)
    except Exception as error:
        code = error.code if isinstance(error, Refused) else type(error).__name__
        log.error("timer %s of matter %s: %s", timer_id, matter_id, code)
        _try_later(timer_id)


def _try_later(timer_id: int) -> None:
    timer = Timer.objects.get(pk=timer_id)
    timer.tries += 1
    timer.at = clock.now() + dt.timedelta(minutes=2**timer.tries)
    if timer.tries >= MOST_TRIES:
        timer.done_at = clock.now()
    timer.save(update_fields=["tries", "at", "done_at"])


def _fire(work: Work, timer: Timer) -> None:
    has_fired = {
        TimerKind.LATE: _late,
        TimerKind.WARN: _warn,
        TimerKind.AUTO: _auto,
        TimerKind.UNANSWERED: _unanswered,
        TimerKind.AFTER: _after,
    }[TimerKind(timer.kind)](work, timer)
    if has_fired is None:
        return
    timer.done_at, timer.is_fired = work.now, has_fired
    timer.save(update_fields=["done_at", "is_fired"])


def _is_void(work: Work, timer: Timer, at: dt.datetime) -> bool | None:
    """False for a clock that stands still, None if its time has moved on; then the timer waits
    for that."""
    if timer.clock is None or not timer.clock.is_running:
        return False
    if at > work.now:
        timer.at = at
        timer.save(update_fields=["at"])
        return None
    return True


def _late(work: Work, timer: Timer) -> bool | None:
    """A clock has run out, or so long ago that the next ones hear of it."""
    running, level = timer.clock, int(timer.payload["level"])
    if running is None:
        return False
    is_due = _is_void(work, timer, clocks.late_at(work, running, level))
    if not is_due:
        return is_due
    running.late_level = max(running.late_level, level, 1)
    running.save(update_fields=["late_level"])
    where = _late_where(running.kind, running.name)
    if where is not None:
        for number, effect in enumerate(late_of(work.spec, running.kind, running.name), start=1):
            if number == level or (level == 0 and effect.after is None):
                key = f"c{running.pk}.late.{number}"
                cause = effects.Cause(key, where, clock=running)
                effects.effect_run(work, cause, effect, key)
    if level == 0:
        _late_told(work, running.name, running.kind)
    else:
        escalating.passed_up(work, running, level)
    return True


def _late_where(kind: str, name: str) -> effects.Where | None:
    if kind == ClockKind.MATTER:
        return ("clocks", name)
    if kind == ClockKind.STEP:
        return ("steps", name.removeprefix(STEP), "late")
    return (SUPERVISE,) if kind == ClockKind.SUPERVISE else None


def _late_told(work: Work, name: str, kind: str) -> None:
    turn = Turn(name, sort=Sort.LATE, verb=Verb.CLOCK_LATE)
    is_shown = kind == ClockKind.MATTER and work.spec.clocks[name].shown
    moving.history_add(work, turn, work.matter.step, {}, shown=is_shown)
    moving.record(work, turn.verb, turn, {"clock": name})
    events.announce(Event.CLOCK_LATE, place_path=work.path, matter_id=work.matter.pk, clock=name)


def _warn(work: Work, timer: Timer) -> bool | None:
    """A due time comes near: those who have it in hand hear of it, at an offer the sender, at a
    gate those who sent it there."""
    running = timer.clock
    if running is None:
        return False
    is_due = _is_void(work, timer, running.warn_at or running.due_at)
    if not is_due:
        return is_due
    key = f"c{running.pk}.warn"
    is_order = running.kind == ClockKind.SUPERVISE
    desks = answerers(work) if is_order else in_hand(work) or answerers(work)
    cause = effects.Cause(key, (), clock=running)
    effects.notify_if_known(work, cause, DUE_SOON, accounts_at(desks, work.today), key)
    return True


def _auto(work: Work, timer: Timer) -> bool:
    """A move that the clock itself makes; void where the matter has moved on, or its condition
    is not met."""
    key = str(timer.payload["move"])
    if work.matter.visit != timer.payload["visit"] or work.matter.ended_at is not None:
        return False
    move = work.step.moves.get(key)
    is_gate = work.step.waits_for is not None
    if move is None or (not is_gate and refused(work, move) is not None):
        return False
    moving.carry_out(work, Turn(key))
    return True


def _unanswered(work: Work, timer: Timer) -> bool | None:
    """An order that nobody answered in time is taken as its definition says."""
    running, order = timer.clock, work.order
    if running is None or order is None or order.state not in ANSWERABLE:
        return False
    is_due = _is_void(work, timer, running.due_at)
    if is_due:
        orders.order_lapse(work, order)
    return is_due


def _after(work: Work, timer: Timer) -> bool:
    """An effect whose time has come."""
    payload = timer.payload
    where, number = payload["where"], int(payload["number"])
    effect = effects.effects_at(work, where)[number]
    unit = Unit.objects.filter(pk=payload["unit"]).first() if payload["unit"] else None
    cause = effects.Cause(timer.key, where, payload["reason"], unit)
    if not holds(effect.when, work.values):
        return False
    effects.effect_run(work, cause, effect, timer.key)
    return True


@transaction.atomic
def _stuck(timer_id: int, matter_id: int) -> None:
    """The duty list names nobody: whoever has the matter in hand is told to see to it; where nobody
    can press a button it is tried again."""
    work = Work.locked(matter_id, SYSTEM)
    waits = work.step.who is None
    when = {"at": work.now + moving.RETRY} if waits else {"done_at": work.now}
    changed = Timer.objects.filter(pk=timer_id, done_at__isnull=True)
    if changed.update(tries=F("tries") + 1, **when):
        moving.stuck_tell(work, NO_DUTY, {})
