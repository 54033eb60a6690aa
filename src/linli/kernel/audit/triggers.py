# SPDX-License-Identifier: MulanPSL-2.0
"""The triggers that make the record and its seals append-only, for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_auditrecord"
KEYS = {
    TABLE: "seq",
    "audit_seal": "number",
    "audit_anchor": "id",
    "audit_recordexport": "id",
    "audit_recorddrop": "id",
}
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


DROPPABLE = """
    SELECT 1 FROM audit_recorddrop d JOIN audit_recordexport e ON e.id = d.export_number
    WHERE OLD.seq BETWEEN e.first_seq AND e.last_seq AND EXISTS (
        SELECT 1 FROM audit_anchor a WHERE a.error = '' AND a.seal_number >= e.last_seal
    )
"""
"""A row may go when its month is exported, sent outside and ordered to be dropped."""

_LOSS = f"{TABLE}_no_loss"
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


def allow_drops(database: BaseDatabaseWrapper) -> None:
    """From now on rows of the record may go, but only so; nothing else may."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_LOSS}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF EXISTS ({DROPPABLE}) THEN RETURN OLD; END IF; "
                f"RAISE EXCEPTION '{_MESSAGE}'; END $$"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {TABLE}_no_change BEFORE UPDATE ON {TABLE} "
                f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {_LOSS} BEFORE DELETE ON {TABLE} "
                f"FOR EACH ROW EXECUTE FUNCTION {_LOSS}()"
            )
            return
        cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_delete")
        cursor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {_LOSS} BEFORE DELETE ON {TABLE} "
            f"WHEN NOT EXISTS ({DROPPABLE}) BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        )


def forbid_drops(database: BaseDatabaseWrapper) -> None:
    """No row of the record may go, as before there were exports."""
    remove(database, TABLE)
    install(database, TABLE)


def remove(database: BaseDatabaseWrapper, *tables: str) -> None:
    """Take the triggers away: for the way back of a migration, and for tests that empty all
    tables.
    """
    with database.cursor() as cursor:
        for table in tables:
            loss = [_LOSS] if table == TABLE else []
            if database.vendor == "postgresql":
                for name in [*_postgresql(table), *loss]:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            else:
                for name in [*_sqlite(table), *loss]:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


@contextmanager
def lifted() -> Iterator[None]:
    """Let a test empty all tables between two cases."""
    remove(connection, *KEYS)
    try:
        yield
    finally:
        install(connection, *KEYS)
        allow_drops(connection)
