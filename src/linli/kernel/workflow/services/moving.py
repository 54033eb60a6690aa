# SPDX-License-Identifier: MulanPSL-2.0
"""The one way from step to step: what a move, a result or the clock itself sets going."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from linli.base import calendar as calendars
from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.base.text import as_said
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.units.models import Unit
from linli.kernel.workflow.grammar import MoveSpec
from linli.kernel.workflow.models import Move, Timer, Todo
from linli.kernel.workflow.rules.clocks import STEP
from linli.kernel.workflow.services import children, clocks, effects, offering
from linli.kernel.workflow.services.answering import answerers_follow, in_hand
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import (
    CHILD_ENDED,
    LASTING_CLOCKS,
    NO_DUTY,
    TO_TAKE_BACK,
    ClockKind,
    End,
    Event,
    Sort,
    TimerKind,
    Verb,
)
from linli.kernel.workflow.work import Work

GATE_DONE = "done"
"""The result of a gate whose children have done it."""

RETRY = dt.timedelta(minutes=15)
"""How long after a matter could not leave a gate or an offer that is tried again."""


@dataclass(frozen=True)
class Turn:
    """One turn of a matter: the move or result, and what the history says of it."""

    key: str
    sort: Sort = Sort.MOVED
    verb: Verb = Verb.MATTER_MOVED
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    reason_label: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    unit: Unit | None = None
    unit_chosen: Unit | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def carry_out(work: Work, turn: Turn, move: MoveSpec | None = None) -> Move:
    """Take a locked matter along a move: clocks, step, effects, history, record, announcement.

    All checks have been made. A move from a desk to the same desk is no new visit: the limit of
    the step goes on, its entering effects do not happen again. `move` is given where it does not
    stand in the procedure.
    """
    matter, now = work.matter, work.now
    from_step, spec = matter.step, move or work.step.moves[turn.key]
    stays = spec.to == from_step and work.step.who is not None
    due_before = clocks.due_map(work.all_clocks())
    matter.revision += 1
    work.from_step = from_step
    if not stays:
        _leave(work)
    clocks.clocks_turn(work, (turn.key, spec.to), from_step=from_step, to_step=spec.to)
    offered: Unit | None = None
    if not stays:
        matter.step, matter.step_since = spec.to, now
        matter.visit += 1
        limit_begin(work)
        offered = enter(work, turn.unit_chosen)
    clocks.clocks_save(work)
    matter_save(work)
    line = history_add(work, turn, from_step, due_before)
    if matter.ended_at is None:
        answerers_follow(work)
    _effects(work, turn, spec, from_step, is_entry=not stays)
    detail = {"from": from_step, "to": matter.step, "move": turn.key}
    if offered is not None:
        record(work, Verb.ORDER_OFFERED, turn, {**detail, "offered_to": offered.pk})
    else:
        record(work, turn.verb, turn, detail)
    _announce(work, turn.key, from_step)
    if matter.ended_at is not None and not stays:
        _parent_told(work, turn)
    return line


def carry_back(work: Work, turn: Turn) -> Move:
    """Take a locked matter from a gate back to the desk it came from, or through the gate anew
    where there is none."""
    return carry_out(work, turn, MoveSpec(to=work.step_before))


def limit_begin(work: Work) -> None:
    """Begin the limit of the step that a matter comes to, if it has one."""
    step = work.step
    if step.end is None and step.limit is not None:
        clocks.clock_start(
            work,
            f"{STEP}{work.matter.step}",
            step.limit,
            kind=ClockKind.STEP,
            visit=work.matter.visit,
            warn=step.warn,
        )


def enter(work: Work, unit_chosen: Unit | None = None) -> Unit | None:
    """Arrive at a step: its desk, its hand-over or gate, what it does by itself; its limit has
    begun (`limit_begin`).

    Returns the unit to which an order was offered.
    """
    matter, step = work.matter, work.step
    if step.end is not None:
        _end(work)
        return None
    offered = offering.order_make(work, unit_chosen) if step.offer is not None else None
    if step.waits_for is not None:
        matter.gate_key = f"m{matter.pk}.{matter.visit}"
    if step.offer is None:
        desks_put(work, desks_of_step(work))
    work.new_timers += [
        Timer(
            key=f"m{matter.pk}.{matter.visit}:auto:{key}",
            matter=matter,
            kind=TimerKind.AUTO,
            at=calendars.due(work.calendar(), work.now, move.after).at,
            payload={"move": key, "visit": matter.visit},
        )
        for key, move in step.moves.items()
        if move.is_automatic and move.after is not None
    ]
    return offered


def _leave(work: Work) -> None:
    """Go away from a step: its own clocks stop, an order that was not answered is taken back."""
    for each in work.all_clocks():
        if each.kind not in LASTING_CLOCKS and each.visit == work.matter.visit:
            clocks.clock_stop(work, each)
    if work.step.offer is not None:
        offering.order_recall(work)
    if work.step.waits_for is not None:
        offering.todos_close(work, TO_TAKE_BACK)
        offering.todos_close(work, NO_DUTY)
    work.matter.gate_key = ""


def _end(work: Work) -> None:
    """A matter that has ended has no desk, no running clock and nothing left to do."""
    matter = work.matter
    matter.end, matter.ended_at = str(work.step.end), work.now
    for each in work.all_clocks():
        clocks.clock_stop(work, each)
    desks_put(work, ())
    Todo.objects.filter(matter=matter, done_at__isnull=True).update(done_at=work.now)


def _effects(work: Work, turn: Turn, spec: MoveSpec, from_step: str, *, is_entry: bool) -> None:
    matter = work.matter
    key = f"m{matter.pk}.{matter.revision}"
    if spec.then:
        where: effects.Where = ("steps", from_step, "moves", turn.key, "then")
        cause = effects.Cause(f"{key}.move", where, turn.reason_label, turn.unit)
        effects.effects_run(work, cause)
    if not is_entry:
        return
    if work.step.then:
        where = ("steps", matter.step, "then")
        effects.effects_run(
            work, effects.Cause(f"{key}.enter", where, turn.reason_label, turn.unit)
        )
    gate_enter(work)


def gate_enter(work: Work) -> None:
    """Open what the present step waits for: child matters, or the gate of an engine."""
    waits_for = work.step.waits_for
    if waits_for is None:
        return
    kind, _colon, key = waits_for.partition(":")
    if kind == "workflow":
        children.children_open(work, key)
    else:
        effects.gate_open(work, waits_for, work.matter.gate_key)


def _parent_told(work: Work, turn: Turn) -> None:
    """A child that has ended lets its parent go on, if the parent waits for no other; one that was
    not done keeps it there, and those who called it hear why."""
    child = work.matter
    if child.parent_id is None:
        return
    parent = Work.locked(child.parent_id, SYSTEM)
    if parent.matter.gate_key != child.parent_gate or parent.step.waits_for is None:
        return
    if children.is_answered(parent):
        _goes_on(parent)
    elif child.end != End.DONE:
        told = children.told_of(work, turn.reason_label, turn.note)
        stuck_tell(parent, TO_TAKE_BACK if children.is_lost(parent) else CHILD_ENDED, told)


def _goes_on(parent: Work) -> None:
    """Let a parent leave its gate; where it cannot, that is no fault of the child, and is tried
    again later."""
    try:
        with transaction.atomic():
            carry_out(parent, Turn(GATE_DONE))
    except Refused as refusal:
        held = Work.locked(parent.matter.pk, SYSTEM)
        retry = {"move": GATE_DONE, "visit": held.matter.visit}
        Timer.objects.get_or_create(
            key=f"m{held.matter.pk}.{held.matter.visit}:auto:{GATE_DONE}",
            defaults={
                "matter": held.matter,
                "kind": TimerKind.AUTO,
                "at": held.now + RETRY,
                "payload": retry,
            },
        )
        if isinstance(refusal, offering.NoDuty):
            stuck_tell(held, NO_DUTY, {})
        else:
            said = str(refusal.message)
            stuck_tell(held, TO_TAKE_BACK, as_said(said))


def stuck_tell(work: Work, text: str, told: Mapping[str, str]) -> None:
    """A matter needs a hand: whoever has it in hand gets a notice, and a to-do unless it may still
    go on by itself; the history says why. What is known and brings nothing new is not said again.
    """
    matter = work.matter
    is_known = Todo.objects.open().filter(matter=matter, text_key=text).exists()
    if is_known and not told:
        return
    matter.revision += 1
    matter_save(work)
    key, desks = f"m{matter.pk}.{matter.revision}.{text}", in_hand(work)
    if text != CHILD_ENDED and not is_known:
        effects.todo_put(work, text, desks, key)
    recipients = accounts_at(desks, work.today)
    effects.notify_if_known(work, effects.Cause(key, (), told), text, recipients, key)
    values = {"told": dict(told)} if told else {}
    turn = Turn(text, sort=Sort.STUCK, verb=Verb.MATTER_NOTED, values=values)
    history_add(work, turn, matter.step, {}, shown=False)
    record(work, turn.verb, turn, {"stuck": text})


def matter_save(work: Work) -> None:
    """Write the matter with its nearest due time."""
    work.matter.next_due_at = None if work.matter.ended_at else clocks.next_due(work.all_clocks())
    work.matter.save()


def history_add(
    work: Work, turn: Turn, from_step: str, due_before: Mapping[str, Any], *, shown: bool = True
) -> Move:
    """One more line of the history."""
    actor, due_after = work.actor, clocks.due_map(work.all_clocks())
    is_same = due_before == due_after
    return Move.objects.create(
        matter=work.matter,
        sort=turn.sort,
        revision=work.matter.revision,
        from_step=from_step,
        move=turn.key,
        to_step=work.matter.step,
        at=work.now,
        account_id=actor.account_id,
        unit_id=turn.unit.pk if turn.unit else work.acting_unit_id(),
        on_behalf_of=actor.on_behalf_of,
        reason=turn.reason,
        note=turn.note,
        values=dict(turn.values),
        shown=shown,
        due_before={} if is_same else dict(due_before),
        due_after={} if is_same else due_after,
        definition_version=work.version,
    )


def record(work: Work, verb: Verb, turn: Turn, detail: Mapping[str, Any]) -> None:
    """Write the deed into the record."""
    matter = work.matter
    audit.record(
        work.actor,
        verb,
        on=matter,
        at=work.path,
        detail={
            "number": matter.number,
            "revision": matter.revision,
            "version": work.version,
            "unit": turn.unit.pk if turn.unit else None,
            **detail,
            **turn.detail,
        },
        reason=turn.reason,
    )


def _announce(work: Work, move: str, from_step: str) -> None:
    matter = work.matter
    events.announce(
        Event.MATTER_MOVED,
        place_path=work.path,
        matter_id=matter.pk,
        workflow=matter.workflow,
        move=move,
        from_step=from_step,
        step=matter.step,
    )
    if matter.ended_at is not None:
        events.announce(
            Event.MATTER_ENDED,
            place_path=work.path,
            matter_id=matter.pk,
            workflow=matter.workflow,
            end=matter.end,
        )
