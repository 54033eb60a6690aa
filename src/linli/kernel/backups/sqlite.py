# SPDX-License-Identifier: MulanPSL-2.0
"""SQLite: copied by its own backup interface, which needs no writer to stop."""

import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from linli.kernel.backups import databases
from linli.kernel.backups.databases import Snapshot, failed, forget_connections

DRAFT = ".copy-*.sqlite3"
"""A copy lies in the clear beside the database itself, for as long as it is read."""


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as it is now: its file, copied in one go."""
    with _draft() as path:
        taken_at = timezone.now()
        with closing(_database()) as source, closing(sqlite3.connect(path)) as copy:
            _copy(source, copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        with closing(sqlite3.connect(path)) as copy, path.open("rb") as stream:
            yield Snapshot(
                taken_at=taken_at,
                server=sqlite3.sqlite_version,
                size=path.stat().st_size,
                ask=lambda question: copy.execute(question).fetchall(),
                stream=stream,
            )


def load(pieces: Iterator[bytes]) -> None:
    """Put a copy in the place of the database, in one transaction of SQLite's own.

    Raises Refused where it is no whole database.
    """
    with _draft() as path:
        with path.open("wb") as file:
            file.writelines(pieces)
        with closing(sqlite3.connect(path)) as copy:
            try:
                (said,) = copy.execute("PRAGMA quick_check").fetchone()
            except sqlite3.DatabaseError as error:
                raise failed("SQLite", str(error)) from error
            if said != "ok":
                raise failed("SQLite", str(said))
            forget_connections()
            with closing(_database()) as target:
                _copy(copy, target)


@contextmanager
def _draft() -> Iterator[Path]:
    """An empty file that only we can read, gone afterwards; what a killed process left goes first.

    The caller holds the lock of backups.
    """
    folder = Path(settings.LINLI_DATA)
    for left in folder.glob(f"{DRAFT}*"):
        left.unlink(missing_ok=True)
    path = folder / DRAFT.replace("*", secrets.token_hex(4))
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """All pages at once. Raises Refused where somebody holds one of the two for too long."""
    until = time.monotonic() + databases.PATIENCE

    def look(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise failed("SQLite", "database is locked")

    source.backup(target, progress=look)


def _database() -> sqlite3.Connection:
    return sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=1)
