# SPDX-License-Identifier: MulanPSL-2.0
"""The one way from step to step: what a move, a result or the clock itself sets going."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.base import calendar as calendars
from linli.base.actor import SYSTEM
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.units.models import Unit
from linli.kernel.workflow.grammar import MoveSpec
from linli.kernel.workflow.models import Move, Timer, Todo
from linli.kernel.workflow.rules.clocks import STEP
from linli.kernel.workflow.services import children, clocks, effects, offering
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.terms import ClockKind, Event, Sort, TimerKind, Verb
from linli.kernel.workflow.work import Work

GATE_DONE = "done"
"""The result of a gate whose children have ended."""


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


def carry_out(work: Work, turn: Turn) -> Move:
    """Take a locked matter along a move: clocks, step, effects, history, record, announcement.

    All checks have been made. A move from a desk to the same desk is no new visit: the limit of
    the step goes on, its entering effects do not happen again.
    """
    matter, now = work.matter, work.now
    from_step, spec = matter.step, work.step.moves[turn.key]
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
        offered = enter(work, turn.unit_chosen)
    clocks.clocks_save(work)
    matter_save(work)
    line = history_add(work, turn, from_step, due_before)
    _effects(work, turn, spec, from_step, is_entry=not stays)
    detail = {"from": from_step, "to": matter.step, "move": turn.key}
    if offered is not None:
        record(work, Verb.ORDER_OFFERED, turn, {**detail, "offered_to": offered.pk})
    else:
        record(work, turn.verb, turn, detail)
    _announce(work, turn.key, from_step)
    if matter.ended_at is not None and not stays:
        _parent_goes_on(work)
    return line


def enter(work: Work, unit_chosen: Unit | None = None) -> Unit | None:
    """Arrive at a step: its limit, its desk, its hand-over or gate, what it does by itself.

    Returns the unit to which an order was offered.
    """
    matter, step = work.matter, work.step
    if step.end is not None:
        _end(work)
        return None
    if step.limit is not None:
        name = f"{STEP}{matter.step}"
        clocks.clock_start(
            work, name, step.limit, kind=ClockKind.STEP, visit=matter.visit, warn=step.warn
        )
    offered = offering.order_make(work, unit_chosen) if step.offer is not None else None
    if step.waits_for is not None:
        matter.gate_key = f"m{matter.pk}.{matter.visit}"
    if step.offer is None:
        desks_put(work, desks_of_step(work))
    automatic = [
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
    if automatic:
        Timer.objects.bulk_create(automatic)
    return offered


def _leave(work: Work) -> None:
    """Go away from a step: its own clocks stop, an order that was not answered is taken back."""
    for each in work.all_clocks():
        if each.kind != ClockKind.MATTER and each.visit == work.matter.visit:
            clocks.clock_stop(work, each)
    if work.step.offer is not None:
        offering.order_recall(work)
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


def _parent_goes_on(work: Work) -> None:
    """A child that has ended lets its parent go on, if the parent waits for no other."""
    child = work.matter
    if child.parent_id is None:
        return
    parent = Work.locked(child.parent_id, SYSTEM)
    is_waiting = parent.matter.gate_key == child.parent_gate and parent.step.waits_for is not None
    if is_waiting and children.is_answered(parent):
        carry_out(parent, Turn(GATE_DONE))


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
