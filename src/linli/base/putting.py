# SPDX-License-Identifier: MulanPSL-2.0
"""Keeping definitions: each version once, and many of them quickly."""

import datetime as dt
import json
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from linli.base.definitions import (
    DefinitionRow,
    definitions_added,
    digest_of,
    rows_of,
    written,
)

_Row = TypeVar("_Row", bound=DefinitionRow)


class _Newest:
    """The newest row of each definition at a place, read once a table."""

    def __init__(self) -> None:
        self._read: dict[Hashable, dict[tuple[str, str], tuple[dt.date, int, str]]] = {}

    def of(self, table: type[DefinitionRow], path: str) -> dict[tuple[str, str], Any]:
        """By kind and key: first day, key of the row and digest."""
        if (table, path) not in self._read:
            rows = rows_of(table).filter(place_path=path).order_by("starts_on", "pk")
            told = rows.values_list("kind", "key", "starts_on", "pk", "digest")
            self._read[table, path] = {(row[0], row[1]): row[2:] for row in told}
        return self._read[table, path]

    def put(self, row: DefinitionRow) -> None:
        """Let a row just written count."""
        newest = self.of(type(row), row.place_path)
        told = (row.starts_on, row.pk, row.digest)
        newest[row.kind, row.key] = max(newest.get((row.kind, row.key), told), told)


_newest: ContextVar[_Newest | None] = ContextVar("linli_newest", default=None)


@contextmanager
def definitions_loading() -> Iterator[None]:
    """Let a block that puts many definitions ask once for what stands; nobody else puts any."""
    token = _newest.set(_Newest())
    try:
        yield
    finally:
        _newest.reset(token)


def _newest_of(
    model: type[_Row], kind: str, key: str, path: str
) -> tuple[dt.date, int, str] | None:
    loading = _newest.get()
    if loading is not None:
        return loading.of(model, path).get((kind, key))
    rows = rows_of(model).filter(kind=kind, key=key, place_path=path)
    return rows.order_by("-starts_on", "-pk").values_list("starts_on", "pk", "digest").first()


def definition_put(
    model: type[_Row],
    *,
    kind: str,
    key: str,
    place_path: str,
    pack: str,
    version: str,
    starts_on: dt.date,
    ends_on: dt.date | None,
    clause: str,
    body: dict[str, Any],
    position: int = 0,
    is_removed: bool = False,
) -> tuple[_Row, bool]:
    """Keep a definition; the same content at the same place is not kept twice.

    Returns the row and whether it is new. Rows that said something else from the same or an
    earlier day stay readable for ever; `find` prefers the newest.
    """
    content = {**body, "ends_on": ends_on, "clause": clause, "removed": is_removed, "at": position}
    digest = digest_of(content)
    newest = _newest_of(model, kind, key, place_path)
    if newest is not None and (newest[0], newest[2]) == (starts_on, digest):
        return rows_of(model).get(pk=newest[1]), False
    fresh = model(
        kind=kind,
        key=key,
        place_path=place_path,
        pack=pack,
        version=version,
        starts_on=starts_on,
        ends_on=ends_on,
        clause=clause,
        position=position,
        is_removed=is_removed,
        digest=digest,
        body=json.loads(written(body)),
    )
    fresh.save(force_insert=True)
    loading = _newest.get()
    if loading is not None:
        loading.put(fresh)
    definitions_added()
    return fresh, True
