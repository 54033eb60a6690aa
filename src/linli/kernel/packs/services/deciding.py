# SPDX-License-Identifier: MulanPSL-2.0
"""What becomes of a draft: proposed, approved by a second person, in force on its day, or back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.text import clean_line
from linli.kernel.packs import drafts
from linli.kernel.packs.drafts import DraftView
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.services.holding import (
    crossed_said,
    ensure_editable,
    followed,
    held,
    told,
)
from linli.kernel.packs.services.loading import version_keep, version_of_checked
from linli.kernel.packs.services.telling import approval_asked, author_told
from linli.kernel.packs.services.trying import ensure_tried, trial_ask
from linli.kernel.packs.terms import EDITABLE, LIVING, DraftState, Perm, Verb
from linli.kernel.packs.trials import trial_view
from linli.kernel.workflow.selectors import name_of

LONGEST_NOTE = 500
KEPT_PROBLEMS = 50


@transaction.atomic
def draft_propose(*, actor: Actor, draft: int, story_reason: str = "") -> PackDraft:
    """Hand a draft to a second person; whoever may approve it is told.

    `story_reason` says why it is right though stories do not hold with it any more. Raises Invalid
    while it has problems, changes nothing or what must not change, names no day to come, or breaks
    a story without a reason; Conflict where it crosses a version that came meanwhile, and until its
    stories were tried.
    """
    row = held(actor, draft, Perm.EDIT)
    ensure_editable(row)
    followed(actor, row)
    if row.effective_on is None or row.effective_on < clock.today():
        message = _("Say from which day it is to hold: today or later.")
        raise Invalid(message, code="no_day", fields={"effective_on": message})
    view = drafts.draft_view(row)
    _ensure_fit(view)
    trial, reason = trial_view(row, view), clean_line(story_reason)[:LONGEST_NOTE]
    ensure_tried(trial, reason)
    row.state, row.note, row.problems = DraftState.PROPOSED, "", []
    row.approver_id, row.changed_at = None, clock.now()
    row.story_reason, row.handed_in = reason if trial.broken else "", row.handed_in + 1
    fields = ["state", "note", "problems", "approver_id", "changed_at", "story_reason", "handed_in"]
    row.save(update_fields=fields)
    broken = [story.key for story in trial.broken]
    detail = {"effective_on": row.effective_on.isoformat(), "stories_broken": broken}
    told(actor, row, Verb.DRAFT_PROPOSED, detail)
    approval_asked(actor, row)
    return row


@transaction.atomic
def draft_take_back(*, actor: Actor, draft: int) -> PackDraft:
    """Take a draft back that waits for approval, to go on writing. Raises Conflict if it does
    not wait.
    """
    row = held(actor, draft, Perm.EDIT)
    _ensure_state(row, DraftState.PROPOSED)
    row.state, row.changed_at = DraftState.OPEN, clock.now()
    row.save(update_fields=["state", "changed_at"])
    told(actor, row, Verb.DRAFT_TAKEN_BACK)
    return row


@transaction.atomic
def draft_approve(*, actor: Actor, draft: int, seen: str) -> PackDraft:
    """Approve what somebody else wrote: it comes into force today if its day is here, else on its
    day.

    `seen` is the sign (`drafts.mark_of` its files) of what the page showed. Raises Invalid for
    one's own draft and for one that does not hold any more, Conflict if somebody decided or changed
    it meanwhile.
    """
    row = held(actor, draft, Perm.APPROVE)
    _ensure_state(row, DraftState.PROPOSED)
    ensure_other(actor, row)
    if drafts.mark_of(row.files) != seen:
        message = _("This draft was changed since you looked at it. Look at it once more.")
        raise Conflict(message, code="draft_changed")
    followed(actor, row)
    view = drafts.draft_view(row)
    _ensure_fit(view)
    row.state, row.approver_id = DraftState.APPROVED, actor.account_id
    row.effective_on = max(row.effective_on or clock.today(), clock.today())
    row.decided_at = row.changed_at = clock.now()
    row.save(update_fields=["state", "approver_id", "effective_on", "decided_at", "changed_at"])
    told(actor, row, Verb.DRAFT_APPROVED, {"effective_on": row.effective_on.isoformat()})
    author_told(actor, row, "pack_draft_approved")
    if row.effective_on <= clock.today():
        _put_in_force(actor, row, view)
    return row


@transaction.atomic
def draft_send_back(*, actor: Actor, draft: int, note: str) -> PackDraft:
    """Send a draft back to whoever wrote it, with what to mend; also one approved for a later day.

    Raises Invalid without a word on what is wrong, Conflict if it neither waits nor is approved.
    """
    row = held(actor, draft, Perm.APPROVE)
    _ensure_state(row, DraftState.PROPOSED, DraftState.APPROVED)
    said = clean_line(note)[:LONGEST_NOTE]
    if not said:
        message = _("Say what is to be mended.")
        raise Invalid(message, code="no_note", fields={"note": message})
    _send_back(actor, row, said)
    return row


@transaction.atomic
def draft_drop(*, actor: Actor, draft: int) -> PackDraft:
    """Give a draft up; it stays on file. Raises Conflict if it is in force or dropped already."""
    row = held(actor, draft, Perm.EDIT)
    _ensure_state(row, *LIVING)
    row.state, row.changed_at = DraftState.DROPPED, clock.now()
    row.save(update_fields=["state", "changed_at"])
    told(actor, row, Verb.DRAFT_DROPPED)
    return row


@transaction.atomic
def draft_load(*, actor: Actor, draft: int) -> PackDraft:
    """Put an approved draft in force once its day is here; safe to do twice.

    It is joined and checked again: where it does not hold any more it goes back with the problems.
    """
    row = held(actor, draft, Perm.LOAD)
    is_due = row.effective_on is not None and row.effective_on <= clock.today()
    if row.state != DraftState.APPROVED or not is_due:
        return row
    view = drafts.draft_view(row)
    if view.crossed or view.problems or view.refused:
        row.problems = _problems_kept(view)
        _send_back(actor, row, "")
        return row
    newest = drafts.load_in_force(row.pack)
    row.files, row.based_on = dict(view.files), newest.version if newest else row.based_on
    row.save(update_fields=["files", "based_on"])
    _put_in_force(actor, row, view)
    return row


def ensure_other(actor: Actor, row: PackDraft) -> None:
    """Refuse whoever wrote a draft or a line of it: a second person approves.

    Raises Invalid.
    """
    wrote = {row.author_id, *row.edits.values_list("account_id", flat=True)}
    if actor.account_id is None or actor.account_id in wrote:
        message = _("You wrote this yourself. Somebody else has to approve it.")
        raise Invalid(message, code="draft_own")


def _put_in_force(actor: Actor, row: PackDraft, view: DraftView) -> None:
    """Keep everything the draft says, from today, and remember what came of it; other drafts of the
    pack are tried anew on top of it.
    """
    files = drafts.stamped(view, clock.today())
    checked = drafts.files_checked(files, row.pack)
    detail = {"draft": row.pk, "author": row.author_id, "approver": row.approver_id}
    fresh = version_of_checked(checked, row.place_path)
    report = version_keep(actor, fresh, account_id=row.approver_id, detail=detail)
    row.state, row.load_id, row.changed_at = DraftState.IN_FORCE, report.load_id, clock.now()
    row.save(update_fields=["state", "load", "changed_at"])
    for other in PackDraft.objects.filter(pack=row.pack, state__in=EDITABLE):
        trial_ask(other)


def _ensure_fit(view: DraftView) -> None:
    """Refuse a draft that could not be loaded."""
    if view.crossed:
        raise Conflict(crossed_said(view.crossed), code="draft_crossed")
    if view.problems:
        message = _("%(count)d things have to be mended first.") % {"count": len(view.problems)}
        raise Invalid(message, code="draft_broken")
    if view.refused:
        message = _("What people or matters still use cannot be taken away or mean something else.")
        raise Invalid(message, code="draft_refused")
    if not view.changes:
        raise Invalid(_("This draft changes nothing yet."), code="draft_empty")


def _ensure_state(row: PackDraft, *wanted: str) -> None:
    if row.state in wanted:
        return
    message = _("This draft cannot be changed now: it is %(state)s.")
    said = message % {"state": DraftState(row.state).label}
    if row.approver_id is not None and row.state in (DraftState.APPROVED, DraftState.IN_FORCE):
        first = _("%(name)s was first.") % {"name": name_of(row.approver_id)}
        said = f"{said} {first}"
    raise Conflict(said, code="draft_closed")


def _send_back(actor: Actor, row: PackDraft, note: str) -> None:
    row.state, row.note = DraftState.SENT_BACK, note
    row.approver_id, row.decided_at, row.changed_at = None, clock.now(), clock.now()
    fields = ["state", "note", "problems", "approver_id", "decided_at", "changed_at"]
    row.save(update_fields=fields)
    told(actor, row, Verb.DRAFT_SENT_BACK, {"problems": len(row.problems)})
    author_told(actor, row, "pack_draft_returned")


def _problems_kept(view: DraftView) -> list[dict[str, Any]]:
    """Why a draft did not come into force, as it is kept for whoever mends it."""
    found = [one.to_json() for one in view.problems]
    crossed = [{"crossed": name} for name in view.crossed]
    refused = [{"refused": f"{change.name} {change.path}".strip()} for change in view.refused]
    return [*crossed, *refused, *found][:KEPT_PROBLEMS]
