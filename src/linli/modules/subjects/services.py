# SPDX-License-Identifier: MulanPSL-2.0
"""Filing, answering and fulfilling requests about one's own data."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import ANONYMOUS, Actor, ActorKind
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.jobs.services import enqueue
from linli.kernel.people import selectors as people
from linli.kernel.people import services as people_services
from linli.kernel.people.models import Person
from linli.kernel.sockets import registry
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.work import applicant_key
from linli.modules.subjects import rules
from linli.modules.subjects.models import DataRequest, DataRequestQuerySet
from linli.modules.subjects.terms import (
    ANSWERS,
    COPY_LASTS,
    ERASING,
    RECEIVED,
    WORKFLOW,
    Event,
    Fact,
    Kind,
    Perm,
    Verb,
)

COPY_JOB = "subjects.copy_make"


@transaction.atomic
def request_file(
    *, actor: Actor, kind: str, fact: str = "", wish: str = "", language: str = "zh-hans"
) -> DataRequest:
    """Ask for a copy, a correction or the deletion of one's own data; its clocks begin.

    A copy is made in the background. Raises Forbidden for somebody who is not on file, Invalid for
    what is missing, Conflict while the same is asked already.
    """
    person = people.person_for_account(actor.account_id)
    if actor.kind is not ActorKind.ACCOUNT or person is None:
        message = _("We do not know yet who you are. Please ask at the community window.")
        raise Forbidden(message, code="request_unknown")
    sort, about, words = rules.wish_checked(kind, fact, wish)
    place = people.home_of(person)
    if place is None:
        message = _("We do not know your home yet. Please ask at the community window.")
        raise Invalid(message, code="request_nowhere")
    lock(person)
    standing = DataRequest.objects.filter(person=person, kind=sort, matter__ended_at=None)
    if sort != Kind.CORRECTION and standing.exists():
        raise Conflict(_("You have asked for this already."), code="request_standing")
    matter = workflow.matter_open(
        actor=actor,
        workflow=WORKFLOW,
        place=place,
        values={"kind": str(sort)},
        applicant_account_id=actor.account_id,
    )
    filed = DataRequest.objects.create(
        matter=matter, person=person, kind=sort, fact=about, wish=words, language=language
    )
    path = matter.place.path
    audit.record(actor, Verb.FILED, on=filed, at=path, detail={"kind": str(sort)})
    events.announce(Event.FILED, place_path=path, request_id=filed.pk)
    if sort == Kind.ACCESS:
        enqueue(COPY_JOB, request_id=filed.pk)
    return filed


@transaction.atomic
def request_answer(
    *, actor: Actor, request: DataRequest, move: str, step: str, answer: str, law: str = ""
) -> DataRequest:
    """Answer a request by a button of its procedure; what is refused names the law.

    A correction that is granted is made here. Raises Forbidden, Invalid for what is missing,
    Conflict if somebody was first.
    """
    kept = lock(request)
    access.require(actor, Perm.ANSWER, at=kept.matter.place)
    if move not in ANSWERS:
        raise Forbidden(_("There is no such button at this step."), code="no_move")
    values = {"answer": answer} | ({"law": law} if move == "refuse" else {})
    workflow.matter_move(
        actor=actor, matter=kept.matter_id, move=move, expected_step=step, values=values
    )
    if move == "grant" and kept.fact != Fact.OTHER:
        people_services.person_update(
            actor=actor, person=kept.person, reason=kept.matter.number, **{kept.fact: kept.wish}
        )
    kept.answer, kept.law = answer.strip(), law.strip() if move == "refuse" else ""
    kept.save(update_fields=["answer", "law"])
    path = kept.matter.place.path
    detail = {"kind": kept.kind, "move": move}
    audit.record(actor, Verb.ANSWERED, on=kept, at=path, detail=detail)
    events.announce(Event.ANSWERED, place_path=path, request_id=kept.pk)
    return kept


@transaction.atomic
def request_withdraw(*, actor: Actor, request: DataRequest, step: str) -> DataRequest:
    """Take one's own request back. Raises Forbidden for another's, Conflict once it is done."""
    kept = lock(request)
    if actor.person_id is None or kept.person_id != actor.person_id:
        raise Forbidden(_("Only who asked may do that."), code="not_yours")
    workflow.matter_move(actor=actor, matter=kept.matter_id, move="withdraw", expected_step=step)
    audit.record(actor, Verb.WITHDRAWN, on=kept, at=kept.matter.place)
    return kept


@transaction.atomic
def copy_make(*, actor: Actor, request: DataRequest) -> bool:
    """Write the copy that was asked for, of everything that any part keeps of the person; the
    request is done then. False where there is nothing to do. Raises Forbidden for anybody but the
    machine.
    """
    _ensure_machine(actor)
    kept = lock(request)
    if kept.copy or kept.matter.step != RECEIVED or kept.kind != Kind.ACCESS:
        return False
    with translation.override(kept.language):
        kept.copy = _copy_of(kept.person)
    kept.copy_until = clock.now() + COPY_LASTS
    kept.save(update_fields=["copy", "copy_until"])
    _move(kept, "deliver", RECEIVED)
    audit.record(actor, Verb.COPY_MADE, on=kept, at=kept.matter.place)
    return True


@transaction.atomic
def copy_fetch(*, actor: Actor, request: DataRequest) -> str:
    """The text of one's own copy, for somebody who has just shown who they are.

    Raises Forbidden for another's and for one that is there no more, Unproven.
    """
    kept = lock(request)
    is_own = actor.person_id is not None and kept.person_id == actor.person_id
    if not is_own or not kept.copy:
        raise Forbidden(_("There is no such copy."), code="copy_unknown")
    access.prove(actor)
    audit.record(actor, Verb.COPY_FETCHED, on=kept, at=kept.matter.place)
    return str(kept.copy)


@transaction.atomic
def copy_remove(*, actor: Actor, request: DataRequest) -> None:
    """Remove a copy whose time is over. Raises Forbidden for anybody but the machine."""
    _ensure_machine(actor)
    kept = lock(request)
    kept.copy, kept.copy_until = "", None
    kept.save(update_fields=["copy", "copy_until"])
    audit.record(actor, Verb.COPY_REMOVED, on=kept, at=kept.matter.place)


@transaction.atomic
def requests_empty(*, actor: Actor, person_id: int) -> int:
    """Somebody was lawfully erased: what they wrote in requests goes, and a deletion that waited is
    done; how many requests there were. Raises Forbidden for anybody but the machine.
    """
    _ensure_machine(actor)
    rows = list(DataRequest.objects.filter(person=person_id).select_related("matter__place"))
    for row in rows:
        row.wish = row.answer = row.copy = ""
        row.copy_until = None
        row.save(update_fields=["wish", "answer", "copy", "copy_until"])
        audit.record(actor, Verb.EMPTIED, on=row, at=row.matter.place)
        if row.matter.step == ERASING:
            _move(row, "erased", ERASING)
    return len(rows)


@transaction.atomic
def requests_return(*, actor: Actor, person_id: int) -> int:
    """A second person said no to the erasing: a deletion that waited is to be answered again; how
    many. Raises Forbidden for anybody but the machine.
    """
    _ensure_machine(actor)
    rows = DataRequest.objects.filter(person=person_id, matter__step=ERASING)
    for row in rows.select_related("matter"):
        _move(row, "not_erased", ERASING)
    return len(rows)


def words_forget(requests: DataRequestQuerySet) -> None:
    """What was asked and answered in words goes; that it was, and by which law it was refused,
    stays. The ledger of `kernel.retention`, which calls, says so.
    """
    requests.update(wish="", answer="", copy="", copy_until=None, forgotten_at=timezone.now())


def _move(row: DataRequest, move: str, step: str) -> None:
    """What the platform does by itself, for whoever asked."""
    own = ANONYMOUS.acting_for(applicant_key(row.matter))
    workflow.matter_move(actor=own, matter=row.matter_id, move=move, expected_step=step)


def _copy_of(person: Person) -> str:
    """Everything that is kept, a part at a time, as a page of plain text."""
    lines = [_("Copy of your personal data, made on %(day)s") % {"day": clock.today()}, ""]
    labels = {manifest.name: manifest.label for manifest in registry.manifests()}
    for part, kept_of in registry.kept_parts().items():
        rows = kept_of(person.pk, person.account_id)
        if rows:
            name_of_part = label(labels[part])
            lines += [f"[{name_of_part}]", *(f"{name}: {value}" for name, value in rows), ""]
    return "\n".join(lines)


def _ensure_machine(actor: Actor) -> None:
    if not actor.is_system:
        raise Forbidden(_("Only the platform itself does this."), code="forbidden")
