# SPDX-License-Identifier: MulanPSL-2.0
"""A draft in the console: what it changes, what is wrong with it, and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.kernel.access import services as access
from linli.kernel.packs import drafts, services
from linli.kernel.packs.archive import archive_written
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.phrases import said
from linli.kernel.packs.terms import EDITABLE, LIVING, DraftState, Perm
from linli.kernel.packs.trials import trial_view
from linli.kernel.workflow.selectors import name_of, names_of
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.packs.console import TONES, table_counts, zip_answer
from linli.shells.packs.desk import DraftDesk, desk_of_draft, draft_seen
from linli.shells.packs.examples import story_lines
from linli.shells.packs.listing import change_lines, path_of, weights
from linli.shells.units.days import LONGEST_REASON, day_sent

SHOWN = 200
"""How many changes and problems a page shows at once."""

LONGEST_PART = 200
"""How long the name of a definition, or the way to a value in it, is at most."""


@console.page("packs/drafts/<int:draft_id>/", name="pack_draft", needs=Perm.VIEW)
def pack_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft; a POST does with it what its button says."""
    actor = actor_of(request)
    draft = draft_seen(actor, draft_id)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            message = _done(request, actor, draft)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, message)
            return HttpResponseRedirect(reverse("console:pack_draft", args=[draft.pk]))
    desk = desk_of_draft(request, draft_id)
    return render(
        request,
        "packs/console/draft.html",
        {"trial": "trial", "hand-in": "handing"},
        status=refusal.status if refusal else 200,
        refusal=refusal,
        sent=request.POST,
        today=clock.today(),
        **_contents(actor, desk),
    )


def _contents(actor: Actor, desk: DraftDesk) -> dict[str, Any]:
    draft, view = desk.draft, desk.view
    lines = change_lines(view.changes[:SHOWN], desk.words, view.files)
    trial = trial_view(draft, view)
    may_approve = bool(access.may(actor, Perm.APPROVE, draft.place_path))
    may_edit = bool(access.may(actor, Perm.EDIT, draft.place_path))
    edits = list(draft.edits.all()[:20])
    names = names_of(edit.account_id for edit in edits)
    return {
        "desk": desk,
        "draft": draft,
        "state": DraftState(draft.state).label,
        "tone": TONES[DraftState(draft.state)],
        "author": name_of(draft.author_id),
        "approver": name_of(draft.approver_id),
        "changes": lines,
        "more": max(0, len(view.changes) - SHOWN),
        "trial": trial,
        "stories": story_lines(trial, desk.words),
        "is_trying": draft.state in EDITABLE and trial.is_open and not trial.is_over,
        "weights": weights(view.changes),
        "problems": view.problems[:SHOWN],
        "crossed": [desk.words.name(name) for name in view.crossed],
        "kept": _kept(draft),
        "edits": [
            (edit, desk.words.entry(edit.name, edit.part), names.get(edit.account_id or 0, ""))
            for edit in edits
        ],
        "counts": table_counts(desk),
        "mark": drafts.mark_of(draft.files),
        "may_write": desk.may_write,
        "may_propose": desk.may_write and not view.problems and not view.refused,
        "may_take_back": may_edit and draft.state == DraftState.PROPOSED,
        "may_drop": may_edit and draft.state in LIVING,
        "may_decide": may_approve and draft.state == DraftState.PROPOSED,
        "may_send_back": may_approve and draft.state in (DraftState.PROPOSED, DraftState.APPROVED),
        "is_own": _is_own(actor, draft),
        "is_living": draft.state in LIVING,
        "is_open": draft.state in EDITABLE,
    }


def _is_own(actor: Actor, draft: PackDraft) -> bool:
    """Whether this reader wrote it, or a line of it, and so cannot approve it."""
    if actor.account_id == draft.author_id:
        return True
    return draft.edits.filter(account_id=actor.account_id).exists()


def _kept(draft: PackDraft) -> list[str]:
    """Why the platform sent a draft back, in words."""
    found = []
    for problem in draft.problems:
        if "crossed" in problem:
            found.append(
                _("changed by somebody else meanwhile: %(name)s") % {"name": problem["crossed"]}
            )
        elif "refused" in problem:
            found.append(_("still in use: %(name)s") % {"name": problem["refused"]})
        else:
            found.append(
                f"{problem['file']}:{problem['line']} {problem['where']}: {said(problem['text'])}"
            )
    return found


def _done(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    """Do what the pressed button says; the sentence that says so."""
    deeds = {
        "describe": _describe,
        "return": _return,
        "try": _try,
        "propose": _propose,
        "take_back": _take_back,
        "approve": _approve,
        "send_back": _send_back,
        "drop": _drop,
    }
    return deeds.get(request.POST.get("do", ""), _describe)(request, actor, draft)


def _describe(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    services.draft_describe(
        actor=actor,
        draft=draft.pk,
        title=request.POST.get("title", ""),
        reason=request.POST.get("reason", "")[:LONGEST_REASON],
        effective_on=day_sent(request.POST.get("effective_on", ""), "effective_on"),
    )
    return _("Saved.")


def _return(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    services.value_return(
        actor=actor,
        draft=draft.pk,
        name=request.POST.get("of", "")[:LONGEST_PART],
        path=path_of(request.POST.get("path", "")[:LONGEST_PART]),
        seen=request.POST.get("seen", ""),
    )
    return _("Taken back: it says again what is in force.")


def _try(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    services.draft_try(actor=actor, draft=draft.pk)
    return _("The examples are being tried anew.")


def _propose(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    reason = request.POST.get("story_reason", "")[:LONGEST_REASON]
    services.draft_propose(actor=actor, draft=draft.pk, story_reason=reason)
    return _("Handed in. Somebody else approves it now.")


def _take_back(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    services.draft_take_back(actor=actor, draft=draft.pk)
    return _("Taken back. You can go on writing.")


def _approve(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    row = services.draft_approve(actor=actor, draft=draft.pk, seen=request.POST.get("mark", ""))
    if row.state == DraftState.IN_FORCE:
        return _("Approved. It holds from now on.")
    return _("Approved. It comes into force on its day.")


def _send_back(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    note = request.POST.get("note", "")[:LONGEST_REASON]
    services.draft_send_back(actor=actor, draft=draft.pk, note=note)
    return _("Sent back.")


def _drop(request: HttpRequest, actor: Actor, draft: PackDraft) -> str:
    services.draft_drop(actor=actor, draft=draft.pk)
    return _("Dropped. It stays on file.")


@console.page("packs/drafts/<int:draft_id>/export/", name="pack_draft_export", needs=Perm.VIEW)
@require_GET
def pack_draft_export(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The files of a draft as a zip, to work on elsewhere and take in again."""
    draft = draft_seen(actor_of(request), draft_id)
    name = f"{draft.pack}-draft-{draft.pk}.zip"
    return zip_answer(archive_written(draft.files, draft.pack), name)
