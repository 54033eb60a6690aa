# SPDX-License-Identifier: MulanPSL-2.0
"""Moving, noting and correcting matters."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor, ActorKind
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.text import clean, clean_line, label
from linli.kernel.access.selectors import pack_top
from linli.kernel.events import services as events
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.forms.rules.checking import condition_values, form_check
from linli.kernel.forms.rules.sealing import seal
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.grammar import MoveSpec
from linli.kernel.workflow.models import Matter, Move, Timer
from linli.kernel.workflow.rules.who import acts_as_applicant, is_at, units_of
from linli.kernel.workflow.selectors.moves import is_result, move_form, refused, who_refused
from linli.kernel.workflow.selectors.names import name_of
from linli.kernel.workflow.services import clocks, moving, offering
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.opening import ensure_class, place_standing, urgency_of
from linli.kernel.workflow.terms import MAX_TEXT, VALUES, Event, Sort, TimerKind, Verb
from linli.kernel.workflow.work import Work, applicant_key


@transaction.atomic
def matter_move(
    *,
    actor: Actor,
    matter: Matter | int,
    move: str,
    expected_step: str,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
    note: str = "",
    unit: Unit | None = None,
    revision: int | None = None,
) -> Matter:
    """Press a button at the present step.

    `expected_step` is the step the page showed (with `revision`, also nothing else may have
    happened); `unit` is the unit to offer it to, where the sender chooses one instead of the duty
    list's.
    Raises Conflict if somebody was first, Forbidden if it is not the actor's to do, Invalid for
    what is missing.
    """
    work = Work.locked(matter, actor)
    ensure_here(work, expected_step, revision)
    spec = work.step.moves.get(move)
    if spec is None or is_result(work, move):
        raise Forbidden(_("There is no such button at this step."), code="no_move")
    _ensure_may(work, spec)
    form = move_form(work, spec)
    cleaned = _move_values(work, form, values or {})
    _ensure_helpers_heard(work, spec, note)
    labels = reason_ensure(work, spec.reasons, reason)
    _keep_values(work, form, cleaned)
    _take_in_hand(work, spec)
    turn = Turn(
        move,
        values=seal(form, cleaned, context=VALUES) if form is not None else {},
        reason=reason,
        reason_label=labels,
        note=text_ensure(note),
        unit_chosen=unit,
    )
    moving.carry_out(work, turn)
    return work.matter


def _ensure_helpers_heard(work: Work, spec: MoveSpec, note: str) -> None:
    """The lead does not leave its desk while others still help, unless it says why."""
    is_lead = work.matter.lead_unit_id in units_of(work.actor)
    if spec.to == work.matter.step or not is_lead or not work.co_handling or note.strip():
        return
    units = Unit.objects.filter(pk__in=work.co_handling)
    names = ", ".join(label(each.label) for each in units)
    message = _("%(units)s still has its part to do. Write why you go on without it.") % {
        "units": names
    }
    raise Invalid(message, code="helpers_unheard", fields={"note": message})


def ensure_here(work: Work, expected_step: str, revision: int | None = None) -> None:
    """Refuse somebody whose page is out of date, and say who was first."""
    matter = work.matter
    if matter.step == expected_step and revision in (None, matter.revision):
        return
    last = matter.moves.order_by("-pk").first()
    raise Conflict(_first_words(work, last), code="moved_on")


def _first_words(work: Work, last: Move | None) -> str:
    here = {"step": label(work.step.label.as_label())}
    if last is None:
        return _("This has moved on: it is at “%(step)s” now.") % here
    told = here | {"time": f"{clock.local(last.at):%H:%M}"}
    if last.account_id is None:
        return _("This moved on at %(time)s: it is at “%(step)s” now.") % told
    if last.account_id == work.actor.account_id:
        return _("You did this already at %(time)s: it is at “%(step)s” now.") % told
    is_named = not _is_of_applicant(work, last)
    told["name"] = name_of(last.account_id) if is_named else _("Whoever reported it")
    return _("%(name)s was first, at %(time)s: it is at “%(step)s” now.") % told


def _is_of_applicant(work: Work, last: Move) -> bool:
    """Whether whoever filed it did this: they are not named, since they may have asked for that."""
    matter = work.matter
    return applicant_key(matter) == last.on_behalf_of or (
        matter.applicant_account_id is not None and last.account_id == matter.applicant_account_id
    )


def _ensure_may(work: Work, spec: MoveSpec) -> None:
    message = who_refused(work, spec)
    if message is not None:
        raise Forbidden(message, code="not_yours")
    message = refused(work, spec)
    if message is not None:
        raise Invalid(message, code="not_open")


def _move_values(work: Work, form: FormSpec | None, values: Mapping[str, Any]) -> dict[str, Any]:
    if form is None:
        if values:
            raise Invalid(_("Nothing is filled in here."), code="no_form")
        return {}
    return form_check(form, values, choices=work.options(form), values=work.values)


def reason_ensure(work: Work, reference: str | None, reason: str) -> Mapping[str, str]:
    """The label of a coded reason that must be one of a list; nothing where none is asked for."""
    if reference is None:
        if reason:
            raise Invalid(_("No reason is asked for here."), code="no_reasons")
        return {}
    options = forms.choices_get(reference.partition(":")[2], work.path)
    if reason not in options:
        message = _("Please choose a reason.")
        raise Invalid(message, code="reason_needed", fields={"reason": message})
    return options[reason]


def text_ensure(text: str) -> str:
    """A note or explanation as it is kept.

    Raises:
        Invalid: it is too long.
    """
    if len(text) > 4 * MAX_TEXT or len(cleaned := clean(text)) > MAX_TEXT:
        message = _("At most %(most)d characters, please.") % {"most": MAX_TEXT}
        raise Invalid(message, code="text_too_long", fields={"note": message})
    return cleaned


def _keep_values(work: Work, form: FormSpec | None, cleaned: Mapping[str, Any]) -> None:
    """What a form gave stays with the matter, for conditions later on."""
    if form is not None and cleaned:
        known = condition_values(form, cleaned)
        work.matter.values = {**work.matter.values, **seal(form, known, context=VALUES)}


def _take_in_hand(work: Work, spec: MoveSpec) -> None:
    """Whoever of the staff moves it first was asked first; whoever works at a unit's desk has
    it in hand."""
    matter, actor = work.matter, work.actor
    if actor.kind is not ActorKind.ACCOUNT or acts_as_applicant(actor, work.scene):
        return
    if matter.first_asked_account_id is None:
        matter.first_asked_account_id = actor.account_id
    leads_to = work.spec.steps[spec.to]
    stays = spec.to == matter.step
    if matter.holder_account_id is None or stays or leads_to.offer is not None:
        matter.holder_account_id = actor.account_id


@transaction.atomic
def matter_note(*, actor: Actor, matter: Matter | int, note: str, shown: bool = False) -> Move:
    """Write a line into the history, for colleagues or (`shown`) for the applicant too.

    Open to whoever has it in hand, took part, or filed it; no clock and no step changes.
    """
    work = Work.locked(matter, actor)
    text = text_ensure(note)
    if not text:
        message = _("Please write something.")
        raise Invalid(message, code="note_empty", fields={"note": message})
    is_applicant = acts_as_applicant(actor, work.scene)
    if not (is_applicant or takes_part(work)):
        raise Forbidden(_("This step is in other hands."), code="not_yours")
    work.matter.revision += 1
    Matter.objects.filter(pk=work.matter.pk).update(revision=work.matter.revision)
    turn = Turn("", sort=Sort.NOTED, verb=Verb.MATTER_NOTED, note=text)
    line = moving.history_add(work, turn, work.matter.step, {}, shown=shown or is_applicant)
    moving.record(work, turn.verb, turn, {"shown": shown or is_applicant})
    _announce(work, Event.MATTER_NOTED)
    return line


def takes_part(work: Work) -> bool:
    """Whether the actor has it in hand now, or has worked on it before."""
    actor, matter = work.actor, work.matter
    if actor.is_system:
        return True
    if actor.account_id in (matter.holder_account_id, matter.first_asked_account_id):
        return actor.account_id is not None
    sides = [matter.lead_unit_id, matter.sender_unit_id]
    units = [each for each in sides if each is not None]
    if any(each in units_of(actor) for each in units):
        return True
    desks = [*desks_of_step(work)]
    order = work.order
    if work.step.offer is not None and order is not None:
        desks += offering.unit_desk(order.unit_id)
    return any(is_at(actor, each) for each in desks)


@transaction.atomic
def matter_correct(
    *,
    actor: Actor,
    matter: Matter | int,
    class_key: str | None = None,
    place: Place | None = None,
    title: str | None = None,
    note: str = "",
) -> Matter:
    """Correct class, place or title; open to whoever has it in hand, and to the applicant at the
    first step.

    Clocks go on from their own start, counted anew with the limits of the right class. Raises
    Forbidden, Invalid; Conflict if it has ended.
    """
    work = Work.locked(matter, actor)
    row = work.matter
    if row.ended_at is not None:
        raise Conflict(_("This is finished already."), code="ended")
    at_start = row.step == work.spec.first and acts_as_applicant(actor, work.scene)
    if not (at_start or takes_part(work)):
        raise Forbidden(_("This step is in other hands."), code="not_yours")
    before = {"class": row.class_key, "place": row.place.code}
    due_before = clocks.due_map(work.all_clocks())
    if place is not None:
        _ensure_same_city(row.place, place)
        row.place = place_standing(work.spec, place)
    if class_key is not None:
        row.class_key = class_key
    if title is not None:
        row.title = clean_line(title)[:120]
    work.forget_class()
    ensure_class(work)
    row.urgency = urgency_of(work)
    _corrected(work, before, due_before, text_ensure(note))
    return row


def _ensure_same_city(old: Place, new: Place) -> None:
    """A matter stays under the pack that it began with; another city is told of it anew."""
    if pack_top(old.path) != pack_top(new.path):
        message = _("This place belongs to another city.")
        raise Invalid(message, code="other_city", fields={"place": message})


def _corrected(
    work: Work, before: Mapping[str, str], due_before: Mapping[str, Any], note: str
) -> None:
    row = work.matter
    after = {"class": row.class_key, "place": row.place.code}
    changed = [key for key in after if after[key] != before[key]]
    if "class" in changed:
        for each in work.clocks:
            if each.name in work.spec.clocks:
                clocks.clock_recount(work, each, work.spec.clocks[each.name].limit)
    row.revision += 1
    clocks.clocks_save(work)
    moving.matter_save(work)
    if "place" in changed and work.step.who is not None:
        desks_put(work, desks_of_step(work))
    Timer.objects.filter(matter=row, kind=TimerKind.AUTO, is_fired=False).update(done_at=None)
    values = {key: {"from": before[key], "to": after[key]} for key in changed}
    turn = Turn("", sort=Sort.CORRECTED, verb=Verb.MATTER_CORRECTED, values=values, note=note)
    moving.history_add(work, turn, row.step, due_before)
    moving.record(work, turn.verb, turn, {key: f"{before[key]}>{after[key]}" for key in changed})
    _announce(work, Event.MATTER_CORRECTED)


def _announce(work: Work, event: Event) -> None:
    events.announce(
        event, place_path=work.path, matter_id=work.matter.pk, workflow=work.matter.workflow
    )
