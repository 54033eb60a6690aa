# SPDX-License-Identifier: MulanPSL-2.0
"""PostgreSQL: read out by pg_dump under a snapshot of ours, put back in one transaction."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base.errors import Refused
from linli.kernel.backups import databases
from linli.kernel.backups.databases import Snapshot, failed, forget_connections

BEFORE = """BEGIN;
SET LOCAL lock_timeout = {patience};
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""

TOLD = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST"}
TOLD |= {"PGPORT": "PORT"}
ALSO = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as it is now. Raises Refused where pg_dump fails."""
    taken_at = timezone.now()
    with transaction.atomic(durable=True), connection.cursor() as cursor:

        def ask(question: str) -> list[Any]:
            cursor.execute(question)
            return list(cursor.fetchall())

        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        ((name, size, server),) = ask(
            "SELECT pg_export_snapshot(), pg_database_size(current_database()),"
            " current_setting('server_version')"
        )
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}"]
        with _program("pg_dump", *words, gives=True) as (dump, check):
            yield Snapshot(taken_at, server.split()[0], size, ask, _given(dump.stdout))
            check()


def load(pieces: Iterator[bytes]) -> None:
    """Put a dump in the place of all tables, in one transaction.

    Raises Refused where one of PostgreSQL's programs fails; then all is as it was.
    """
    forget_connections()
    before = BEFORE.format(patience=round(databases.PATIENCE * 1000))
    words = ["--no-owner", "--no-privileges", "--file=-"]
    quiet = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=-"]
    with (
        _program("psql", *quiet, takes=True) as (psql, check_psql),
        _program("pg_restore", *words, takes=True, gives=True) as (restore, check_restore),
    ):
        broken = threading.Event()
        pump = threading.Thread(
            target=_pump, args=(_given(restore.stdout), _given(psql.stdin), broken), daemon=True
        )
        _given(psql.stdin).write(before.encode())
        pump.start()
        with suppress(BrokenPipeError):
            for piece in pieces:
                _given(restore.stdin).write(piece)
            _given(restore.stdin).close()
        pump.join()
        if broken.is_set():
            check_psql()
        check_restore()
        with suppress(BrokenPipeError):
            _given(psql.stdin).write(b"\nCOMMIT;\n")
            _given(psql.stdin).close()
        check_psql()


def _pump(source: IO[bytes], target: IO[bytes], broken: threading.Event) -> None:
    """All of a stream into another, until one of the two is not there any more."""
    try:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
    except (OSError, ValueError):
        broken.set()
        source.close()


def _given(stream: IO[bytes] | None) -> IO[bytes]:
    """The end of a pipe that was asked for."""
    if stream is None:
        raise ValueError
    return stream


@contextmanager
def _program(
    name: str, *words: str, takes: bool = False, gives: bool = False
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], None]]]:
    """One of PostgreSQL's programs, at our database, and a function that waits for its good end.

    It is killed when it is left before. The password goes through its environment: a command line
    is for everybody to read.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - no word comes from outside
            [_found(name), *words],
            env=_environment(),
            stdin=subprocess.PIPE if takes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if gives else subprocess.DEVNULL,
            stderr=said,
        )

        def check() -> None:
            if process.wait():
                said.seek(0)
                lines = said.read().decode(errors="replace").strip().splitlines()
                raise failed(name, lines[0] if lines else str(process.returncode))

        try:
            yield process, check
        finally:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            process.wait()


def _environment() -> dict[str, str]:
    given: dict[str, Any] = connection.settings_dict
    told = {name: str(given[key]) for name, key in TOLD.items() if given[key]}
    also = {
        f"PG{key.upper()}": str(given["OPTIONS"][key]) for key in ALSO if key in given["OPTIONS"]
    }
    return {**os.environ, **told, **also}


def _found(name: str) -> str:
    """The newest program of that name: an older one cannot read a newer server."""
    homes = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = sorted(homes, key=lambda path: int(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        message = _("%(program)s is not here: install PostgreSQL's client programs.")
        raise Refused(message % {"program": name}, code="backup_program_missing")
    return found
