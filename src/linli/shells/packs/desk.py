# SPDX-License-Identifier: MulanPSL-2.0
"""What a page about a pack or a draft stands on: read once, for whoever may see it."""

from dataclasses import dataclass, field

from django.http import Http404, HttpRequest
from django.urls import reverse

from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.packs import drafts, selectors
from linli.kernel.packs.checking import Checked
from linli.kernel.packs.drafts import DraftView, Files
from linli.kernel.packs.models import PackDraft, PackLoad
from linli.kernel.packs.terms import EDITABLE, Perm
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.shells.frame.middleware import actor_of
from linli.shells.packs.words import Words


@dataclass(frozen=True)
class Desk:
    """A pack as it is in force, or a draft of it; `changed` names what the draft changes.

    `may_write` says whether this reader may change something here now.
    """

    load: PackLoad
    draft: PackDraft | None
    files: Files
    checked: Checked
    words: Words
    place: Place | None
    may_write: bool
    changed: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """What the pack is called."""
        return self.words.name(f"pack:{self.load.pack}")

    @property
    def home(self) -> str:
        """The first page of the draft or of the pack."""
        if self.draft is not None:
            return reverse("console:pack_draft", args=[self.draft.pk])
        return reverse("console:pack_page", args=[self.load.pack])


@dataclass(frozen=True)
class DraftDesk(Desk):
    """A draft that is looked at or written."""

    draft: PackDraft
    view: DraftView = field(kw_only=True)


def desk_of_pack(request: HttpRequest, pack: str) -> Desk:
    """A pack in force. Raises Http404 for whoever does not see it."""
    load = load_seen(actor_of(request), pack)
    checked = drafts.load_checked(load.pack)
    files = {file: content.decode() for file, content in checked.files.files.items()}
    words = Words(checked.known)
    return Desk(load, None, files, checked, words, place_of(load), may_write=False)


def desk_of_draft(request: HttpRequest, draft_id: int) -> DraftDesk:
    """A draft, joined to what is in force now. Raises Http404 for whoever does not see it."""
    actor = actor_of(request)
    draft = draft_seen(actor, draft_id)
    load = load_seen(actor, draft.pack)
    view = drafts.draft_view(draft)
    may_edit = access.may(actor, Perm.EDIT, draft.place_path)
    changed = {f"{change.name} {change.path}".strip() for change in view.changes}
    wholes = {change.name for change in view.changes}
    labels = {name.rpartition(".")[0] for name in changed if name.endswith((".zh", ".en"))}
    return DraftDesk(
        load,
        draft,
        view.files,
        view.checked,
        Words(view.checked.known),
        place_of(load),
        may_write=bool(may_edit) and draft.state in EDITABLE,
        changed=frozenset(changed | wholes | labels),
        view=view,
    )


def load_seen(actor: Actor, pack: str) -> PackLoad:
    """The load in force of a pack that the actor sees. Raises Http404."""
    load = selectors.loads_visible(actor=actor, pack=pack[:64]).first()
    if load is None:
        raise Http404
    return load


def draft_seen(actor: Actor, draft_id: int) -> PackDraft:
    """A draft that the actor sees. Raises Http404."""
    draft = selectors.drafts_visible(actor=actor).defer(None).filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft


def place_of(load: PackLoad) -> Place | None:
    """The place that a pack is bound to."""
    return places.place_by_code(load.place_path.rstrip("/").rpartition("/")[2])
