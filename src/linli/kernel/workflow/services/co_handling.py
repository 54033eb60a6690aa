# SPDX-License-Identifier: MulanPSL-2.0
"""Lead and co-handlers (牵头、协办): others help, and the lead answers for the whole."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.text import as_said
from linli.kernel.events import services as events
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import CoHandler
from linli.kernel.workflow.rules.who import Address, units_of
from linli.kernel.workflow.services import effects, moving, offering
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.services.matters import text_ensure
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import Event, Match, Sort, Verb
from linli.kernel.workflow.work import Work

TO_HELP = "to_help"
HELPED = "helped"
"""Texts that the engine itself sends where a pack has them."""


@transaction.atomic
def co_handler_ask(*, actor: Actor, matter: int, unit: Unit, task: str) -> CoHandler:
    """Ask a unit to help; it stays in the list until it says that it is done, or is released.

    Raises Forbidden for anybody but the lead, Invalid without a task or for a unit that does not
    serve the place, Conflict if it helps already.
    """
    work = Work.locked(matter, actor)
    _ensure_leads(work)
    offering.ensure_serves(work, unit)
    said = text_ensure(task)
    if not said:
        message = _("Please write what they are to do.")
        raise Invalid(message, code="task_empty", fields={"task": message})
    if unit.pk == work.matter.lead_unit_id or unit.pk in work.co_handling:
        raise Conflict(_("This unit works on it already."), code="helps_already")
    asked = CoHandler.objects.create(
        matter=work.matter,
        unit=unit,
        task=said,
        asked_at=work.now,
        asked_by_id=actor.account_id,
    )
    turn = Turn("", sort=Sort.ASKED, verb=Verb.CO_HANDLER_ASKED, note=said, unit=unit)
    key = _noted(work, turn, asked)
    desk = [Address(Match.UNIT, unit_id=unit.pk)]
    effects.todo_put(work, TO_HELP, desk, f"{key}.{TO_HELP}")
    recipients = accounts_at(desk, work.today)
    cause = effects.Cause(key, (), as_said(said), unit)
    effects.notify_if_known(work, cause, TO_HELP, recipients, key)
    return asked


@transaction.atomic
def co_handler_done(*, actor: Actor, co_handler: int, said: str) -> CoHandler:
    """Say, for a unit that helps, what it has done; the lead is told.

    Raises Forbidden for somebody of another unit, Invalid without a word, Conflict if it is over.
    """
    work, asked = _held(actor, co_handler)
    if asked.unit_id not in units_of(actor):
        raise Forbidden(_("This was asked of another unit."), code="not_your_unit")
    told = text_ensure(said)
    if not told:
        message = _("Please write what was done.")
        raise Invalid(message, code="said_empty", fields={"said": message})
    asked.said = told
    turn = Turn("", sort=Sort.HELPED, verb=Verb.CO_HANDLER_DONE, note=told, unit=asked.unit)
    key = _over(work, asked, turn)
    holder = work.matter.holder_account_id
    lead = [Address(Match.UNIT, unit_id=work.matter.lead_unit_id)]
    recipients = [holder] if holder is not None else accounts_at(lead, work.today)
    cause = effects.Cause(key, (), as_said(told), asked.unit)
    effects.notify_if_known(work, cause, HELPED, recipients, key)
    return asked


@transaction.atomic
def co_handler_release(*, actor: Actor, co_handler: int, why: str) -> CoHandler:
    """Let a unit go that is not needed any more. Raises Forbidden for anybody but the lead,
    Conflict if it is over."""
    work, asked = _held(actor, co_handler)
    _ensure_leads(work)
    asked.is_released = True
    note = text_ensure(why)
    turn = Turn("", sort=Sort.RELEASED, verb=Verb.CO_HANDLER_RELEASED, note=note, unit=asked.unit)
    _over(work, asked, turn)
    return asked


def _ensure_leads(work: Work) -> None:
    """Only the lead unit, while the matter is on its desk, decides who helps."""
    is_lead = work.matter.lead_unit_id in units_of(work.actor)
    if work.matter.ended_at is not None or not is_lead or work.step.who is None:
        raise Forbidden(_("Only the unit that leads this asks others to help."), code="not_lead")


def _held(actor: Actor, co_handler: int) -> tuple[Work, CoHandler]:
    matter_id = CoHandler.objects.values_list("matter_id", flat=True).get(pk=co_handler)
    work = Work.locked(matter_id, actor)
    asked = CoHandler.objects.select_related("unit").get(pk=co_handler)
    if asked.done_at is not None:
        raise Conflict(_("This is over already."), code="help_over")
    return work, asked


def _over(work: Work, asked: CoHandler, turn: Turn) -> str:
    asked.done_at, asked.done_by_id = work.now, work.actor.account_id
    asked.save(update_fields=["said", "is_released", "done_at", "done_by"])
    offering.todos_close(work, TO_HELP, asked.unit_id)
    return _noted(work, turn, asked)


def _noted(work: Work, turn: Turn, asked: CoHandler) -> str:
    """Write it down, and let the desks follow; returns the key of this change."""
    work.__dict__.pop("co_handling", None)
    work.matter.revision += 1
    moving.matter_save(work)
    if work.step.who is not None:
        desks_put(work, desks_of_step(work))
    moving.history_add(work, turn, work.matter.step, {}, shown=False)
    moving.record(work, turn.verb, turn, {"co_handler": asked.pk})
    events.announce(
        Event.CO_HANDLER_CHANGED,
        place_path=work.path,
        matter_id=work.matter.pk,
        unit_id=asked.unit_id,
    )
    return f"m{work.matter.pk}.{work.matter.revision}"
