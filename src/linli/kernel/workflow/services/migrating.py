# SPDX-License-Identifier: MulanPSL-2.0
"""Moving open matters to the newest version of their procedure, and counting clocks anew."""

from collections.abc import Mapping

from django.db import transaction

from linli.base import calendar as calendars
from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.events import services as events
from linli.kernel.workflow import definitions
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.models import Clock, Matter
from linli.kernel.workflow.services import carrying, clocks, moving
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.terms import NEW_VERSION, Event, Sort, Verb
from linli.kernel.workflow.work import Work

RECOUNTED = "recounted"


def matters_to_migrate(workflow: str, path: str = "") -> list[Matter]:
    """Running matters of a workflow that go by an older version than the one in force."""
    rows = Matter.objects.running().filter(workflow=workflow, place__path__under=path)
    rows = rows.select_related("definition", "place").order_by("pk")
    newest: dict[str, int] = {}
    found = []
    for matter in rows:
        here = matter.place.path
        if here not in newest:
            newest[here] = definitions.workflow_get(workflow, here).pk
        if matter.definition_id != newest[here]:
            found.append(matter)
    return found


@transaction.atomic
def matters_migrate(
    *, actor: Actor, workflow: str, steps: Mapping[str, str], path: str = ""
) -> int:
    """Let running matters go on by the newest version; `steps` says where an old step went.

    Their clocks keep what they have used and run to the limits with which they began. Returns how
    many were moved; all of them or none. Raises Invalid for a step that is in neither, and for a
    clock that runs, or something that waits for its time, and is not in the newest version.
    """
    rows = matters_to_migrate(workflow, path)
    for matter in rows:
        _migrate(actor, matter.pk, steps)
    return len(rows)


def _migrate(actor: Actor, matter_id: int, steps: Mapping[str, str]) -> None:
    work = Work.locked(matter_id, actor)
    matter = work.matter
    newest = definitions.workflow_get(matter.workflow, work.path)
    spec = definitions.spec_of(newest)
    old_step, old_version = matter.step, work.version
    step = steps.get(old_step, old_step)
    _ensure_fits(work, spec, step)
    carrying.clocks_carry(work, spec, steps)
    carrying.timers_carry(work, spec, steps)
    matter.definition, matter.step = newest, step
    matter.revision += 1
    fresh = Work(matter, actor)
    for each in fresh.clocks:
        if each.stopped_at is None:
            clocks.timers_wind(fresh, each)
    moving.matter_save(fresh)
    if fresh.step.who is not None:
        desks_put(fresh, desks_of_step(fresh))
    version = {"from": old_version, "to": fresh.version}
    values = {"version": version, "steps": {old: new for old, new in steps.items() if old != new}}
    turn = Turn(NEW_VERSION, sort=Sort.CORRECTED, verb=Verb.MATTER_MIGRATED, values=values)
    moving.history_add(fresh, turn, old_step, {}, shown=False)
    moving.record(fresh, turn.verb, turn, {"from": old_step, "to": step})
    events.announce(Event.MATTER_CORRECTED, place_path=fresh.path, matter_id=matter.pk)


def _ensure_fits(work: Work, spec: WorkflowSpec, step: str) -> None:
    """The step is there, and is of the same sort: a desk stays a desk, a hand-over a hand-over."""
    before, after = work.step, spec.steps.get(step)
    number = work.matter.number
    if after is None:
        known = ", ".join(spec.steps)
        said = f"{number} stands at {work.matter.step}; say where it goes: --map {step}=… ({known})"
        raise Invalid(said, code="no_step")
    is_same = (before.offer is None) == (after.offer is None)
    if not is_same or before.waits_for != after.waits_for or after.end is not None:
        said = f"{number}: {work.matter.step} and {step} are not the same sort of step"
        raise Invalid(said, code="other_sort")


@transaction.atomic
def clocks_recount(*, actor: Actor, path: str, reason: Mapping[str, str]) -> int:
    """Count the running clocks at a place and below anew, after its calendar changed.

    Each keeps its start, span, pauses and extensions; where the due time moves, its derivation and
    the history say so. Returns how many moved.
    """
    rows = Clock.objects.filter(
        stopped_at__isnull=True, matter__ended_at__isnull=True, matter__place__path__under=path
    )
    matter_ids = sorted(set(rows.values_list("matter_id", flat=True)))
    return sum(_recount(actor, matter_id, reason) for matter_id in matter_ids)


def _recount(actor: Actor, matter_id: int, reason: Mapping[str, str]) -> int:
    work = Work.locked(matter_id, actor)
    due_before = clocks.due_map(work.all_clocks())
    moved = 0
    for each in work.clocks:
        if each.stopped_at is not None:
            continue
        before = calendars.Derivation.from_json(each.derivation)
        due = calendars.recompute(work.calendar(each.calendar), before, work.now, reason)
        if due.at != each.due_at:
            clocks.due_put(work, each, due)
            clocks.timers_wind(work, each)
            moved += 1
    if not moved:
        return 0
    work.matter.revision += 1
    clocks.clocks_save(work)
    moving.matter_save(work)
    turn = Turn(RECOUNTED, sort=Sort.RECOUNTED, verb=Verb.CLOCKS_RECOUNTED)
    moving.history_add(work, turn, work.matter.step, due_before)
    moving.record(work, turn.verb, turn, {"clocks": moved})
    events.announce(Event.CLOCK_EXTENDED, place_path=work.path, matter_id=work.matter.pk)
    return moved
