# SPDX-License-Identifier: MulanPSL-2.0
"""Drafts of the small city's pack as pages would write them, for tests."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from linli.kernel.packs import drafts, services
from linli.kernel.packs.models import PackDraft
from linli.kernel.packs.said import part_said, row_said

TODAY = dt.date(2026, 3, 6)
STORIES = """# SPDX-License-Identifier: MulanPSL-2.0
[story.noise_on_a_friday]
label  = {zh = "周五16:30说噪声", en = "Noise on a Friday"}
clause = "practice 热线办理规范"
given  = {open = "workflow:appeal", class = "class:noise", place = "519902001001", at_time = 2026-06-12T16:30:00}
expect = [{step = "offered", to = "unit:subdistrict_office", clock = "closing", due = 2026-06-16T17:30:00}]

[story.well_lid_in_may]
label  = {zh = "五月井盖坏了", en = "A well lid in May"}
clause = "practice 热线办理规范"
given  = {open = "workflow:appeal", class = "class:manholes", place = "519902001001", at_time = 2026-05-11T10:00:00}
expect = [{step = "offered", to = "unit:urban_management"}]
"""  # noqa: E501 - as a pack writes it


def opened(city: SimpleNamespace, who: str = "writer", **given: Any) -> PackDraft:
    """A draft of the city's pack, in force from today if nothing else is said."""
    given.setdefault("title", "改噪声的职责")
    given.setdefault("effective_on", TODAY)
    return services.draft_open(actor=getattr(city, who), pack=city.pack, **given)


def fresh(draft: PackDraft) -> PackDraft:
    """The draft as it stands now."""
    return PackDraft.objects.get(pk=draft.pk)


def sign(draft: PackDraft, name: str, *path: str) -> str:
    """What a page shows of a row or a value, as a sign."""
    says = part_said(fresh(draft).files, name, path)
    return drafts.mark_of(says) if says is not None else ""


def save(
    city: SimpleNamespace, draft: PackDraft, name: str, who: str = "writer", **cells: str
) -> None:
    """Change some cells of a row, as a page that shows it now would."""
    kind, _colon, key = name.partition(":")
    says = row_said(fresh(draft).files, kind, key) or {}
    services.row_save(
        actor=getattr(city, who),
        draft=draft.pk,
        kind=kind,
        key=key,
        cells={**says, **cells},
        seen=sign(draft, name),
    )


def remove(city: SimpleNamespace, draft: PackDraft, name: str) -> None:
    """Take a row away."""
    kind, _colon, key = name.partition(":")
    seen = sign(draft, name)
    services.row_remove(actor=city.writer, draft=draft.pk, kind=kind, key=key, seen=seen)


def set_value(city: SimpleNamespace, draft: PackDraft, name: str, path: str, value: Any) -> None:
    """Change one value, as a page that shows it now would."""
    way = path.split(".")
    seen = sign(draft, name, *way)
    services.value_save(
        actor=city.writer, draft=draft.pk, name=name, path=way, value=value, seen=seen
    )


def take_back(
    city: SimpleNamespace, draft: PackDraft, name: str, path: str = "", who: str = "writer"
) -> PackDraft:
    """Take one change back, as a page that shows it now would."""
    way = path.split(".") if path else []
    return services.value_return(
        actor=getattr(city, who),
        draft=draft.pk,
        name=name,
        path=way,
        seen=sign(draft, name, *way),
    )


def approve(city: SimpleNamespace, draft: PackDraft) -> PackDraft:
    """Approve what was handed in."""
    mark = drafts.mark_of(fresh(draft).files)
    return services.draft_approve(actor=city.reviewer, draft=draft.pk, seen=mark)
