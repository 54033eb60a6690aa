# SPDX-License-Identifier: MulanPSL-2.0
"""The database as one stream, of one moment, while others write; and such a stream as the
database.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any, Protocol

from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from linli.base.errors import Refused

PATIENCE = 30.0
"""Seconds that somebody at work with the tables is waited for, and then not pushed aside."""

Ask = Callable[[str], Sequence[Sequence[Any]]]
"""Gives the rows of a question, as they were at the moment of a snapshot."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database at one moment: `taken_at` is a moment before, `stream` its dump, `size` about
    how many bytes that has, `server` which version wrote it.
    """

    taken_at: dt.datetime
    server: str
    size: int
    ask: Ask
    stream: IO[bytes]


class Driver(Protocol):
    """How one kind of database is read out and put back."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The database as it is now, for as long as it takes to read it."""

    def load(self, pieces: Iterator[bytes]) -> None:
        """Put a dump in the place of all that is there; when that fails nothing is changed."""


def driver() -> Driver:
    """That of this installation's database."""
    from linli.kernel.backups import postgres, sqlite

    return postgres if connection.vendor == "postgresql" else sqlite


def failed(program: str, said: str) -> Refused:
    """The refusal where a program of the database did not do its work."""
    message = _("%(program)s failed: %(said)s")
    return Refused(message % {"program": program, "said": said}, code="backup_database")


def forget_connections() -> None:
    """End this process's connections: they know the tables that were."""
    connections.close_all()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()


def is_empty() -> bool:
    """Whether the database has no table yet."""
    return not connection.introspection.table_names()


def migrations_of(ask: Ask) -> tuple[str, ...]:
    """The changes of the tables that a snapshot has had."""
    rows = ask("SELECT app, name FROM django_migrations ORDER BY id")
    return tuple(f"{app}.{name}" for app, name in rows)


def migrations_known() -> set[str]:
    """The changes of the tables that this version knows."""
    loader = MigrationExecutor(connection).loader
    known = {*(loader.disk_migrations or {}), *_replaced(loader.disk_migrations or {})}
    return {f"{app}.{name}" for app, name in known}


def apps_behind() -> set[str]:
    """The parts whose tables this version would change."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {migration.app_label for migration, _backwards in plan}


def _replaced(migrations: dict[tuple[str, str], Any]) -> Iterator[tuple[str, str]]:
    for migration in migrations.values():
        yield from migration.replaces
