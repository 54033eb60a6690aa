# SPDX-License-Identifier: MulanPSL-2.0
"""The triggers that make the record and its seals append-only, for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_auditrecord"
KEYS = {TABLE: "seq", "audit_seal": "number", "audit_anchor": "id"}
"""Every table that only grows, with its key."""


def _sqlite(table: str) -> dict[str, str]:
    there = f"SELECT 1 FROM {table} WHERE {KEYS[table]} = NEW.{KEYS[table]}"  # noqa: S608 - no outside value
    return {
        f"{table}_no_update": f"BEFORE UPDATE ON {table}",
        f"{table}_no_delete": f"BEFORE DELETE ON {table}",
        # INSERT OR REPLACE deletes the old row without asking the delete trigger.
        f"{table}_no_replace": f"BEFORE INSERT ON {table} WHEN EXISTS ({there})",
    }


def _postgresql(table: str) -> dict[str, str]:
    return {
        f"{table}_no_change": f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW",
        f"{table}_no_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
    }


_FUNCTION = "audit_refuse_change"
_MESSAGE = "the record is never changed"


def install(database: BaseDatabaseWrapper, *tables: str) -> None:
    """Refuse update, delete, replace and truncate from now on."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$"
            )
            for table in tables:
                for name, when in _postgresql(table).items():
                    cursor.execute(
                        f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {_FUNCTION}()"
                    )
            return
        for table in tables:
            for name, when in _sqlite(table).items():
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
                )


def remove(database: BaseDatabaseWrapper, *tables: str) -> None:
    """Take the triggers away: for the way back of a migration, and for tests that empty all
    tables.
    """
    with database.cursor() as cursor:
        for table in tables:
            if database.vendor == "postgresql":
                for name in _postgresql(table):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            else:
                for name in _sqlite(table):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


@contextmanager
def lifted() -> Iterator[None]:
    """Let a test empty all tables between two cases."""
    remove(connection, *KEYS)
    try:
        yield
    finally:
        install(connection, *KEYS)
