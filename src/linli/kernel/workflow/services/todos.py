# SPDX-License-Identifier: MulanPSL-2.0
"""Finishing to-dos, and results of gates."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden
from linli.kernel.events import services as events
from linli.kernel.workflow.models import Matter, Todo
from linli.kernel.workflow.services import moving
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.terms import TO_TAKE_BACK, Event, Sort, Verb
from linli.kernel.workflow.work import Work


@transaction.atomic
def todo_done(*, actor: Actor, todo: Todo | int) -> Todo:
    """Tick off a thing to do, for all desks it was put on; a matter that waits in vain goes back
    to the desk it came from. Raises Forbidden, Conflict if somebody has."""
    key = todo if isinstance(todo, int) else todo.pk
    mine: Todo | None = Todo.objects.of(actor).filter(pk=key).first()
    if mine is None:
        raise Forbidden(_("This is not on your desk."), code="not_yours")
    work = Work.locked(mine.matter_id, actor)
    group = Todo.objects.filter(group=mine.group, done_at__isnull=True)
    if not group.update(done_at=work.now, done_by_id=actor.account_id):
        raise Conflict(_("This has been done already."), code="todo_done")
    detail = {"todo": mine.text_key}
    if mine.text_key == TO_TAKE_BACK and work.step.waits_for is not None:
        moving.carry_back(work, Turn(TO_TAKE_BACK, verb=Verb.TODO_DONE, detail=detail))
    else:
        turn = Turn(mine.text_key, sort=Sort.NOTED, verb=Verb.TODO_DONE)
        moving.history_add(work, turn, work.matter.step, {}, shown=False)
        moving.record(work, turn.verb, turn, detail)
    events.announce(Event.TODO_DONE, place_path=work.path, matter_id=work.matter.pk)
    mine.refresh_from_db()
    return mine


@transaction.atomic
def gate_result(
    *, actor: Actor, matter: Matter | int, gate_key: str, result: str, note: str = ""
) -> Matter:
    """Let a matter go on by the result of the gate it waits at; for the engine that held the gate.

    The engine has checked that the actor may. Raises Conflict if the matter waits at that gate no
    longer.
    """
    work = Work.locked(matter, actor)
    if work.matter.gate_key != gate_key or work.step.waits_for is None:
        raise Conflict(_("This has moved on already."), code="gate_passed")
    if result not in work.step.moves:
        raise ValueError(f"{work.matter.step} has no result {result}")
    moving.carry_out(work, Turn(result, note=note))
    return work.matter
