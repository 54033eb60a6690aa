# SPDX-License-Identifier: MulanPSL-2.0
"""Writing rows from memory into the database, many at once."""

import marshal
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import models

from linli.demo.memory.columns import Clean, writers
from linli.demo.memory.tables import Row, Table

BATCH = 2000
"""Rows written in one call."""

Written = tuple[Any, tuple[Any, ...]]
"""The key of a row, and its values as the database takes them, in the order of the columns."""

Telling = Callable[[type[models.Model], Iterable[Written]], Iterable[Written]]
"""What is written for the rows of a table."""


def rows_made(table: Table, connection: Any) -> Iterator[Written]:
    """The rows that the database has not, by key, ready to be written."""
    columns = writers(table.model, connection)
    for row in table.fresh():
        yield row[table.key], _values(row, columns)


def rows_leave(table: Table, connection: Any, folder: Path) -> None:
    """Leave the rows in a file, for the process that writes them."""
    with (folder / table.model._meta.label).open("wb") as file:
        marshal.dump(list(rows_made(table, connection)), file)


def _left(table: Table, folder: Path) -> list[Written]:
    """What another process left."""
    name = folder / table.model._meta.label
    if not name.exists():
        return []
    with name.open("rb") as file:
        rows: list[Written] = marshal.load(file)  # noqa: S302 - our own child wrote it
    return rows


def rows_write(
    table: Table, connection: Any, others: Iterable[Path] = (), telling: Telling | None = None
) -> None:
    """Write what is new, here and in the folders of others, and what was changed.

    `telling` says what is written for the rows that were made; if there is none, they themselves.
    Foreign keys may point to what is written later: databases look at them when all is there.
    """
    left = [_left(table, folder) for folder in others]
    made: Iterable[Written] = merge(rows_made(table, connection), *left, key=itemgetter(0))
    if telling is not None:
        made = telling(table.model, made)
    columns = writers(table.model, connection)
    names = [connection.ops.quote_name(column) for _attribute, column, _write in columns]
    name = connection.ops.quote_name(table.model._meta.db_table)
    _insert(connection, name, names, (values for _key, values in made))
    if table.changed:
        rows = [(pk, _values(table.rows[pk], columns)) for pk in sorted(table.changed)]
        told = rows if telling is None else list(telling(table.model, rows))
        if [pk for pk, _row in told] != [pk for pk, _row in rows]:
            raise NotImplementedError(f"{table.model._meta.label}: a row of before is told often")
        _update(connection, table.key, columns, name, told)


def _insert(connection: Any, name: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    listed = f"{name} ({', '.join(names)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {listed} FROM STDIN") as copy:
                for values in rows:
                    copy.write_row(values)
            return
        marks = ", ".join(["%s"] * len(names))
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(f"INSERT INTO {listed} VALUES ({marks})", batch)  # noqa: S608


def _update(
    connection: Any,
    own_key: str,
    columns: list[tuple[str, str, Clean | None]],
    name: str,
    rows: list[Written],
) -> None:
    names = {own: connection.ops.quote_name(column) for own, column, _write in columns}
    sets = ", ".join(f"{column} = %s" for column in names.values())
    values = [(*row, pk) for pk, row in rows]
    with connection.cursor() as cursor:
        asked = f"UPDATE {name} SET {sets} WHERE {names[own_key]} = %s"  # noqa: S608
        cursor.executemany(asked, values)


def _values(row: Row, columns: list[tuple[str, str, Clean | None]]) -> tuple[Any, ...]:
    return tuple(
        row[attribute] if write is None else write(row[attribute])
        for attribute, _column, write in columns
    )


def sequences_put(written: list[type[models.Model]], connection: Any) -> None:
    """Let the database go on counting after the keys that were given out."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)
