# SPDX-License-Identifier: MulanPSL-2.0
"""What every deed with a draft begins and ends with: held under its lock, joined, told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.packs import drafts
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.terms import EDITABLE, DraftState, Event, Verb


def held(actor: Actor, draft: int, permission: str) -> PackDraft:
    """A draft, locked, for somebody who may do this where it lies; for all others there is none."""
    row = PackDraft.objects.select_for_update().filter(pk=draft).first()
    if row is None:
        raise Forbidden(_("There is no such draft here."), code="no_draft")
    access.require(actor, permission, at=row.place_path)
    return row


def ensure_editable(row: PackDraft) -> None:
    """Refuse to change what waits for approval, is in force, or was dropped."""
    if row.state not in EDITABLE:
        message = _("This draft cannot be changed now: it is %(state)s.")
        state = DraftState(row.state).label
        raise Conflict(message % {"state": state}, code="draft_closed")


def told(actor: Actor, row: PackDraft, verb: str, detail: Mapping[str, Any] | None = None) -> None:
    """Put a deed on the record and announce it."""
    said = {"pack": row.pack, "state": row.state, **(detail or {})}
    audit.record(actor, verb, on=row, at=row.place_path, detail=said)
    events.announce(Event.DRAFT_MOVED, place_path=row.place_path, draft_id=row.pk, state=row.state)


def followed(actor: Actor, row: PackDraft) -> None:
    """Join a draft to the version in force now; what both sides changed is refused by name."""
    newest = drafts.load_in_force(row.pack)
    if newest is None or newest.version == row.based_on:
        return
    files, crossed = drafts.draft_followed(row)
    if crossed:
        raise Conflict(crossed_said(crossed), code="draft_crossed")
    row.files, row.based_on = dict(files), newest.version
    row.save(update_fields=["files", "based_on"])
    told(actor, row, Verb.DRAFT_FOLLOWED, {"based_on": newest.version})


def crossed_said(names: Sequence[str]) -> str:
    """Why a draft cannot be joined to the version that came meanwhile."""
    if "*" in names:
        return _("A version without files came into force meanwhile. Begin a new draft.")
    message = _(
        "Another version came into force meanwhile and changed the same: %(names)s. Begin a new "
        "draft and change these there."
    )
    return message % {"names": ", ".join(names)}
