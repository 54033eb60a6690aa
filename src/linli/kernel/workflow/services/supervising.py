# SPDX-License-Identifier: MulanPSL-2.0
"""Supervision (督办): somebody above orders a matter to be hastened, and is answered in time."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.text import as_said
from linli.kernel.events import services as events
from linli.kernel.workflow.grammar import SuperviseSpec
from linli.kernel.workflow.models import Clock, Supervision, Todo
from linli.kernel.workflow.rules.clocks import SUPERVISE
from linli.kernel.workflow.rules.who import is_at, is_subject, passes
from linli.kernel.workflow.services import clocks, effects, moving, offering
from linli.kernel.workflow.services.answering import TO_ACCOUNT, answerers
from linli.kernel.workflow.services.matters import text_ensure
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import ClockKind, Event, Sort, Verb
from linli.kernel.workflow.work import Work

ACCOUNTED = "accounted"
"""A text that the engine itself sends where a pack has it."""

TO_SUPERVISE = "supervise"
"""The text by which late effects put a matter before those above."""


@transaction.atomic
def supervision_order(*, actor: Actor, matter: int, what: str) -> Supervision:
    """Order a matter to be hastened; those whom its procedure names answer by a due time.

    Its clock runs on through every step and pause of the matter. Raises Forbidden for somebody
    the procedure does not name, Invalid without a word on what is wanted, Conflict once it has
    ended, while an order waits for its answer, and while nobody has it in hand.
    """
    work = Work.locked(matter, actor)
    spec = _spec(work)
    if not may_supervise(work):
        raise Forbidden(_("You may not supervise this."), code="may_not_supervise")
    _ensure_free(work)
    said = text_ensure(what)
    if not said:
        message = _("Please write what you want done.")
        raise Invalid(message, code="what_empty", fields={"what": message})
    desks = answerers(work)
    if not desks:
        raise Conflict(_("Nobody has this in hand who could answer."), code="nobody_answers")
    due_before = clocks.due_map(work.all_clocks())
    running = _clock_start(work, spec)
    ordered = Supervision.objects.create(
        matter=work.matter,
        clock=running,
        what=said,
        ordered_at=work.now,
        ordered_by_id=actor.account_id,
    )
    own = Todo.objects.of(actor).open().filter(matter=work.matter, text_key=TO_SUPERVISE)
    Todo.objects.filter(group__in=own.values("group")).update(
        done_at=work.now, done_by_id=actor.account_id
    )
    turn = Turn(SUPERVISE, sort=Sort.SUPERVISED, verb=Verb.SUPERVISION_ORDERED, note=said)
    key = _noted(work, turn, ordered, due_before)
    effects.todo_put(work, TO_ACCOUNT, desks, f"{key}.{TO_ACCOUNT}", running.due_at)
    cause = effects.Cause(key, (), as_said(said), clock=running)
    effects.notify_if_known(work, cause, TO_ACCOUNT, accounts_at(desks, work.today), key)
    return ordered


@transaction.atomic
def supervision_answer(*, actor: Actor, supervision: int, answer: str) -> Supervision:
    """Answer an order to hasten: what was done, and when it will be finished. That ends it.

    Raises Forbidden for somebody the procedure does not name and for whoever ordered it, Invalid
    without a word, Conflict if it was answered or the matter has ended.
    """
    matter_id = Supervision.objects.values_list("matter_id", flat=True).get(pk=supervision)
    work = Work.locked(matter_id, actor)
    ordered = Supervision.objects.get(pk=supervision)
    _ensure_may_answer(work, ordered)
    said = text_ensure(answer)
    if not said:
        message = _("Please write what was done.")
        raise Invalid(message, code="answer_empty", fields={"answer": message})
    due_before = clocks.due_map(work.all_clocks())
    ordered.answered_at, ordered.answered_by_id, ordered.answer = work.now, actor.account_id, said
    ordered.save(update_fields=["answered_at", "answered_by", "answer"])
    running = next(each for each in work.clocks if each.pk == ordered.clock_id)
    clocks.clock_stop(work, running)
    offering.todos_close(work, TO_ACCOUNT)
    turn = Turn(SUPERVISE, sort=Sort.ACCOUNTED, verb=Verb.SUPERVISION_ANSWERED, note=said)
    key = _noted(work, turn, ordered, due_before)
    recipients = [ordered.ordered_by_id] if ordered.ordered_by_id is not None else []
    cause = effects.Cause(key, (), as_said(said), clock=running)
    effects.notify_if_known(work, cause, ACCOUNTED, recipients, key)
    return ordered


def may_supervise(work: Work) -> bool:
    """Whether the actor is one of those who may order the matter to be hastened."""
    spec = work.spec.supervise
    return (
        spec is not None
        and passes(work.actor, spec.who, work.scene)
        and not is_subject(work.actor, work.scene)
    )


def may_answer(work: Work, ordered: Supervision) -> bool:
    """Whether the actor has to answer an order, and did not give it."""
    own = work.actor.account_id
    is_own = own is not None and own == ordered.ordered_by_id
    return not is_own and any(is_at(work.actor, each) for each in answerers(work))


def _spec(work: Work) -> SuperviseSpec:
    if work.spec.supervise is None:
        raise Forbidden(_("This procedure knows no supervision."), code="no_supervision")
    return work.spec.supervise


def _ensure_free(work: Work) -> None:
    if work.matter.ended_at is not None:
        raise Conflict(_("This has ended already."), code="ended")
    if work.matter.supervisions.filter(answered_at__isnull=True).exists():
        raise Conflict(_("It is supervised already, and not answered yet."), code="supervised")


def _ensure_may_answer(work: Work, ordered: Supervision) -> None:
    if ordered.answered_at is not None:
        raise Conflict(_("This has been answered already."), code="answered")
    if work.matter.ended_at is not None:
        raise Conflict(_("This has ended already."), code="ended")
    if not may_answer(work, ordered):
        raise Forbidden(_("Those who have it in hand answer this."), code="not_yours")


def _clock_start(work: Work, spec: SuperviseSpec) -> Clock:
    """The clock of the answer, saved, so that the order may point at it."""
    before = work.matter.supervisions.count()
    started = clocks.clock_start(
        work,
        SUPERVISE,
        spec.limit,
        kind=ClockKind.SUPERVISE,
        visit=before + 1,
        warn=spec.warn,
    )
    if started is None:
        raise ValueError("a span always begins a clock")
    clocks.clocks_save(work)
    return started


def _noted(work: Work, turn: Turn, ordered: Supervision, due_before: dict[str, object]) -> str:
    work.matter.revision += 1
    clocks.clocks_save(work)
    moving.matter_save(work)
    moving.history_add(work, turn, work.matter.step, due_before, shown=False)
    moving.record(work, turn.verb, turn, {"supervision": ordered.pk})
    events.announce(Event.SUPERVISION_CHANGED, place_path=work.path, matter_id=work.matter.pk)
    return f"m{work.matter.pk}.{work.matter.revision}"
