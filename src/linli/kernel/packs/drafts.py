# SPDX-License-Identifier: MulanPSL-2.0
"""What a draft says: its files on the version in force now, checked, and what they would change."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from linli.base.definitions import written
from linli.kernel.packs.checking import Checked, day_of, files_check, pack_check
from linli.kernel.packs.diffing import Change, Weight, pack_diff
from linli.kernel.packs.joining import Crossed, joined
from linli.kernel.packs.models import PackDraft, PackLoad
from linli.kernel.packs.reading import Entry, PackFiles, Problem, files_read, folder_files
from linli.kernel.packs.rows import Standing
from linli.kernel.packs.tables import FILES as TABLE_FILES
from linli.kernel.packs.tables import row_put
from linli.kernel.packs.terms import BASE
from linli.kernel.packs.values import OTHERS, value_put
from linli.kernel.places import selectors as places
from linli.kernel.sockets import registry

UNDATED = ("pack", "source", "story", "place", "unit")
"""Kinds whose rows say no first day of their own when they change."""

Files = Mapping[str, str]


@dataclass(frozen=True)
class DraftView:
    """A draft on the version in force now: its files, every problem, every change.

    `crossed` names what was changed here and in the version that came into force meanwhile; the
    rest is then as if nobody else had changed anything.
    """

    files: Files
    checked: Checked
    problems: list[Problem]
    changes: list[Change]
    crossed: tuple[str, ...]

    @property
    def refused(self) -> list[Change]:
        """Changes that must not be loaded."""
        return [change for change in self.changes if change.weight is Weight.REFUSED]


def draft_view(draft: PackDraft) -> DraftView:
    """Read, join, check and compare a draft."""
    files, crossed = draft_followed(draft)
    checked = files_checked(files, draft.pack)
    problems = sorted(
        [*checked.problems, *_own_problems(draft, checked)],
        key=lambda problem: (problem.file, problem.line),
    )
    return DraftView(files, checked, problems, changes_of(draft, checked), crossed)


def draft_followed(draft: PackDraft) -> tuple[Files, tuple[str, ...]]:
    """The files of a draft joined to the version in force now, and what stands against it."""
    newest = load_in_force(draft.pack)
    if newest is None or newest.version == draft.based_on:
        return draft.files, ()
    began = PackLoad.objects.filter(pack=draft.pack, version=draft.based_on).first()
    old = load_files(began) if began is not None else None
    theirs = load_files(newest)
    if old is None or theirs is None:
        return draft.files, ("*",)
    try:
        return joined(old, draft.files, theirs), ()
    except Crossed as crossed:
        return draft.files, tuple(crossed.names)


def load_in_force(pack: str) -> PackLoad | None:
    """The newest load of a pack with everything in it, or None."""
    return PackLoad.objects.filter(pack=pack).first()


def load_files(load: PackLoad) -> dict[str, str] | None:
    """The files of a loaded version: those kept, else the folder beside if it is the same version;
    None where there are none.
    """
    if load.files:
        return dict(load.files)
    folder = Path(settings.LINLI_PACKS) / load.pack
    files = folder_files(folder) if folder.is_dir() else {}
    read = files_read(files, load.pack)
    if not files or read.version != load.version:
        return None
    return {file: content.decode() for file, content in files.items()}


def load_checked(pack: str) -> Checked:
    """A pack as it is in force, read again; one whose files were not kept, by what it put in
    force.
    """
    load = load_in_force(pack)
    files = load_files(load) if load is not None else None
    if load is None or files is not None:
        return files_checked(files or {}, pack)
    base = base_in_force()
    checked = Checked(PackFiles(pack, load.version), base, [])
    checked.known = {kind: dict(entries) for kind, entries in base.known.items()}
    for name, row in load.bodies.items():
        kind, _colon, key = name.partition(":")
        if not row.get("standing"):
            file = TABLE_FILES.get(kind, OTHERS)
            checked.files.entries.append(Entry(kind, key, row["body"], file, 1, row["position"]))
            checked.bodies[name] = row["body"]
            checked.known.setdefault(kind, {})[key] = row["body"]
    return checked


def files_checked(files: Files, pack: str) -> Checked:
    """Check files against the base in force."""
    read = files_read({file: text.encode() for file, text in files.items()}, pack)
    return files_check(read, base_in_force())


def base_in_force() -> Checked:
    """The base as it is loaded; where none is, the one that comes with the house."""
    load = PackLoad.objects.filter(pack=BASE).defer("bodies", "files").first()
    if load is None:
        return _base_beside(str(settings.LINLI_PACKS))
    return _base_loaded(load.pk, load.version)


@lru_cache(maxsize=2)
def _base_beside(packs: str) -> Checked:
    return pack_check(Path(packs) / BASE)


@lru_cache(maxsize=2)
def _base_loaded(load_id: int, version: str) -> Checked:
    rows = PackLoad.objects.get(pk=load_id).bodies
    checked = Checked(PackFiles(BASE, version), None, [])
    for name, row in rows.items():
        kind, _colon, key = name.partition(":")
        if row.get("standing"):
            continue
        body = {part: _dated(part, value) for part, value in row["body"].items()}
        checked.bodies[name] = body
        checked.known.setdefault(kind, {})[key] = body
    return checked


def _dated(part: str, value: Any) -> Any:
    return day_of(value) if part in ("from", "until") else value


def _own_problems(draft: PackDraft, checked: Checked) -> list[Problem]:
    """What makes it another pack, or one of another place."""
    files = checked.files
    entry = files.of_kind("pack").get(files.id)
    if entry is None:
        return []
    found = []
    own = draft.place_path.rstrip("/").rpartition("/")[2]
    if entry.key != draft.pack:
        text = f'the pack calls itself "{entry.key}"; this is the draft of "{draft.pack}"'
        found.append(Problem(entry.file, entry.line, text, entry.name))
    if str(entry.body.get("place", "")) != own:
        text = f'the pack is bound to "{entry.body.get("place", "")}"; this draft is for "{own}"'
        found.append(Problem(entry.file, entry.line, text, entry.name))
    if entry.body.get("base") != f"pack:{BASE}":
        text = f'a city\'s pack stands on the common base: base = "pack:{BASE}"'
        found.append(Problem(entry.file, entry.line, text, entry.name))
    return found + [
        Problem(one.file, one.line, "lies outside the place of this pack", one.name)
        for one in files.of_kind("place").values()
        if not _lies_within(one, files.of_kind("place"), draft.place_path, own)
    ]


def _lies_within(place: Entry, rows: Mapping[str, Entry], path: str, own: str) -> bool:
    """Whether a row of places.csv is the place of the pack or hangs below it, also in life."""
    standing = places.place_by_code(place.key)
    if standing is not None and not standing.path.startswith(path):
        return False
    seen: set[str] = set()
    at: Entry | None = place
    while at is not None and at.key != own and at.key not in seen:
        seen.add(at.key)
        at = rows.get(str(at.body.get("part_of", "")))
    return at is not None and at.key == own


def changes_of(draft: PackDraft, checked: Checked) -> list[Change]:
    """What would change at the place of a draft, compared with what holds there now."""
    newest = load_in_force(draft.pack)
    rows: dict[str, Any] = newest.bodies if newest is not None else {}
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    touched = [*checked.bodies, *checked.removed, *rows]
    for name in dict.fromkeys(touched):
        before, after = _was(name, rows, checked), _now(name, checked)
        if before is not None:
            was[name] = before
        if after is not None:
            now[name] = after
    return pack_diff(was, now, draft.place_path)


def _was(name: str, rows: Mapping[str, Any], checked: Checked) -> Any:
    row = rows.get(name)
    if row is None:
        return _plain(checked.base_body(name))
    return None if row.get("standing") == Standing.REMOVED else row["body"]


def _now(name: str, checked: Checked) -> Any:
    if name in checked.removed:
        return None
    return _plain(checked.bodies.get(name) or checked.base_body(name))


def _plain(body: Mapping[str, Any] | None) -> Any:
    return None if body is None else json.loads(written(body))


def stamped(state: DraftView, day: dt.date) -> dict[str, str]:
    """The files of a draft in which everything that changes says from which day on."""
    files = dict(state.files)
    own = {entry.name: entry for entry in state.checked.files.entries}
    for name in dict.fromkeys(change.name for change in state.changes):
        entry = own.get(name)
        grammar = registry.grammar(entry.kind) if entry is not None else None
        if entry is None or grammar is None or entry.kind in UNDATED:
            continue
        if "from_" not in grammar.spec.model_fields:
            continue
        text = files[entry.file]
        if entry.file.endswith(".csv"):
            cells = {**entry.body, "from": day.isoformat()}
            files[entry.file] = row_put(text, entry.kind, entry.key, cells)
        else:
            files[entry.file] = value_put(text, entry.kind, entry.key, ("from",), day)
    return files


def mark_of(value: Any) -> str:
    """A short sign for what a row, a value or a draft says: the same while it says the same."""
    return hashlib.sha256(written({"": value}).encode()).hexdigest()[:16]
