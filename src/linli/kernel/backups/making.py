# SPDX-License-Identifier: MulanPSL-2.0
"""Making a backup while people work.

Files are written before their rows and never changed; so files first, then the database as of one
moment, then the files that came meanwhile: every file that the database names is there.
"""

import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid, Refused
from linli.base.keyring import Key
from linli.kernel.audit import services as audit
from linli.kernel.backups import databases
from linli.kernel.backups.contents import (
    DATABASE,
    FILES,
    LIST,
    PREFIX,
    Contents,
    Listed,
    backups_in,
    list_text,
)
from linli.kernel.backups.databases import Snapshot
from linli.kernel.backups.holding import DRAFT, held, sweep
from linli.kernel.backups.listing import listed_in
from linli.kernel.backups.progress import Meter, Tell, quiet
from linli.kernel.backups.streams import SALT_BYTES, Sealed, key_newest, seal
from linli.kernel.backups.terms import KIND, Step, Verb
from linli.kernel.files import storage

PROGRESS = "progress.json"


@dataclass(frozen=True)
class Made:
    """A backup that was made, and where it lies."""

    folder: Path
    contents: Contents


def backup_make(*, actor: Actor, to: Path, tell: Tell = quiet) -> Made:
    """Make a backup in a folder of backups: whole, or not at all.

    Raises Refused where there is nothing to back up, a program of the database fails or the disk
    does not take it, Conflict while another is being made.
    """
    if databases.is_empty():
        message = _("There is nothing to back up: the database has no table yet.")
        raise Refused(message, code="backup_of_nothing")
    with held(), _disk_refuses(to):
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(to)
        with _draft(to) as draft:
            made = _make(to, draft, tell)
    if "audit" not in databases.apps_behind():  # else a new version is about to change its tables
        detail = {"size": made.contents.size, "files": made.contents.files}
        audit.record(actor, Verb.MADE, on=(KIND, made.contents.name), detail=detail)
    return made


@contextmanager
def _disk_refuses(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = _("The backup cannot be written to %(folder)s: %(said)s")
        told = {"folder": to, "said": error.strerror or type(error).__name__}
        raise Refused(message % told, code="backup_unwritable") from error


@contextmanager
def _draft(to: Path) -> Iterator[Path]:
    """A folder that is no backup yet; it goes when it does not become one."""
    draft = to / f".{secrets.token_hex(8)}{DRAFT}"
    draft.mkdir(mode=0o700)
    (draft / FILES).mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _make(to: Path, draft: Path, tell: Tell) -> Made:
    key = key_newest()
    meter = _meter(draft, tell)
    before = _before(to, key)
    listed: Listed = {}
    _files_seal(draft, listed, before, key, meter)
    with databases.driver().snapshot() as snapshot:
        meter.of += snapshot.size
        told = _told(snapshot)
        target = draft / DATABASE
        dump = seal(snapshot.stream, target, name=DATABASE, key=key, count=meter.count)
    _files_seal(draft, listed, before, key, meter)
    contents = Contents(
        name=_name(snapshot.taken_at),
        taken_at=snapshot.taken_at,
        version=version("linli"),
        vendor=connection.vendor,
        server=snapshot.server,
        database=dump,
        listed=_list_write(draft, listed),
        files=len(listed),
        size=dump.size + sum(one.size for one in listed.values()),
        key=key.id,
        salt=secrets.token_hex(SALT_BYTES),
        **told,
    ).signed()
    contents.write(draft)
    meter.end()
    (draft / PROGRESS).unlink()
    return Made(_finished(draft, to / contents.name), contents)


def _meter(draft: Path, tell: Tell) -> Meter:
    """Tells whoever asked, and whoever looks at the state of the platform."""

    def told(step: Step, percent: int) -> None:
        (draft / PROGRESS).write_text(json.dumps({"percent": percent}), "utf-8")
        tell(step, percent)

    meter = Meter(Step.WRITING, sum(map(_size, storage.kept())), told)
    meter.count(0)
    return meter


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # it has just gone


def _told(snapshot: Snapshot) -> dict[str, object]:
    """What the manifest says of the database, as it was at the moment of the snapshot."""
    ((seal_number,),) = snapshot.ask("SELECT max(number) FROM audit_seal")
    ((row,),) = snapshot.ask("SELECT max(seq) FROM audit_auditrecord")
    migrations = databases.migrations_of(snapshot.ask)
    return {"seal": seal_number, "row": row, "migrations": migrations}


def _before(to: Path, key: Key) -> tuple[Path, Listed]:
    """The newest backup whose sealed files can stand in this one, too: under the same key."""
    for folder in backups_in(to):
        with suppress(Invalid):
            contents = Contents.read(folder)
            if contents.key == key.id:
                return folder, listed_in(folder, contents)
    return to, {}


def _files_seal(
    draft: Path, listed: Listed, before: tuple[Path, Listed], key: Key, meter: Meter
) -> None:
    """Take in each kept file that is not in yet; one that the backup before has is only linked."""
    for path in storage.kept():
        name = f"{path.parent.name}/{path.name}"
        if name in listed:
            continue
        target = draft / FILES / name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        linked = _linked(before[0] / FILES / name, before[1].get(name), target)
        if linked is not None:
            listed[name] = linked
            meter.count(linked.size)
            continue
        with suppress(FileNotFoundError), path.open("rb") as source:  # it may just have gone
            listed[name] = seal(source, target, name=name, key=key, count=meter.count)


def _linked(there: Path, known: Sealed | None, target: Path) -> Sealed | None:
    """The same sealed file under a second name; None where it is not there or cannot be."""
    try:
        if known is None or there.stat().st_size != known.size:
            return None
        os.link(there, target)
    except OSError:
        return None
    return known


def _list_write(draft: Path, listed: Listed) -> Sealed:
    """Write which files there are; the list lies in the clear, as their names say nothing."""
    text = list_text(listed).encode()
    (draft / LIST).write_bytes(text)
    return Sealed.of(text)


def _finished(draft: Path, target: Path) -> Path:
    """The draft under its name, once all of it is on the disk."""
    os.sync()
    draft.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return target


def _name(at: dt.datetime) -> str:
    at = at.astimezone(dt.UTC)
    return f"{PREFIX}{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03}Z"
