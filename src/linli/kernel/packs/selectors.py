# SPDX-License-Identifier: MulanPSL-2.0
"""Reading what packs are loaded."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import definition_bodies, prefixes
from linli.kernel.access.models import Definition as Role
from linli.kernel.access.models import Grant
from linli.kernel.packs.drafts import load_files
from linli.kernel.packs.models import (
    Definition,
    PackDraft,
    PackDraftQuerySet,
    PackEdit,
    PackLoad,
)
from linli.kernel.packs.rows import stated
from linli.kernel.packs.terms import DraftState, Perm


def pack_folder(name: str) -> Path:
    """The folder of a pack, given its id or a path to it."""
    given = Path(name)
    if "/" in name or (given / "pack.toml").exists():
        return given
    return Path(settings.LINLI_PACKS) / name


def packs_loaded() -> QuerySet[PackLoad]:
    """The newest load of each pack."""
    newest = PackLoad.objects.values("pack").annotate(newest=Max("pk")).values("newest")
    return PackLoad.objects.filter(pk__in=newest).defer("bodies", "files")


def load_newest(pack: str) -> PackLoad | None:
    """The newest load of one pack, or None."""
    return PackLoad.objects.filter(pack=pack).defer("bodies", "files").first()


def bodies_loaded(pack: str, version: str = "") -> dict[str, Any]:
    """The definitions of a loaded version (the newest) by "kind:id"; empty if there is none."""
    rows = PackLoad.objects.filter(pack=pack)
    found = (rows.filter(version=version) if version else rows).first()
    if found is None:
        return {}
    rows = found.bodies.items()
    return {name: row["body"] for name, row in rows if not row.get("standing")}


def stated_loaded(pack: str, version: str = "") -> dict[str, Any]:
    """What a loaded version (the newest) states by "kind:id", None where it takes a row of the base
    away; empty if there is none.
    """
    rows = PackLoad.objects.filter(pack=pack)
    found = (rows.filter(version=version) if version else rows).first()
    return stated(found.bodies) if found is not None else {}


def files_loaded(pack: str, version: str = "") -> dict[str, str] | None:
    """The files of a loaded version (the newest); None where there is none or none were kept."""
    rows = PackLoad.objects.filter(pack=pack)
    found = (rows.filter(version=version) if version else rows).first()
    return load_files(found) if found is not None else None


def stories_of(pack: str) -> list[Definition]:
    """The stories of a pack, the newest version of each."""
    rows = Definition.objects.filter(kind="story", pack=pack).order_by("pk")
    return sorted({row.key: row for row in rows}.values(), key=lambda row: (row.position, row.pk))


def packs_visible(*, actor: Actor) -> QuerySet[PackLoad]:
    """The newest load of each pack that is bound to a place where the actor sees packs."""
    newest = PackLoad.objects.values("pack").annotate(newest=Max("pk")).values("newest")
    visible = PackLoad.objects.visible_to(actor, Perm.VIEW).filter(pk__in=newest)
    return visible.exclude(place_path="").defer("bodies", "files").order_by("place_path", "pack")


def loads_visible(*, actor: Actor, pack: str) -> QuerySet[PackLoad]:
    """Every load of a pack that the actor may see, the newest first."""
    visible = PackLoad.objects.visible_to(actor, Perm.VIEW).filter(pack=pack)
    return visible.exclude(place_path="").select_related("draft").defer("bodies", "files")


def drafts_visible(*, actor: Actor) -> PackDraftQuerySet:
    """The drafts at places where the actor sees packs."""
    return PackDraft.objects.visible_to(actor, Perm.VIEW).defer("files")


def drafts_to_approve(*, actor: Actor) -> QuerySet[PackDraft]:
    """The drafts that wait for approval and that this actor may approve: none of their own."""
    waiting = PackDraft.objects.visible_to(actor, Perm.APPROVE).filter(state=DraftState.PROPOSED)
    account_id = actor.account_id or 0
    own = PackEdit.objects.filter(account_id=account_id).values("draft")
    return waiting.exclude(author_id=account_id).exclude(pk__in=own).defer("files")


def approvers_of(draft: PackDraft) -> list[int]:
    """The accounts that may approve a draft: they hold the right there and wrote no line of it."""
    today = clock.today()
    grants = Grant.objects.on(today).filter(
        unit=None, account__is_active=True, place__path__in=prefixes(draft.place_path)
    )
    rows = list(grants.values_list("account_id", "role", "place__path"))
    roles = definition_bodies(Role, "role", {(role, path) for _one, role, path in rows}, today)
    gives = {place: body.get("gives", ()) for place, body in roles.items()}
    may = {one for one, role, path in rows if Perm.APPROVE in gives.get((role, path), ())}
    return sorted(may - {draft.author_id, *draft.edits.values_list("account_id", flat=True)})


def drafts_due() -> list[int]:
    """Approved drafts whose day is here."""
    rows = PackDraft.objects.filter(state=DraftState.APPROVED, effective_on__lte=clock.today())
    return list(rows.order_by("effective_on", "pk").values_list("pk", flat=True))
