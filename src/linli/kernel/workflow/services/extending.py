# SPDX-License-Identifier: MulanPSL-2.0
"""More time (延期): asked for before it is due, granted by somebody else, kept in the clock."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import calendar as calendars
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.text import as_said
from linli.kernel.events import services as events
from linli.kernel.workflow.grammar import ExtendSpec
from linli.kernel.workflow.models import Clock, Extension
from linli.kernel.workflow.rules.who import is_subject, passes
from linli.kernel.workflow.services import clocks, effects, moving, offering
from linli.kernel.workflow.services.matters import text_ensure
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import ClockKind, Event, Sort, Verb
from linli.kernel.workflow.work import Work

TO_EXTEND = "to_extend"
EXTENDED, NOT_EXTENDED = "extended", "not_extended"
MORE_TIME = "more_time"
"""Texts that the engine itself sends where a pack has them."""


@transaction.atomic
def extension_ask(*, actor: Actor, matter: int, clock: str, why: str) -> Extension:
    """Ask for more time on a clock of the matter, before it has run out.

    Raises Forbidden for somebody the procedure does not name, Invalid without a reason, Conflict
    for a clock that stands, has run out, is asked about already, or has had all its extensions.
    """
    work = Work.locked(matter, actor)
    spec, running = _clock(work, clock)
    if not passes(actor, spec.asked_by, work.scene):
        raise Forbidden(_("This step is in other hands."), code="not_yours")
    _ensure_in_time(work, spec, running)
    said = text_ensure(why)
    if not said:
        message = _("Please write why it takes longer.")
        raise Invalid(message, code="why_empty", fields={"why": message})
    asked = Extension.objects.create(
        matter=work.matter,
        clock=running,
        span=str(spec.by),
        why=said,
        asked_at=work.now,
        asked_by_id=actor.account_id,
    )
    turn = Turn(running.name, sort=Sort.ASKED_TIME, verb=Verb.EXTENSION_ASKED, note=said)
    key = _noted(work, turn, asked, clocks.due_map(work.all_clocks()))
    approvers = work.addresses(spec.approved_by)
    effects.todo_put(work, TO_EXTEND, approvers, f"{key}.{TO_EXTEND}")
    recipients = accounts_at(approvers, work.today)
    cause = effects.Cause(key, (), as_said(said), clock=running)
    effects.notify_if_known(work, cause, TO_EXTEND, recipients, key)
    return asked


@transaction.atomic
def extension_answer(
    *, actor: Actor, extension: int, is_granted: bool, note: str = ""
) -> Extension:
    """Grant more time, or not; a grant moves the due time and is written into its derivation.

    Raises Forbidden for somebody the procedure does not name and for whoever asked, Conflict if it
    was answered or the clock has stopped since.
    """
    matter_id = Extension.objects.values_list("matter_id", flat=True).get(pk=extension)
    work = Work.locked(matter_id, actor)
    asked = Extension.objects.get(pk=extension)
    name = next(each.name for each in work.clocks if each.pk == asked.clock_id)
    spec, running = _clock(work, name)
    _ensure_may_answer(work, spec, asked)
    if not is_granted and not text_ensure(note):
        message = _("Please write why not.")
        raise Invalid(message, code="note_empty", fields={"note": message})
    due_before = clocks.due_map(work.all_clocks())
    asked.answered_at, asked.answered_by_id = work.now, actor.account_id
    asked.is_granted, asked.note = is_granted, text_ensure(note)
    asked.save(update_fields=["answered_at", "answered_by", "is_granted", "note"])
    if is_granted:
        _grant(work, spec, running, asked)
    sort = Sort.EXTENDED if is_granted else Sort.NOT_EXTENDED
    turn = Turn(name, sort=sort, verb=Verb.EXTENSION_ANSWERED, note=asked.note)
    offering.todos_close(work, TO_EXTEND)
    key = _noted(work, turn, asked, due_before)
    _answer_told(work, running, asked, key)
    return asked


def _answer_told(work: Work, running: Clock, asked: Extension, key: str) -> None:
    """Whoever asked hears the answer; the applicant hears of more time on a clock shown to them."""
    recipients = [asked.asked_by_id] if asked.asked_by_id is not None else []
    cause = effects.Cause(key, (), as_said(asked.note), clock=running)
    effects.notify_if_known(
        work, cause, EXTENDED if asked.is_granted else NOT_EXTENDED, recipients, key
    )
    applicant = work.matter.applicant_account_id
    if asked.is_granted and running.shown and applicant is not None:
        cause = effects.Cause(key, (), as_said(asked.why), clock=running)
        effects.notify_if_known(work, cause, MORE_TIME, [applicant], f"{key}.{MORE_TIME}")


def _clock(work: Work, name: str) -> tuple[ExtendSpec, Clock]:
    spec = work.spec.clocks.get(name)
    own = next(
        (each for each in work.clocks if each.name == name and each.kind == ClockKind.MATTER), None
    )
    if spec is None or spec.extend is None or own is None:
        raise Forbidden(_("This time limit is not extended."), code="no_extension")
    return spec.extend, own


def _ensure_in_time(work: Work, spec: ExtendSpec, running: Clock) -> None:
    if running.stopped_at is not None:
        raise Conflict(_("This time limit has stopped already."), code="clock_stopped")
    if running.has_run_out(work.now):
        raise Conflict(_("It has run out; more time is asked for before."), code="too_late")
    rows = running.extensions.all()
    if any(each.answered_at is None for each in rows):
        raise Conflict(_("More time has been asked for already."), code="asked_already")
    if sum(bool(each.is_granted) for each in rows) >= spec.times:
        raise Conflict(_("It cannot be extended once more."), code="no_more")


def _ensure_may_answer(work: Work, spec: ExtendSpec, asked: Extension) -> None:
    actor = work.actor
    if not passes(actor, spec.approved_by, work.scene) or is_subject(actor, work.scene):
        raise Forbidden(_("This step is in other hands."), code="not_yours")
    if actor.account_id is not None and actor.account_id == asked.asked_by_id:
        raise Forbidden(_("Somebody else has to answer what you asked."), code="own_request")
    if asked.answered_at is not None:
        raise Conflict(_("This has been answered already."), code="answered")


def _grant(work: Work, spec: ExtendSpec, running: Clock, asked: Extension) -> None:
    if running.stopped_at is not None:
        raise Conflict(_("This time limit has stopped already."), code="clock_stopped")
    unit_id = work.acting_unit_id()
    unit = next((each for each in (work.matter.lead_unit,) if each and each.pk == unit_id), None)
    due = calendars.extend(
        work.calendar(running.calendar),
        calendars.Derivation.from_json(running.derivation),
        spec.by,
        granted_at=work.now,
        granted_by=unit.label if unit is not None else {},
        reason=as_said(asked.why),
    )
    clocks.due_put(work, running, due)
    clocks.timers_wind(work, running)


def _noted(work: Work, turn: Turn, asked: Extension, due_before: dict[str, object]) -> str:
    work.matter.revision += 1
    clocks.clocks_save(work)
    moving.matter_save(work)
    is_shown = work.spec.clocks[turn.key].shown and turn.sort == Sort.EXTENDED
    moving.history_add(work, turn, work.matter.step, due_before, shown=is_shown)
    moving.record(work, turn.verb, turn, {"clock": turn.key, "extension": asked.pk})
    events.announce(Event.CLOCK_EXTENDED, place_path=work.path, matter_id=work.matter.pk)
    return f"m{work.matter.pk}.{work.matter.revision}"
