# SPDX-License-Identifier: MulanPSL-2.0
"""Notices about drafts: to whoever may approve one, and back to whoever began it."""

from collections.abc import Iterable

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.notify import services as notify
from linli.kernel.notify.models import Definition as Text
from linli.kernel.notify.rules import Value, day_words
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.selectors import approvers_of
from linli.kernel.places import selectors as places

CHANGED_MEANWHILE = {
    "zh": "到了生效日，草稿跟现行版本对不上了，具体见草稿",
    "en": "on its day it did not fit what is in force any more; the draft says where",
}
"""Why the platform itself sends a draft back."""


def approval_asked(actor: Actor, row: PackDraft) -> None:
    """Tell everybody who may approve a draft, and wrote no line of it, that it waits."""
    _send(actor, row, "pack_draft_to_approve", approvers_of(row))


def author_told(actor: Actor, row: PackDraft, text: str) -> None:
    """Tell whoever began a draft what became of it, unless it was their own deed."""
    if actor.account_id != row.author_id:
        _send(actor, row, text, [row.author_id])


def _send(actor: Actor, row: PackDraft, text: str, to: Iterable[int]) -> None:
    """One notice an account each time that the draft is handed in; none where the packs in force
    are older than the text.
    """
    if Text.objects.find("text", text, row.place_path, clock.today()) is None:
        return
    place = places.place_by_path(row.place_path)
    reason: Value = row.note or CHANGED_MEANWHILE
    notify.notice_send(
        actor=actor,
        text=text,
        to_account_ids=to,
        values={
            "matter": row.title,
            "place": place.label if place is not None else "",
            "person": actor.label,
            "due": day_words(row.effective_on or clock.today()),
            "reason": reason,
        },
        key=f"packs.draft:{row.pk}:{row.handed_in}:{text}",
        place_path=row.place_path,
        link=f"/console/packs/drafts/{row.pk}/",
    )
