# SPDX-License-Identifier: MulanPSL-2.0
"""The way back: all of a backup is read and judged before anything is touched."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.kernel.accounts.models import Session
from linli.kernel.audit import services as audit
from linli.kernel.audit.sealing import seal_newest
from linli.kernel.backups import databases
from linli.kernel.backups.contents import DATABASE, FILES, MANIFEST, Contents, Listed, backups_in
from linli.kernel.backups.holding import held
from linli.kernel.backups.listing import backup_check, listed_in
from linli.kernel.backups.progress import Meter, Tell, quiet
from linli.kernel.backups.streams import opened
from linli.kernel.backups.terms import KIND, Step, Verb
from linli.kernel.files import selectors as files
from linli.kernel.files import storage
from linli.kernel.jobs import selectors as jobs
from linli.kernel.jobs.worker import STALE


@dataclass(frozen=True)
class Restored:
    """What came back: how the record stands (None: its tables are of an older version, it is to be
    verified once they are brought up to date), how many files that rows name are not there, and
    whether the tables wait to be brought up to date.
    """

    contents: Contents
    record: audit.VerifyResult | None
    lost: int
    is_behind: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing of what could be judged is missing or changed."""
        return not self.lost and (self.record is None or self.record.is_whole)


def backup_find(folder: Path) -> Path:
    """The backup in a folder, or the newest of a folder of backups. Raises Invalid for neither."""
    found = folder if (folder / MANIFEST).is_file() else next(backups_in(folder), None)
    if found is None:
        message = _("There is no whole backup in %(folder)s.")
        raise Invalid(message % {"folder": folder}, code="backup_unreadable")
    return found


def backup_restore(
    *, actor: Actor, folder: Path, replace: bool = False, tell: Tell = quiet
) -> Restored:
    """Put a backup in the place of an empty database, with `replace` of any.

    Raises Invalid for a backup that is not whole or not ours, Conflict for a database that is not
    empty or is being worked with, Refused where the database does not take it; until then nothing
    is changed but for files that no row names yet.
    """
    with held():
        _ensure_free(replace=replace)
        contents = backup_check(folder, tell=tell)
        _ensure_fits(contents)
        _files_open(folder, listed_in(folder, contents), tell)
        meter = Meter(Step.DATABASE, contents.database.size, tell)
        databases.driver().load(_counted(_dump(folder, contents), meter))
        meter.end()
        databases.forget_connections()
    return _judged(contents, actor, tell)


def ensure_stopped() -> None:
    """Refuse while a worker is at work. Raises Conflict."""
    seen = None
    with suppress(DatabaseError):  # no such table yet, or one of another version
        seen = jobs.worker_seen_at()
    if seen is not None and timezone.now() - seen < STALE:
        message = _("The platform is running. Stop it, wait half a minute, and try again.")
        raise Conflict(message, code="platform_running")


def _ensure_free(*, replace: bool) -> None:
    if not databases.is_empty() and not replace:
        message = _(
            "The database is not empty. Restore into an empty one, or say --replace to throw away"
            " what is in it now."
        )
        raise Conflict(message, code="database_not_empty")
    ensure_stopped()


def _ensure_fits(contents: Contents) -> None:
    """Refuse what this database or this version could not read."""
    if contents.vendor != connection.vendor:
        message = _("This is a backup of %(theirs)s, and the database here is %(ours)s.")
        told = {"theirs": contents.vendor, "ours": connection.vendor}
        raise Invalid(message % told, code="backup_other_database")
    if set(contents.migrations) - databases.migrations_known():
        message = _(
            "This backup was made by another version (%(theirs)s) with tables that this one does"
            " not know. Restore it with that version."
        )
        raise Invalid(message % {"theirs": contents.version}, code="backup_other_version")


def _files_open(folder: Path, listed: Listed, tell: Tell) -> None:
    meter = Meter(Step.FILES, sum(one.size for one in listed.values()), tell)
    for name, one in listed.items():
        data = b"".join(opened(folder / FILES / name, name=name, sealed=one))
        storage.put(storage.folder() / name, data, sync=False)
        meter.count(len(data))
    os.sync()
    meter.end()


def _dump(folder: Path, contents: Contents) -> Iterator[bytes]:
    return opened(folder / DATABASE, name=DATABASE, sealed=contents.database)


def _counted(pieces: Iterator[bytes], meter: Meter) -> Iterator[bytes]:
    for piece in pieces:
        yield piece
        meter.count(len(piece))


def _judged(contents: Contents, actor: Actor, tell: Tell) -> Restored:
    """Look at what came back and write down that it did; everybody has to sign in anew."""
    behind = databases.apps_behind()
    if behind & {"audit", "files", "accounts"}:
        return Restored(contents, None, 0, is_behind=True)
    tell(Step.RECORD, 0)
    Session.objects.all().delete()
    lost = len(files.files_lost())
    record = audit.verify()
    seal = seal_newest()
    if record.is_whole and (seal.number if seal else None) != contents.seal:
        record = audit.VerifyResult(record.rows, contents.seal, audit.Fault.CUT)
    detail = {"seal": contents.seal, "row": contents.row, "taken_at": contents.taken_at}
    audit.record(actor, Verb.RESTORED, on=(KIND, contents.name), detail=detail)
    tell(Step.RECORD, 100)
    return Restored(contents, record, lost, is_behind=bool(behind))
