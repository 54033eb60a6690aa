# SPDX-License-Identifier: MulanPSL-2.0
"""A table as rows in memory, with indices on what is asked for and a journal for going back."""

import datetime as dt
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models

from linli.base import clock
from linli.demo.memory.columns import cleaners, names_of

Row = dict[str, Any]
"""The values of one row by attribute name, as a database would give them back."""

_ABSENT = object()
_MINUTE = dt.timedelta(minutes=1)


@dataclass
class Journal:
    """What was there before, for as long as a savepoint may ask for it."""

    marks: list[tuple[str, int]] = field(default_factory=list)
    entries: list[tuple["Table", Any, Row | None]] = field(default_factory=list)
    count: int = 0

    def savepoint(self) -> str:
        """Begin something that may be undone."""
        self.count += 1
        sid = f"memory{self.count}"
        self.marks.append((sid, len(self.entries)))
        return sid

    def commit(self, sid: str) -> None:
        """Let it stand as far as this savepoint is concerned."""
        while self.marks and self.marks.pop()[0] != sid:
            pass
        if not self.marks:
            self.entries.clear()

    def rollback(self, sid: str) -> None:
        """Undo everything since the savepoint, newest first; the savepoint itself stays."""
        start = next(length for name, length in self.marks if name == sid)
        while len(self.entries) > start:
            table, pk, row = self.entries.pop()
            table.restore(pk, row)


@dataclass
class Queue:
    """The rows that wait (`until` is empty) in the order in which their time comes."""

    at: str
    until: str
    waiting: list[tuple[Any, Any]] = field(default_factory=list)

    def place(self, row: Row | None) -> Any:
        """The moment for which a row waits, None if it does not."""
        return row[self.at] if row is not None and row[self.until] is None else None

    def turn(self, pk: Any, old: Row | None, new: Row | None) -> None:
        """Put a changed row where it belongs."""
        before, after = self.place(old), self.place(new)
        if before == after:
            return
        if before is not None:
            del self.waiting[bisect_left(self.waiting, (before, pk))]
        if after is not None:
            insort(self.waiting, (after, pk))

    def due(self, moment: Any) -> list[Any]:
        """The keys of those whose moment is not after this one."""
        end = bisect_right(self.waiting, moment, key=lambda each: each[0])
        return [pk for _at, pk in self.waiting[:end]]


@dataclass
class Numbers:
    """How keys are given out: one after another, or by several processes at once.

    Then each has every n-th key as its own, and there are so many for each minute since a moment
    (`room`): keys read like time, whoever gave them out.
    """

    since: dt.datetime | None = None
    room: int = 64
    part: int = 0
    parts: int = 1

    def next(self, wanted: int, first: int) -> int:
        """The next key, at or after the one wanted; `first` is the first of the table."""
        if self.since is None:
            return wanted
        minutes = (clock.now() - self.since) // _MINUTE
        least = max(wanted, first + minutes * self.room)
        return least + (self.part - least) % self.parts


class Table:
    """The rows of one model that are written while the block lasts, and those loaded before."""

    def __init__(
        self, model: type[models.Model], journal: Journal, numbers: Numbers, first: int = 1
    ) -> None:
        self.model = model
        self.journal = journal
        self.numbers = numbers
        self.rows: dict[Any, Row] = {}
        self.key = str(model._meta.pk.attname)
        self.names = names_of(model)
        self.cleaners = cleaners(model)
        self.first = self.next = first
        self.loaded: set[Any] = set()
        self.changed: set[Any] = set()
        self.queues: list[Queue] = []
        unique = [one.attname for one in model._meta.concrete_fields if one.unique]
        self.unique = [name for name in unique if name != self.key]
        self.indices: dict[str, dict[Any, dict[Any, None]]] = {name: {} for name in self.unique}
        worth = {one.attname for one in model._meta.concrete_fields if one.is_relation}
        self.worth = worth | set(unique)
        self.is_at_rest = False

    def load(self, rows: Iterable[Row]) -> None:
        """Take rows over that the database has already."""
        for row in rows:
            self.restore(row[self.key], row)
            self.loaded.add(row[self.key])

    def clean(self, row: Row) -> Row:
        """The values as they would be read again, changed in place."""
        for name, clean in self.cleaners:
            if name in row:
                row[name] = clean(row[name])
        return row

    def insert(self, row: Row) -> Any:
        """Keep a new row; returns its key. Raises IntegrityError where something must be unique."""
        pk = row[self.key]
        if pk is None:
            pk = row[self.key] = self.numbers.next(self.next, self.first)
            self.next = pk + 1
        if pk in self.rows:
            raise IntegrityError(f"{self.model._meta.label} {pk} is there already")
        self.put(pk, self.clean(row))
        return pk

    def update(self, pk: Any, changes: Row) -> None:
        """Change some columns of a row."""
        self.put(pk, {**self.rows[pk], **self.clean(changes)})

    def delete(self, pk: Any) -> None:
        """Take a row away; those that the database has already stay there for good."""
        if pk in self.loaded:
            raise NotImplementedError(f"{self.model._meta.label}: deleting a row loaded before")
        self.put(pk, None)

    def put(self, pk: Any, row: Row | None) -> None:
        """Write a row, so that it can be undone."""
        if row is not None:
            self._ensure_unique(pk, row)
        if self.journal.marks:
            self.journal.entries.append((self, pk, self.rows.get(pk)))
        if pk in self.loaded:
            self.changed.add(pk)
        self.restore(pk, row)

    def restore(self, pk: Any, row: Row | None) -> None:
        """Let a row be as given, in the indices too."""
        old = self.rows.get(pk)
        for name, index in self.indices.items():
            before = old[name] if old is not None else _ABSENT
            after = row[name] if row is not None else _ABSENT
            if before is not after and before != after:
                if before is not _ABSENT:
                    index[before].pop(pk)
                if after is not _ABSENT:
                    index.setdefault(after, {})[pk] = None
        for queue in self.queues:
            queue.turn(pk, old, row)
        if row is None:
            self.rows.pop(pk, None)
        else:
            self.rows[pk] = row

    def _ensure_unique(self, pk: Any, row: Row) -> None:
        for name in self.unique:
            value = row[name]
            there = self.indices[name].get(value) if value is not None else None
            if there and pk not in there:
                raise IntegrityError(f"{self.model._meta.label}.{name} is there already")

    def index(self, name: str) -> dict[Any, dict[Any, None]] | None:
        """The index on a column; made when first asked for where it is worth it."""
        found = self.indices.get(name)
        if found is None and (name in self.worth or self.is_at_rest):
            found = self.indices[name] = {}
            for pk, row in self.rows.items():
                found.setdefault(row[name], {})[pk] = None
        return found

    def queue(self, at: str, until: str) -> None:
        """Keep rows whose `until` is empty in the order of `at`."""
        self.queues.append(Queue(at, until))

    def fresh(self) -> list[Row]:
        """The rows that the database has not, by key."""
        new = [pk for pk in self.rows if pk not in self.loaded]
        return [self.rows[pk] for pk in sorted(new)]

    def candidates(self, where: Sequence[Any], in_list: Callable[[Any], bool]) -> Iterable[Any]:
        """Keys among which all rows lie that fit; all keys where nothing narrows it."""
        for queue in self.queues:
            moment = _moment_of(queue, where)
            if moment is not None:
                return queue.due(moment)
        best: Iterable[Any] | None = None
        for node in where:
            if not in_list(node):
                continue
            found = self._listed(node.lookup.name, node.value, node.lookup.op)
            if found is not None:
                if len(found) < 8:
                    return found
                best = found if best is None or len(found) < len(best) else best  # type: ignore[arg-type]
        return self.rows if best is None else best

    def _listed(self, name: str, value: Any, op: str) -> list[Any] | None:
        wanted = value if op == "in" else (value,)
        if name == self.key:
            return [pk for pk in wanted if pk in self.rows]
        index = self.index(name)
        if index is None:
            return None
        return [pk for one in wanted for pk in index.get(one, ())]


def _moment_of(queue: Queue, where: Sequence[Any]) -> Any:
    """Up to when a question asks a queue; None if it is another question."""
    moment, is_waiting = None, False
    for node in where:
        lookup = getattr(node, "lookup", None)
        if lookup is None or lookup.hops:
            continue
        if lookup.name == queue.at and lookup.op == "lte":
            moment = node.value
        elif lookup.name == queue.until and lookup.op == "isnull" and node.value is True:
            is_waiting = True
    return moment if is_waiting else None
