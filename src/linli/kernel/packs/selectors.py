# SPDX-License-Identifier: MulanPSL-2.0
"""Reading what packs are loaded."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet

from linli.kernel.packs.models import Definition, PackLoad


def pack_folder(name: str) -> Path:
    """The folder of a pack, given its id or a path to it."""
    given = Path(name)
    if "/" in name or (given / "pack.toml").exists():
        return given
    return Path(settings.LINLI_PACKS) / name


def packs_loaded() -> QuerySet[PackLoad]:
    """The newest load of each pack."""
    newest = PackLoad.objects.values("pack").annotate(newest=Max("pk")).values("newest")
    return PackLoad.objects.filter(pk__in=newest).defer("bodies")


def load_newest(pack: str) -> PackLoad | None:
    """The newest load of one pack, or None."""
    return PackLoad.objects.filter(pack=pack).defer("bodies").first()


def bodies_loaded(pack: str, version: str = "") -> dict[str, Any]:
    """The definitions of a loaded version (the newest) by "kind:id"; empty if there is none."""
    rows = PackLoad.objects.filter(pack=pack)
    found = (rows.filter(version=version) if version else rows).first()
    return {name: row["body"] for name, row in found.bodies.items()} if found is not None else {}


def stories_of(pack: str) -> list[Definition]:
    """The stories of a pack, the newest version of each."""
    rows = Definition.objects.filter(kind="story", pack=pack).order_by("pk")
    return sorted({row.key: row for row in rows}.values(), key=lambda row: (row.position, row.pk))
