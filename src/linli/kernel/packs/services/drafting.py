# SPDX-License-Identifier: MulanPSL-2.0
"""Writing a draft: opened on the version in force, changed row by row and value by value."""

import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.text import clean_line
from linli.kernel.access import services as access
from linli.kernel.packs import drafts
from linli.kernel.packs.archive import archive_read
from linli.kernel.packs.models import PackDraft, PackEdit
from linli.kernel.packs.returning import returned
from linli.kernel.packs.said import part_said, row_said, row_written, said_by, value_said
from linli.kernel.packs.services.holding import ensure_editable, followed, held, told
from linli.kernel.packs.services.trying import trial_ask
from linli.kernel.packs.tables import FILES, row_drop, row_put
from linli.kernel.packs.terms import (
    BASE,
    CHANGE,
    KEYS,
    REMOVE,
    DraftState,
    Perm,
    Verb,
)
from linli.kernel.packs.values import Unchangeable, file_new, file_of, value_put
from linli.kernel.workflow.selectors import name_of

Files = dict[str, str]
LONGEST_TITLE = 200
LONGEST_REASON = 500
LONGEST_CELL = 2000


@transaction.atomic
def draft_open(
    *,
    actor: Actor,
    pack: str,
    title: str,
    reason: str = "",
    effective_on: dt.date | None = None,
    archive: bytes | None = None,
) -> PackDraft:
    """Begin a draft of a pack: with the files in force, or with those of a zip archive.

    Raises Forbidden without `packs.edit` at the pack's place, Invalid for a missing title, for a
    first day that has passed, for a version whose files were not kept, and for an archive that
    cannot be taken.
    """
    load = drafts.load_in_force(pack)
    if load is None or pack == BASE or actor.account_id is None:
        raise Forbidden(_("There is no such pack here."), code="no_pack")
    access.require(actor, Perm.EDIT, at=load.place_path)
    said = _title(title)
    _ensure_to_come(effective_on)
    files = archive_read(archive, pack) if archive is not None else drafts.load_files(load)
    if files is None:
        raise _no_files()
    now = clock.now()
    draft = PackDraft.objects.create(
        pack=pack,
        place_path=load.place_path,
        based_on=load.version,
        files=cast("Any", files),
        title=said,
        reason=clean_line(reason)[:LONGEST_REASON],
        effective_on=effective_on,
        author_id=actor.account_id,
        opened_at=now,
        changed_at=now,
    )
    detail = {"from_archive": archive is not None, "based_on": load.version}
    trial_ask(draft)
    told(actor, draft, Verb.DRAFT_OPENED, detail)
    return draft


@transaction.atomic
def draft_describe(
    *, actor: Actor, draft: int, title: str, reason: str = "", effective_on: dt.date | None = None
) -> PackDraft:
    """Say what a draft is for and from which day it is to hold.

    Raises Invalid for a missing title or a day that has passed.
    """
    row = held(actor, draft, Perm.EDIT)
    ensure_editable(row)
    _ensure_to_come(effective_on)
    row.title, row.reason = _title(title), clean_line(reason)[:LONGEST_REASON]
    row.effective_on, row.changed_at = effective_on, clock.now()
    row.save(update_fields=["title", "reason", "effective_on", "changed_at"])
    day = effective_on.isoformat() if effective_on is not None else ""
    told(actor, row, Verb.DRAFT_DATED, {"effective_on": day})
    return row


@transaction.atomic
def row_save(
    *, actor: Actor, draft: int, kind: str, key: str, cells: Mapping[str, str], seen: str = ""
) -> PackDraft:
    """Write a row of a table: a new one, or in place of the one there; a row of the base becomes
    the city's own.

    `seen` is the sign (`drafts.mark_of`) of the row as the page showed it, "" for none. Raises
    Conflict with who was first where it says something else by now.
    """
    name = f"{kind}:{key}"

    def write(files: Files) -> Files:
        _ensure_seen(row, name, (), row_said(files, kind, key), seen)
        kept = {column: str(cell)[:LONGEST_CELL] for column, cell in cells.items()}
        return _with_row(files, kind, key, kept)

    row = held(actor, draft, Perm.EDIT)
    _ensure_key(kind, key)
    return _edited(actor, row, name, (), write)


@transaction.atomic
def row_remove(*, actor: Actor, draft: int, kind: str, key: str, seen: str) -> PackDraft:
    """Take a row away: the city's own goes, one of the base does not hold here any more.

    Raises Conflict where it says something else by now.
    """
    name = f"{kind}:{key}"

    def write(files: Files) -> Files:
        _ensure_seen(row, name, (), row_said(files, kind, key), seen)
        below = drafts.base_in_force().known.get(kind, {}).get(key)
        if below is None:
            return files | {FILES[kind]: row_drop(files.get(FILES[kind], ""), kind, key)}
        return _with_row(files, kind, key, {CHANGE: REMOVE, "clause": str(below.get("clause", ""))})

    row = held(actor, draft, Perm.EDIT)
    _ensure_key(kind, key)
    return _edited(actor, row, name, (), write)


@transaction.atomic
def row_return(*, actor: Actor, draft: int, kind: str, key: str, seen: str) -> PackDraft:
    """Take the city's own row away, so that the base's holds again.

    Raises Conflict where it says something else by now.
    """
    name = f"{kind}:{key}"

    def write(files: Files) -> Files:
        _ensure_seen(row, name, (), row_said(files, kind, key), seen)
        return files | {FILES[kind]: row_drop(files.get(FILES[kind], ""), kind, key)}

    row = held(actor, draft, Perm.EDIT)
    _ensure_key(kind, key)
    return _edited(actor, row, name, (), write)


@transaction.atomic
def value_save(
    *, actor: Actor, draft: int, name: str, path: Sequence[str], value: Any, seen: str
) -> PackDraft:
    """Write one value of a definition ("workflow:hazard"), or a small table of them such as a
    label; the base's becomes the city's own there.

    Raises Conflict where it says something else by now, Invalid where the file cannot be changed
    value by value.
    """
    kind, _colon, key = name.partition(":")

    def write(files: Files) -> Files:
        _ensure_seen(row, name, path, value_said(files, name, path), seen)
        file = file_of(files, kind, key) or file_new(kind, key)
        text = files.get(file, "")
        parts = value.items() if isinstance(value, Mapping) else [("", value)]
        for part, one in parts:
            way = (*path, part) if part else tuple(path)
            if value_said(files, name, way) != one:
                text = value_put(text, kind, key, way, one)
        return files | {file: text}

    row = held(actor, draft, Perm.EDIT)
    return _edited(actor, row, name, tuple(path), write)


@transaction.atomic
def value_return(
    *, actor: Actor, draft: int, name: str, path: Sequence[str], seen: str
) -> PackDraft:
    """Take one change back: a cell of a row or a value of a definition says again what is in force,
    without a `path` the whole row or definition. All else that the draft changes stays.

    `seen` is the sign of what the page showed. Raises Conflict where it says something else by now,
    Invalid where the file cannot be changed value by value or the files in force were not kept.
    """

    def write(files: Files) -> Files:
        _ensure_seen(row, name, path, part_said(files, name, path), seen)
        newest = drafts.load_in_force(row.pack)
        before = drafts.load_files(newest) if newest is not None else None
        if before is None:
            raise _no_files()
        return returned(files, before, name, path)

    row = held(actor, draft, Perm.EDIT)
    return _edited(actor, row, name, tuple(path), write)


def _edited(
    actor: Actor, row: PackDraft, name: str, path: tuple[str, ...], write: Callable[[Files], Files]
) -> PackDraft:
    ensure_editable(row)
    followed(actor, row)
    try:
        files = write(dict(row.files))
    except (Unchangeable, csv.Error) as error:
        message = _("This cannot be changed here one by one. Export the files and change them.")
        raise Invalid(message, code="unchangeable") from error
    if files == row.files:
        return row
    row.files, row.state, row.changed_at = files, DraftState.OPEN, clock.now()
    row.save(update_fields=["files", "state", "changed_at"])
    now = clock.now()
    where = ".".join(path)[:200]
    row.edits.create(name=name[:140], part=where, account_id=actor.account_id, at=now)
    trial_ask(row)
    told(actor, row, Verb.DRAFT_EDITED, {"name": name, "path": where})
    return row


def _ensure_seen(row: PackDraft, name: str, path: Sequence[str], says: Any, seen: str) -> None:
    """Refuse what was written over something that the page did not show."""
    if (drafts.mark_of(says) if says is not None else "") == seen:
        return
    parts = PackEdit.objects.filter(draft=row, name=name)
    if name.partition(":")[0] not in FILES:
        parts = parts.filter(part__in=["", ".".join(path)[:200]])
    last = parts.first()
    raise Conflict(said_by(last, name_of(last.account_id) if last else ""), code="row_taken")


def _no_files() -> Invalid:
    message = _(
        "This version was loaded before files were kept. Load its folder once more, or take in "
        "its files as a zip."
    )
    return Invalid(message, code="no_files")


def _with_row(files: Files, kind: str, key: str, cells: Mapping[str, str]) -> Files:
    return files | {FILES[kind]: row_put(files.get(FILES[kind], ""), kind, key, cells)}


def _ensure_key(kind: str, key: str) -> None:
    if kind not in FILES or not row_written(kind, key):
        message = _("The short name has small English letters, digits and _, and begins with one.")
        if KEYS.get(kind) == "date":
            message = _("Write the day like 2026-03-31.")
        raise Invalid(message, code="no_key", fields={KEYS.get(kind, "id"): message})


def _ensure_to_come(effective_on: dt.date | None) -> None:
    if effective_on is not None and effective_on < clock.today():
        message = _("The first day lies in the past. Choose today or a later day.")
        raise Invalid(message, code="day_past", fields={"effective_on": message})


def _title(title: str) -> str:
    said = clean_line(title)[:LONGEST_TITLE]
    if not said:
        message = _("Say in a few words what is to change.")
        raise Invalid(message, code="no_title", fields={"title": message})
    return said
