# SPDX-License-Identifier: MulanPSL-2.0
"""Working on a case: its moves, what the resident is told, who may see who reported it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import clean
from linli.engines.ballots import selectors as ballot_selectors
from linli.engines.ballots import services as ballots
from linli.engines.ballots.terms import Via
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.files import services as files
from linli.kernel.files.models import StoredFile
from linli.kernel.people import services as people
from linli.kernel.units.models import Unit
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.selectors.moves import moves_open
from linli.modules.appeals import rules
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import cases, saying
from linli.modules.appeals.services import telling
from linli.modules.appeals.terms import FILES_OWNER, WORK_FILES_OWNER, Event, Perm, Verb

REPLY_FIELD = "reply"
WITHDRAW = "withdraw"
URGE_EVERY = 4 * 3600
"""Seconds that must pass before the same appeal is urged again."""

STAFF_URGES_EVERY = 3600
MAY_URGE = (Perm.DISPATCH, Perm.VIEW_FIGURES)
"""Who may urge a unit on: whoever sends orders out, and whoever supervises."""


@transaction.atomic
def case_move(
    *,
    actor: Actor,
    case: Case,
    move: str,
    expected_step: str,
    values: dict[str, Any] | None = None,
    reason: str = "",
    note: str = "",
    unit: Unit | None = None,
    revision: int | None = None,
    photos: Mapping[str, Sequence[Any]] | None = None,
) -> Case:
    """Press a button of the procedure; where its form holds a reply, every reporter gets it.

    `photos` are uploads by the form's field; with `revision` nothing may have happened since the
    page
    was shown. Raises Forbidden, Invalid (what must be filled), Conflict (the case has moved on).
    """
    given = dict(values or {})
    if photos:
        given |= _photos_kept(actor, case, move, photos)
    matter = workflow.matter_move(
        actor=actor,
        matter=case.matter,
        move=move,
        expected_step=expected_step,
        values=given,
        reason=reason,
        note=note,
        unit=unit,
        revision=revision,
    )
    reply = str(given.get(REPLY_FIELD, "")).strip()
    if reply:
        case.appeals.filter(withdrawn_at__isnull=True).update(
            reply=clean(reply), replied_at=clock.now()
        )
        audit.record(actor, Verb.ANSWERED, on=("case", matter.number), at=matter.place.path)
        events.announce(Event.ANSWERED, place_path=matter.place.path, case_id=case.pk)
    case.matter = matter
    return case


def _photos_kept(
    actor: Actor, case: Case, move: str, photos: Mapping[str, Sequence[Any]]
) -> dict[str, list[str]]:
    """Keep the photos of a move that is open to the actor; gives their keys by field."""
    matter = case.matter
    if not any(each.key == move and each.is_open for each in moves_open(actor, matter)):
        return {}
    return {
        field: [
            files.file_store(
                actor=actor,
                upload=upload,
                owner_kind=WORK_FILES_OWNER,
                owner_key=matter.number,
                place_path=matter.place.path,
            ).key
            for upload in uploads
        ]
        for field, uploads in photos.items()
    }


@transaction.atomic
def appeal_withdraw(*, actor: Actor, appeal: Appeal, reason: str = "") -> Appeal:
    """Take an appeal back; the case ends with it unless others reported the same thing.

    `reason` is one of the reasons that the procedure lists. Raises Forbidden for anybody but the
    reporter, Invalid without a reason where one is asked for, Conflict once it cannot be taken
    back.
    """
    kept = lock(appeal)
    own = _own(actor, kept)
    if kept.withdrawn_at is not None:
        return kept
    kept.withdrawn_at = clock.now()
    kept.save(update_fields=["withdrawn_at"])
    case = kept.case
    if not case.appeals.filter(withdrawn_at__isnull=True).exists():
        _case_withdraw(own, case, reason)
    path = case.matter.place.path
    audit.record(own, Verb.WITHDRAWN, on=("appeal", kept.number), at=path, reason=reason)
    events.announce(Event.CHANGED, place_path=path, case_id=case.pk)
    return kept


def _case_withdraw(own: Actor, case: Case, reason: str) -> None:
    matter = case.matter
    button = next((move for move in moves_open(own, matter) if move.key == WITHDRAW), None)
    if button is None or not button.is_open:
        message = _("This cannot be taken back any more: the work is done or has ended.")
        raise Conflict(message, code="too_late")
    workflow.matter_move(
        actor=own,
        matter=matter,
        move=WITHDRAW,
        expected_step=matter.step,
        reason=reason if button.needs_reason else "",
    )


def addition_count(*, appeal: Appeal) -> None:
    """Count one addition to an appeal, taken or refused.

    Call it before the transaction in which it is added, and only for whoever may add. Raises
    TooMany.
    """
    access.rate_hit("appeals.add", appeal.number, limit=rules.ADDITIONS_AN_HOUR, per_seconds=3600)


@transaction.atomic
def appeal_correct(*, actor: Actor, appeal: Appeal, addition: str, address: str = "") -> Appeal:
    """Add to what was said; whoever has the case in hand reads it in the timeline at once.

    What was said first is never changed. `address` is what the abuse list knows; how often is
    `addition_count`'s. Raises Forbidden, Invalid, Refused (a sender on the abuse list), Conflict
    once the case has ended.
    """
    kept = lock(appeal)
    own = _own(actor, kept)
    _ensure_welcome(actor, kept, address)
    words = rules.what_cleaned(addition)
    matter = kept.case.matter
    _ensure_running(kept)
    workflow.matter_note(actor=own, matter=matter, note=words, shown=True)
    audit.record(own, Verb.CORRECTED, on=("appeal", kept.number), at=matter.place.path)
    events.announce(Event.CHANGED, place_path=matter.place.path, case_id=kept.case_id)
    return kept


def _ensure_welcome(actor: Actor, appeal: Appeal, address: str) -> None:
    access.abuse_check(
        at=appeal.case.matter.place,
        account_id=actor.account_id,
        address=address,
        phone=appeal.contact_phone,
    )


@transaction.atomic
def appeal_photos_add(*, actor: Actor, appeal: Appeal, photos: Sequence[Any]) -> list[StoredFile]:
    """Add photos to what was said, all or none; gives everything that hangs on the appeal then.

    What hangs there already is kept once: sending the same again changes nothing. Open to whoever
    reported it, and to whoever took it in while they may. Raises Forbidden, Invalid, Conflict once
    the case has ended.
    """
    kept = lock(appeal)
    own = _own_or_taken(actor, kept)
    _ensure_running(kept)
    rules.ensure_some_photos(len(photos))
    path = kept.case.matter.place.path
    before = len(saying.said_photos([kept]).get(kept.number, []))
    for photo in photos:
        files.file_store(
            actor=own,
            upload=photo,
            owner_kind=FILES_OWNER,
            owner_key=kept.number,
            place_path=path,
            once=True,
        )
    found = saying.said_photos([kept])[kept.number]
    rules.ensure_few_photos(len(found))
    if len(found) > before:
        _photos_tell(own, kept, len(found) - before)
    return found


def _photos_tell(own: Actor, appeal: Appeal, count: int) -> None:
    """Say in the history, on the record and to whoever listens that photos were added."""
    matter = appeal.case.matter
    words = ngettext("Added %(count)s photo.", "Added %(count)s photos.", count)
    workflow.matter_note(actor=own, matter=matter, note=words % {"count": count}, shown=True)
    detail = {"photos": count}
    path = matter.place.path
    audit.record(own, Verb.CORRECTED, on=("appeal", appeal.number), at=path, detail=detail)
    events.announce(Event.CHANGED, place_path=path, case_id=appeal.case_id)


@transaction.atomic
def appeal_urge(*, actor: Actor, appeal: Appeal) -> Appeal:
    """Ask how it stands (催一下): at most once in four hours; whoever has it in hand is told."""
    own = _own(actor, appeal)
    matter = appeal.case.matter
    _ensure_running(appeal)
    access.rate_hit("appeals.urge", appeal.number, limit=1, per_seconds=URGE_EVERY)
    telling.appeal_urged_tell(actor=own, appeal=appeal)
    workflow.matter_note(actor=own, matter=matter, note=_("Asked how it stands."), shown=True)
    audit.record(own, Verb.URGED, on=("appeal", appeal.number), at=matter.place.path)
    events.announce(Event.CHANGED, place_path=matter.place.path, case_id=appeal.case_id)
    return appeal


@transaction.atomic
def case_urge(*, actor: Actor, case: Case) -> Case:
    """Urge a case on as a dispatcher or a leader (催办): whoever has it in hand is told.

    At most once an hour for each who urges. Raises Forbidden, Conflict once it has ended, TooMany.
    """
    matter = case.matter
    if not any(access.may(actor, right, at=matter.place) for right in MAY_URGE):
        raise Forbidden(_("You may not urge this on."), code="may_not_urge")
    if matter.ended_at is not None:
        raise Conflict(_("This is finished already."), code="ended")
    who = f"{matter.number}:{actor.account_id}"
    access.rate_hit("appeals.case_urge", who, limit=1, per_seconds=STAFF_URGES_EVERY)
    telling.case_urged_tell(actor=actor, case=case)
    audit.record(actor, Verb.URGED, on=("case", matter.number), at=matter.place.path)
    events.announce(Event.CHANGED, place_path=matter.place.path, case_id=case.pk)
    return case


def _ensure_running(appeal: Appeal) -> None:
    if appeal.case.matter.ended_at is not None or appeal.withdrawn_at is not None:
        message = _("This has been closed. Please report again if it came back.")
        raise Conflict(message, code="ended")


@transaction.atomic
def appeal_rate(
    *,
    actor: Actor,
    appeal: Appeal,
    mark: str,
    reasons: tuple[str, ...] = (),
    values: dict[str, Any] | None = None,
) -> Appeal:
    """Give a mark after the answer: the reporter does, or a clerk who calls them back.

    A bad mark sends the case back to the unit. Raises Forbidden, Invalid, Conflict (given already).
    """
    kept = lock(appeal)
    matter = kept.case.matter
    is_own = cases.is_own(actor, kept)
    if not is_own and not access.may(actor, Perm.FOLLOW_UP, at=matter.place):
        raise Forbidden(_("Only the person who reported this may rate it."), code="not_yours")
    ballot = ballot_selectors.ballot_open(matter)
    if ballot is None:
        message = _("This has been rated already, or cannot be rated yet.")
        raise Conflict(message, code="no_ballot")
    ballots.rate_cast(
        actor=_own(actor, kept) if is_own else actor.acting_for(workflow.applicant_key(matter)),
        ballot=ballot,
        mark=mark,
        reasons=reasons,
        values=values or {},
        via=Via.WEB if is_own else Via.PHONE,
    )
    kept.mark, kept.mark_reasons, kept.rated_at = mark, list(reasons), clock.now()
    kept.save(update_fields=["mark", "mark_reasons", "rated_at"])
    path = matter.place.path
    events.announce(Event.RATED, place_path=path, case_id=kept.case_id, appeal_id=kept.pk)
    return kept


@transaction.atomic
def reporter_open(
    *, actor: Actor, appeal: Appeal, purpose: str, is_other: bool = False
) -> dict[str, str]:
    """Name and phone of whoever reported (or, `is_other`, of whom it is for), for a stated purpose.

    It is recorded, and visible to the person. A confidential reporter is shown to nobody of a unit
    that
    the case is about or that was given it. Raises Forbidden, Invalid without a purpose.
    """
    matter = appeal.case.matter
    seen = cases.case_get(actor=actor, number=matter.number)
    if seen is None or not saying.may_open_reporter(actor, appeal):
        raise Forbidden(_("You may not see who reported this."), code="reporter_hidden")
    why = clean(purpose).strip()
    if len(why) < rules.SHORTEST:
        message = _("Please say what you need it for.")
        raise Invalid(message, code="purpose_missing", fields={"purpose": message})
    audit.record(
        actor,
        Verb.REPORTER_OPENED,
        on=("appeal", appeal.number),
        at=matter.place.path,
        reason=why,
    )
    person = appeal.for_person if is_other else appeal.reporter
    if person is not None:
        phone = people.personal_open_by_duty(actor=actor, person=person, field="phone", purpose=why)
        return {"name": person.name, "phone": phone}
    if is_other:
        return {"name": appeal.for_name, "phone": appeal.for_phone}
    return {"name": appeal.contact_name, "phone": appeal.contact_phone}


def _own(actor: Actor, appeal: Appeal) -> Actor:
    """The actor as the one who filed the matter, once it is clear that the appeal is theirs.

    A confidential reporter leaves no name in the history and the record.
    """
    if not cases.is_own(actor, appeal):
        raise Forbidden(_("Only the person who reported this may do that."), code="not_yours")
    own = actor.acting_for(workflow.applicant_key(appeal.case.matter))
    return rules.unseen(own) if appeal.is_confidential else own


def _own_or_taken(actor: Actor, appeal: Appeal) -> Actor:
    """The same; also for whoever took it in for somebody, while they may take in what lies there.

    Who took it in is no secret.
    """
    is_taken = appeal.taken_by_id is not None and appeal.taken_by_id == actor.account_id
    if not is_taken:
        return _own(actor, appeal)
    matter = appeal.case.matter
    access.require(actor, rules.permission_for(appeal.channel), at=matter.place)
    return actor.acting_for(workflow.applicant_key(matter))
