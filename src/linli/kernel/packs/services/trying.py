# SPDX-License-Identifier: MulanPSL-2.0
"""Trying the stories of a draft, one by one, with the draft in force; only the outcome stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.text import label
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.jobs.services import enqueue
from linli.kernel.packs import drafts
from linli.kernel.packs.grammar import StorySpec
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.services.holding import ensure_editable, held, told
from linli.kernel.packs.services.loading import Version, version_of_checked, version_try
from linli.kernel.packs.stories import spec_run
from linli.kernel.packs.terms import EDITABLE, TRY, Event, Perm, Verb
from linli.kernel.packs.trials import TrialView, has_stories, trial_mark


@dataclass(frozen=True)
class Plan:
    """What a trial goes by: read once, good as long as the draft and what lies below it stay so.

    `changed` names the definitions that the draft changes.
    """

    mark: str
    stories: Mapping[str, StorySpec]
    version: Version
    changed: frozenset[str]


def trial_plan(draft: int) -> Plan | None:
    """How the stories of a draft are to be tried; None where there is nothing to try, or
    something to be mended first.
    """
    row = PackDraft.objects.filter(pk=draft, state__in=EDITABLE).first()
    if row is None or not has_stories(row.files):
        return None
    view = drafts.draft_view(row)
    if view.problems or view.crossed or not view.changes:
        return None
    return Plan(
        trial_mark(row, view.files),
        {key: view.checked.specs[f"story:{key}"] for key in view.checked.files.of_kind("story")},
        version_of_checked(view.checked, row.place_path),
        frozenset(change.name for change in view.changes),
    )


@transaction.atomic
def draft_try(*, actor: Actor, draft: int) -> PackDraft:
    """Ask for the stories of a draft to be tried anew. Raises Conflict for one that cannot be
    changed now.
    """
    row = held(actor, draft, Perm.EDIT)
    ensure_editable(row)
    row.trial = {}
    row.save(update_fields=["trial"])
    trial_ask(row)
    told(actor, row, Verb.DRAFT_TRIED, {"begun": True})
    return row


def trial_ask(row: PackDraft) -> None:
    """Let the stories of a draft be tried in the background, where it has some."""
    if has_stories(row.files):
        enqueue(TRY, draft_id=row.pk)


@transaction.atomic
def draft_try_next(*, actor: Actor, draft: int, plan: Plan) -> bool:
    """Try the next story of a draft and keep the outcome; False when none is left, or when the
    draft is not what the plan was made for any more.
    """
    row = held(actor, draft, Perm.LOAD)
    files, crossed = drafts.draft_followed(row)
    if row.state not in EDITABLE or crossed or trial_mark(row, files) != plan.mark:
        return False
    is_begun = row.trial.get("mark") == plan.mark
    stories: dict[str, Any] = row.trial["stories"] if is_begun else {}
    key = next((key for key in plan.stories if key not in stories), None)
    if key is None:
        return False
    stories[key] = _outcome(plan, key)
    row.trial = {"mark": plan.mark, "stories": stories}
    row.save(update_fields=["trial"])
    is_over = len(stories) == len(plan.stories)
    if is_over:
        broken = [key for key, one in stories.items() if one["missed"] and not one["was_so"]]
        detail = {"pack": row.pack, "stories": len(stories), "broken": broken}
        audit.record(actor, Verb.DRAFT_TRIED, on=row, at=row.place_path, detail=detail)
    events.announce(
        Event.DRAFT_TRIED, place_path=row.place_path, draft_id=row.pk, done=len(stories)
    )
    return not is_over


def _outcome(plan: Plan, key: str) -> dict[str, Any]:
    """What a story misses with the draft in force, and whether it did before as well."""
    spec = plan.stories[key]
    missed = spec_run(spec, lambda day: version_try(plan.version, plan.changed, day))
    is_own = f"story:{key}" in plan.changed
    was_so = bool(missed) and not is_own and bool(spec_run(spec))
    return {"missed": [one.to_json() for one in missed], "was_so": was_so}


def ensure_tried(trial: TrialView, reason: str) -> None:
    """Refuse a draft whose stories were not all tried, or that breaks one without a reason."""
    if not trial.is_over:
        message = _("The examples are still being tried. Hand it in when all of them are through.")
        raise Conflict(message, code="draft_untried")
    if trial.broken and not reason:
        names = pgettext("between counts", ", ").join(label(one.label) for one in trial.broken)
        message = _(
            "These examples would not hold any more: %(names)s. Change the draft, or say why it is "
            "right all the same."
        )
        said = message % {"names": names}
        raise Invalid(said, code="draft_story", fields={"story_reason": said})
