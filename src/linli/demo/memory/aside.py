# SPDX-License-Identifier: MulanPSL-2.0
"""Putting the indices of tables aside while very many rows are written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_REFERENCES = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
_INDICES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')
    )
"""


@contextmanager
def indices_aside(connection: Any, tables: Sequence[str]) -> Iterator[None]:
    """Drop the indices and foreign keys of tables, and make them again at the end of the block.

    Made at once they cost a fraction, and every row is still looked at. What must be unique is
    held all the time. Does nothing on SQLite, or without tables. If the block fails the
    transaction around it puts back what was there.
    """
    if connection.vendor != "postgresql" or not tables:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        names = [connection.ops.quote_name(table) for table in tables]
        cursor.execute(_REFERENCES, [names])
        references = cursor.fetchall()
        for table, name, _definition in references:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(_INDICES, [names])
        indices = cursor.fetchall()
        for name, _definition in indices:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for _name, definition in indices:
            cursor.execute(definition)
        for table, name, definition in references:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for table in names:
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
