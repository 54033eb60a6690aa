# SPDX-License-Identifier: MulanPSL-2.0
"""Starting, stopping and pausing clocks; a clock of the matter never restarts (definitions.md
§4)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import Any

from linli.base import calendar as calendars
from linli.base.derivation import Pause
from linli.base.spans import Span
from linli.kernel.workflow import definitions
from linli.kernel.workflow.models import Clock, Timer
from linli.kernel.workflow.rules.clocks import ANSWER, late_of, warn_of
from linli.kernel.workflow.rules.warning import before
from linli.kernel.workflow.services.pausing import pause_words
from linli.kernel.workflow.terms import ClockKind, TimerKind
from linli.kernel.workflow.work import Work

CORRECTED = {"zh": "类别改了", "en": "the class was corrected"}
"""Why a due time was counted anew, in its derivation."""


def clocks_turn(work: Work, names: Iterable[str], *, from_step: str, to_step: str) -> None:
    """What a move does to the matter's own clocks: stop, go on, pause, start."""
    turned = set(names)
    own = {each.name: each for each in work.all_clocks() if each.kind == ClockKind.MATTER}
    for name, spec in work.spec.clocks.items():
        running = own.get(name)
        if running is None:
            if spec.starts in turned:
                clock_start(work, name, spec.limit, warn=spec.warn, shown=spec.shown)
        elif turned & set(spec.stops):
            clock_stop(work, running)
        elif _is_sent_back(work, running, from_step, to_step):
            running.stopped_at = None
            clock_save(work, running)
            timers_rearm(running)
    _pauses_turn(work, own.values(), from_step, to_step)


def _pauses_turn(work: Work, own: Iterable[Clock], from_step: str, to_step: str) -> None:
    """Let clocks stand still that the step entered pauses, and others go on."""
    paused = set(work.spec.steps[to_step].pauses)
    for each in own:
        if each.stopped_at is None and each.paused_at is None and each.name in paused:
            clock_pause(work, each)
        elif each.paused_at is not None and each.name not in paused:
            clock_resume(work, each, from_step)


def _is_sent_back(work: Work, stopped: Clock, from_step: str, to_step: str) -> bool:
    """A matter that leaves the step where a clock stopped, for anything but an end, keeps its
    old clock."""
    stops = work.spec.clocks[stopped.name].stops
    return (
        stopped.stopped_at is not None
        and from_step in stops
        and from_step != to_step
        and work.spec.steps[to_step].end is None
    )


def clock_start(
    work: Work,
    name: str,
    limit: str | Span,
    *,
    kind: ClockKind = ClockKind.MATTER,
    visit: int = 0,
    warn: Span | None = None,
    shown: bool = False,
) -> Clock | None:
    """Begin a clock now; a limit that the class does not give begins none."""
    span = limit if isinstance(limit, Span) else limit_span(work, limit)
    if span is None:
        return None
    calendar = work.calendar()
    due = calendars.due(calendar, work.now, span)
    warn_at = before(calendar, due.at, warn) if warn else None
    started = Clock(
        matter=work.matter,
        kind=kind,
        name=name,
        visit=visit,
        starts_at=work.now,
        due_at=due.at,
        warn_at=warn_at if warn_at and warn_at > work.now else None,
        calendar=work.calendar_key,
        derivation=due.derivation.to_json(),
        shown=shown,
    )
    work.new_clocks.append(started)
    return started


def limit_span(work: Work, limit: str) -> Span | None:
    """A limit as a span; a class's or service's column is looked up as it was when the matter
    was opened."""
    source, dot, column = limit.partition(".")
    if not dot:
        return Span.parse(limit)
    if source == "class" and work.matter_class is not None:
        found = work.matter_class.limits.get(column)
        return Span.parse(found) if found else None
    if source == "service" and work.matter.service_key:
        return definitions.service_limit(work.matter.service_key, column, work.path, work.opened_on)
    return None


def clock_stop(work: Work, running: Clock) -> None:
    """Stop a clock; one that stands still stops where it stood. Stopping twice changes nothing."""
    if running.stopped_at is None:
        running.stopped_at = running.paused_at or work.now
        running.paused_at = running.remaining_seconds = None
        clock_save(work, running)


def clock_pause(work: Work, running: Clock) -> None:
    """Let a clock stand still with what is left."""
    running.paused_at = work.now
    _left_put(work, running)
    clock_save(work, running)


def _left_put(work: Work, standing: Clock) -> None:
    """Keep with a clock that stands still what is left of its time."""
    if standing.paused_at is not None:
        derivation = calendars.Derivation.from_json(standing.derivation)
        calendar = work.calendar(standing.calendar)
        left = calendars.remaining(calendar, standing.paused_at, derivation).left
        standing.remaining_seconds = int(left.total_seconds())


def clock_resume(work: Work, standing: Clock, from_step: str) -> None:
    """Let a clock go on with what was left; the pause is listed with the step it was spent in and
    the reason for which it was entered.
    """
    if standing.paused_at is None:
        return
    calendar = work.calendar(standing.calendar)
    derivation = calendars.Derivation.from_json(standing.derivation)
    kept = calendars.remaining(calendar, standing.paused_at, derivation)
    reason = pause_words(work, standing.paused_at, work.spec.steps[from_step].label.as_label())
    standing.paused_at = standing.remaining_seconds = None
    due_put(work, standing, calendars.resume(calendar, kept, work.now, reason))
    timers_rearm(standing)


def due_put(work: Work, running: Clock, due: calendars.Due) -> None:
    """Give a clock another due time with its derivation; an order says the same as its clock.

    One that had run out and is due later now is not late any more.
    """
    running.due_at, running.derivation = due.at, due.derivation.to_json()
    warn = warn_of(work.spec, running.kind, running.name)
    running.warn_at = before(work.calendar(running.calendar), due.at, warn) if warn else None
    if not running.has_run_out(work.now):
        running.late_level = 0
    _left_put(work, running)
    clock_save(work, running)
    field = {ClockKind.SIGN: "sign_due_at", ClockKind.ANSWER: "answer_due_at"}.get(
        ClockKind(running.kind)
    )
    if field is not None:
        orders = work.matter.orders.filter(visit=running.visit, **{f"{field}__isnull": False})
        orders.update(**{field: due.at})
        if work.order is not None and work.order.visit == running.visit:
            setattr(work.order, field, due.at)


def clock_recount(work: Work, running: Clock, limit: str) -> None:
    """Count a clock anew from its own start after the class was corrected, its pauses and
    extensions kept; one that stands still goes on standing still.
    """
    span = limit_span(work, limit)
    if span is None or running.stopped_at is not None:
        return
    running.calendar = work.calendar_key
    known = calendars.Derivation.from_json(running.derivation)
    fresh = calendars.recompute(work.calendar(), replace(known, span=span), work.now, CORRECTED)
    if (fresh.at, span) == (known.at, known.span):
        clock_save(work, running)
        return
    due_put(work, running, fresh)
    timers_wind(work, running)


def clock_save(work: Work, changed: Clock) -> None:
    """Remember that a clock has to be saved."""
    if changed.pk is not None:
        work.changed_clocks[changed.pk] = changed


def late_at(work: Work, running: Clock, level: int) -> dt.datetime:
    """When a level of lateness is reached: 0 at the due time, the others so long after it.

    While the clock stood still after its due time nothing climbed: that time is not counted.
    """
    after = late_of(work.spec, running.kind, running.name)[level - 1].after if level else None
    if after is None:
        return running.due_at
    calendar = work.calendar(running.calendar)
    found = calendars.due(calendar, running.due_at, after)
    for change in calendars.Derivation.from_json(running.derivation).changes:
        if isinstance(change, Pause) and change.began_at >= running.due_at:
            left = calendars.remaining(calendar, change.began_at, found)
            found = calendars.resume(calendar, left, change.ended_at, change.reason)
    return found.at


def clocks_save(work: Work) -> None:
    """Write clocks begun and changed, the timers that watch the new ones, and other new timers."""
    if work.changed_clocks:
        fields = ["due_at", "warn_at", "stopped_at", "paused_at", "remaining_seconds"]
        fields += ["calendar", "derivation", "late_level"]
        for each in work.changed_clocks.values():  # one or two, and each by itself is quicker
            each.save(update_fields=fields)
        work.changed_clocks.clear()
    if work.new_clocks:
        Clock.objects.bulk_create(work.new_clocks)
        work.new_timers += chain.from_iterable(_timers(work, each) for each in work.new_clocks)
        if "clocks" in work.__dict__:
            work.clocks.extend(work.new_clocks)
        work.new_clocks.clear()
    if work.new_timers:
        Timer.objects.bulk_create(work.new_timers)
        work.new_timers.clear()


def _timers(work: Work, started: Clock) -> list[Timer]:
    """Timers of a new clock: its warning, its lateness, and each late effect that comes later."""
    found = [_timer(work, started, TimerKind.WARN, started.warn_at, 0)] if started.warn_at else []
    if started.name == ANSWER and started.kind == ClockKind.ANSWER:
        return [*found, _timer(work, started, TimerKind.UNANSWERED, started.due_at, 0)]
    found.append(_timer(work, started, TimerKind.LATE, started.due_at, 0))
    for level, effect in enumerate(late_of(work.spec, started.kind, started.name), start=1):
        if effect.after is not None:
            at = late_at(work, started, level)
            found.append(_timer(work, started, TimerKind.LATE, at, level))
    return found


def _timer(work: Work, started: Clock, kind: TimerKind, at: dt.datetime, level: int) -> Timer:
    return Timer(
        key=f"c{started.pk}:{kind.value}:{level}",
        matter=work.matter,
        clock=started,
        kind=kind,
        at=at,
        payload={"level": level},
    )


def timers_wind(work: Work, running: Clock) -> None:
    """Set the timers of a clock whose due time has moved, and drop those that it has no more.

    What has fired fires again later; what was to come before now and has fired does not.
    """
    past = set(Timer.objects.filter(clock=running, is_fired=True).values_list("key", flat=True))
    all_wanted = [
        each
        for each in _timers(work, running)
        if each.kind != TimerKind.WARN or not running.has_run_out(work.now)
    ]
    gone = Timer.objects.filter(clock=running, done_at__isnull=True)
    gone.exclude(key__in=[each.key for each in all_wanted]).update(done_at=work.now)
    for wanted in all_wanted:
        if wanted.key in past and wanted.at <= work.now:
            continue
        Timer.objects.update_or_create(
            key=wanted.key,
            defaults={"at": wanted.at, "done_at": None, "is_fired": False, "tries": 0},
            create_defaults={
                "matter": wanted.matter,
                "clock": wanted.clock,
                "kind": wanted.kind,
                "at": wanted.at,
                "payload": wanted.payload,
            },
        )


def timers_rearm(running: Clock) -> None:
    """Let timers that came due while a clock stood still look again."""
    Timer.objects.filter(clock=running, is_fired=False).update(done_at=None)


def due_map(clocks: Iterable[Clock]) -> dict[str, Any]:
    """The due times of running clocks, for the history."""
    return {each.name: each.due_at.isoformat() for each in clocks if each.is_running}


def next_due(clocks: Iterable[Clock]) -> dt.datetime | None:
    """The nearest due time of a running clock."""
    return min((each.due_at for each in clocks if each.is_running), default=None)
