# SPDX-License-Identifier: MulanPSL-2.0
"""Keeping definitions: each version once, and many of them quickly."""

import datetime as dt
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
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


_Said = dict[str, int]
"""What a definition has said from one day on: the rows by digest, the last of them in force."""


class _Standing:
    """What each definition at a place says from which day on, read once a table."""

    def __init__(self) -> None:
        self._read: dict[Hashable, dict[tuple[str, str, dt.date], _Said]] = {}

    def of(self, table: type[DefinitionRow], path: str) -> dict[tuple[str, str, dt.date], _Said]:
        """By kind, key and first day."""
        if (table, path) not in self._read:
            found = self._read[table, path] = {}
            rows = rows_of(table).filter(place_path=path).order_by("pk")
            told = rows.values_list("kind", "key", "starts_on", "digest", "pk")
            for kind, key, day, digest, pk in told:
                found.setdefault((kind, key, day), {})[digest] = pk
        return self._read[table, path]


_standing: ContextVar[_Standing | None] = ContextVar("linli_standing", default=None)


@contextmanager
def definitions_loading() -> Iterator[None]:
    """Let a block that puts many definitions ask once for what stands; nobody else puts any."""
    token = _standing.set(_Standing())
    try:
        yield
    finally:
        _standing.reset(token)


def _said_from(model: type[_Row], kind: str, key: str, path: str, day: dt.date) -> _Said:
    loading = _standing.get()
    if loading is not None:
        return loading.of(model, path).setdefault((kind, key, day), {})
    rows = rows_of(model).filter(kind=kind, key=key, place_path=path, starts_on=day)
    return dict(rows.order_by("pk").values_list("digest", "pk"))


def _digest(content: Mapping[str, Any], said: _Said) -> str:
    """The digest of what is to be kept: that of the row that says it already, else a new one.

    What was said before, then something else, then the same again, all from one day, is one more
    row: the last counts, and none is ever edited.
    """
    last = next(reversed(said), "")
    digest, again = digest_of(content), 0
    while digest in said and digest != last:
        again += 1
        digest = digest_of({**content, "again": again})
    return digest


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
    """Keep a definition; the same content at the same place from the same day is not kept twice.

    Returns the row and whether it is new. Rows that said something else from the same or an
    earlier day stay readable for ever; `find` prefers the newest.
    """
    content = {**body, "ends_on": ends_on, "clause": clause, "removed": is_removed, "at": position}
    said = _said_from(model, kind, key, place_path, starts_on)
    digest = _digest(content, said)
    if digest in said:
        return rows_of(model).get(pk=said[digest]), False
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
    said[digest] = fresh.pk
    definitions_added()
    return fresh, True


Spans = Mapping[tuple[str, str], Sequence[tuple[dt.date, dt.date | None]]]
"""First and last days of the rows of each definition, by kind and key."""


def definition_spans(path: str) -> Spans:
    """From when to when the rows of all definitions at a place hold; one query a table."""
    found: dict[tuple[str, str], list[tuple[dt.date, dt.date | None]]] = {}
    for table in DefinitionRow.__subclasses__():
        rows = rows_of(table).filter(place_path=path)
        for kind, key, start, end in rows.values_list("kind", "key", "starts_on", "ends_on"):
            found.setdefault((kind, key), []).append((start, end))
    return found


def definition_standing(kind: str, key: str, path: str, day: dt.date) -> DefinitionRow | None:
    """The definition of that key in force at a place, whichever table it is kept in, or None."""
    found = (rows_of(table).find(kind, key, path, day) for table in DefinitionRow.__subclasses__())
    return next((row for row in found if row is not None), None)
