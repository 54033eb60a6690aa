# SPDX-License-Identifier: MulanPSL-2.0
"""From which day on the rows of a version hold when an earlier one is in force (definitions.md §5):
what has begun keeps what it began with, and nothing comes that is not said any more.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linli.base.putting import Spans, definition_spans, definition_standing
from linli.kernel.packs.rows import Row, Standing, row_plain

LIVING_KINDS = ("place", "unit")
"""Kinds behind which something stands in the city that ends when no pack names it any more."""

Stored = Mapping[str, Mapping[str, Any]]
"""Rows of a loaded version by "kind:id", as `Row.to_json` writes them."""


@dataclass(frozen=True)
class Put:
    """A row to be put in force from its first day, or out of force."""

    row: Row
    is_gone: bool = False


def dated(rows: Sequence[Row], before: Stored, today: dt.date) -> list[Row]:
    """The rows of a version after another: what stood keeps its first day, what is new or says
    something else holds from today on, or from its own later day.
    """
    return [_dated(row, before.get(row.name), today) for row in rows]


def _dated(row: Row, stored: Mapping[str, Any] | None, today: dt.date) -> Row:
    if stored is not None and _says_the_same(row, stored):
        return replace(row, starts_on=Row.from_json(row.name, stored).starts_on)
    return replace(row, starts_on=max(row.starts_on, today))


def _says_the_same(row: Row, stored: Mapping[str, Any]) -> bool:
    given = row_plain(row)
    parts = ("body", "until", "clause", "standing")
    return all(given.get(part) == stored.get(part) for part in parts)


@dataclass(frozen=True)
class Ground:
    """What a version is put over: what the one before said and what the base says, at a place.

    `spans` says from when to when the rows at that place hold.
    """

    before: Stored
    below: Stored
    path: str
    today: dt.date
    spans: Spans

    def days(self, row: Row, after: dt.date) -> list[dt.date]:
        """The later days on which rows of this definition begin."""
        begun = (start for start, _end in self.spans.get((row.kind, row.key), ()))
        return sorted({day for day in begun if day > after})

    def goes_on(self, row: Row, end: dt.date) -> bool:
        """Whether another row of this definition would hold once this one is over."""
        spans = self.spans.get((row.kind, row.key), ())
        return any(last is None or last > end for _start, last in spans)


def ground(before: Stored, below: Stored, path: str, today: dt.date) -> Ground:
    """What stands at a place before a version is put there."""
    return Ground(before, below, path, today, definition_spans(path))


def puts(rows: Sequence[Row], gone: Sequence[Row], over: Ground) -> Iterator[Put]:
    """Everything to be put so that these dated rows hold, and those `gone` do not any more.

    Rows are never edited: what was to begin on a later day and is not said any more is covered by a
    newer row of that day.
    """
    for row in rows:
        if row.kind in LIVING_KINDS:
            yield Put(row)
        elif row_plain(row) != over.before.get(row.name):
            yield from _until_it_begins(row, over)
            yield from _while_it_holds(row, over)
            yield from _once_it_is_over(row, over)
    for row in gone:
        for day in (over.today, *over.days(row, over.today)):
            yield _nothing(row, day)


def _until_it_begins(row: Row, over: Ground) -> Iterator[Put]:
    """What holds today, again on each day before on which something else was to begin."""
    days = [day for day in over.days(row, over.today) if day < row.starts_on]
    standing = definition_standing(row.kind, row.key, over.path, over.today) if days else None
    for day in days:
        if standing is None:
            yield _nothing(row, day)
            continue
        given = (dict(standing.body), day, standing.ends_on, standing.clause, standing.position)
        yield Put(Row(row.kind, row.key, *given))


def _while_it_holds(row: Row, over: Ground) -> Iterator[Put]:
    for day in (row.starts_on, *over.days(row, row.starts_on)):
        if row.ends_on is None or day <= row.ends_on:
            yield Put(replace(row, starts_on=day), row.standing is Standing.REMOVED)


def _once_it_is_over(row: Row, over: Ground) -> Iterator[Put]:
    """What the base says, or nothing, where an earlier row would hold again after the last day."""
    if row.ends_on is None or not over.goes_on(row, row.ends_on):
        return
    first = max(row.ends_on + dt.timedelta(days=1), row.starts_on)
    stored = over.below.get(row.name)
    for day in (first, *over.days(row, first)):
        if stored is None:
            yield _nothing(row, day)
        else:
            yield Put(replace(Row.from_json(row.name, stored), starts_on=day))


def _nothing(row: Row, day: dt.date) -> Put:
    return Put(replace(row, starts_on=day, ends_on=None), is_gone=True)
