# SPDX-License-Identifier: MulanPSL-2.0
"""What came of places, in memory: where a row that hangs on one counts on a day.

A row at a place that ended counts with what came after it; one at a place that had not begun yet
with what was there before. Where several came, it counts at the nearest place above them all.
"""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from linli.base import replicas
from linli.kernel.places.models import Place, PlaceSuccession, PlaceTerm
from linli.kernel.places.rules import codes_of, path_common
from linli.kernel.places.standing import CHUNK, chunks

_DAYS_KEPT = 64
_DAY = dt.timedelta(days=1)

Mark = tuple[object, ...]
Steps = Mapping[int, Sequence[tuple[dt.date, int]]]
"""For a place the days on which it went over into another, and into which."""

Terms = Sequence[tuple[dt.date, str]]
"""The days until which a place lay elsewhere or was called otherwise, in order, and where."""


@dataclass(frozen=True)
class Turned:
    """A place that was not there on a day: where it lies now, where it lay (or was to lie), and
    where its rows counted.
    """

    now: str
    then: str
    counts: str


@dataclass(frozen=True)
class Tree:
    """What happened to places that ended or came of others, all of them; `days` are those on which
    anything changed.
    """

    mark: Mark | None = None
    after: Steps = field(default_factory=dict)
    before: Steps = field(default_factory=dict)
    begun: Mapping[int, dt.date] = field(default_factory=dict)
    paths: Mapping[int, str] = field(default_factory=dict)
    terms: Mapping[int, Terms] = field(default_factory=dict)
    ids: Mapping[str, int] = field(default_factory=dict)
    days: Sequence[dt.date] = ()
    _turned: dict[dt.date, dict[str, list[Turned]]] = field(default_factory=dict)
    _ever: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def is_of_now(self, day: dt.date) -> bool:
        """Whether nothing has changed since a day."""
        return not self.days or day >= self.days[-1]

    def counts_at(self, path: str, day: dt.date) -> str:
        """Where a row counts on a day that lay at that path then."""
        codes = codes_of(path)
        for code in reversed(codes):
            place_id = self.ids.get(code)
            others = self._others(place_id, day) if place_id is not None else ()
            if others:
                return path_common([self.counts_at(self._lay_at(one, day), day) for one in others])
        return path

    def paths_ever(self, path: str) -> tuple[str, ...]:
        """The path of a place today and all it had before; no other place ever has one of them."""
        kept = self._ever.get(path)
        if kept is None:
            before = (then for _until, then in terms_at([path]).get(path, ()))
            kept = self._ever[path] = tuple(dict.fromkeys([path, *before]))
        return kept

    def turned(self, day: dt.date, top: str) -> Sequence[Turned]:
        """The places below a top that were not there on a day, those above others first."""
        kept = self._turned.get(day)
        if kept is None:
            if len(self._turned) >= _DAYS_KEPT:
                self._turned.clear()
            kept = self._turned[day] = self._turn(day)
        return kept.get(top, ())

    def _turn(self, day: dt.date) -> dict[str, list[Turned]]:
        found: dict[str, list[Turned]] = defaultdict(list)
        for place_id, path in sorted(self.paths.items(), key=lambda pair: pair[1]):
            if self._others(place_id, day):
                then = self._lay_at(place_id, day)
                found[codes_of(path)[0]].append(Turned(path, then, self.counts_at(then, day)))
        return found

    def _others(self, place_id: int, day: dt.date) -> tuple[int, ...]:
        """What stood in the stead of a place on a day; nothing while it stood itself."""
        gone = tuple(one for on, one in self.after.get(place_id, ()) if on <= day)
        if gone:
            return gone
        begun = self.begun.get(place_id)
        if begun is None or begun <= day:
            return ()
        return tuple(one for on, one in self.before.get(place_id, ()) if on > day)

    def _lay_at(self, place_id: int, day: dt.date) -> str:
        return path_then(self.terms.get(place_id, ()), day) or self.paths[place_id]


def path_then(terms: Terms, day: dt.date) -> str:
    """Where a place lay on a day, by its terms in their order; "" where it lies now."""
    return next((path for until, path in terms if day <= until), "")


@dataclass
class _Kept:
    """What one process keeps; the tree is only ever replaced as a whole. `changes` counts how often
    this process has changed places.
    """

    tree: Tree = Tree()
    changes: int = 0


@dataclass
class _Held:
    """The tree that a block goes by, and at which count of changes it was asked for."""

    tree: Tree | None = None
    changes: int = 0


_kept = _Kept()
_reading = threading.Lock()
_held: ContextVar[_Held | None] = ContextVar("linli_tree", default=None)


@contextmanager
def tree_held() -> Iterator[None]:
    """Let a block, such as a request, ask once only whether anything happened to places."""
    token = _held.set(_held.get() or _Held())
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Let the next question read anew; called when places change in this process."""
    _kept.tree = Tree()
    _kept.changes += 1


def tree_known() -> Tree:
    """What happened to places: kept while nothing more happens, which one small query tells."""
    held = _held.get()
    if held is not None and held.tree is not None and held.changes == _kept.changes:
        return held.tree
    with _reading:
        mark, changes = _mark(), _kept.changes
        if mark != _kept.tree.mark:
            _kept.tree = _read(mark)
        tree = _kept.tree
    if held is not None:
        held.tree, held.changes = tree, changes
    return tree


def _mark() -> Mark:
    """What changes with every restructuring: successions and terms are only ever added."""
    asked = ", ".join(
        f"(SELECT MAX({column}) FROM {table._meta.db_table})"  # noqa: S608 - our own tables
        for table, column in ((PlaceSuccession, "id"), (PlaceTerm, "id"), (Place, "updated_at"))
    )
    with replicas.reading().cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return (str(connection.settings_dict["NAME"]), *cursor.fetchone())


def _read(mark: Mark) -> Tree:
    if not any(mark[1:3]):
        return Tree(mark)
    after: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    before: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    begun: dict[int, dt.date] = {}
    paths: dict[int, str] = {}
    rows = PlaceSuccession.objects.order_by("on", "pk").values_list(
        "on", "place_id", "place__path", "successor_id", "successor__path", "successor__starts_on"
    )
    for on, old, old_path, new, new_path, starts_on in rows:
        after[old].append((on, new))
        before[new].append((on, old))
        paths |= {old: old_path, new: new_path}
        if starts_on is not None:
            begun[new] = starts_on
    ended, came = (PlaceSuccession.objects.values(key) for key in ("place_id", "successor_id"))
    known = PlaceTerm.objects.filter(Q(place__in=ended) | Q(place__in=came))
    terms = terms_by("place_id", known) if paths else {}
    ids = {codes_of(path)[-1]: pk for pk, many in terms.items() for _until, path in many}
    ids |= {codes_of(path)[-1]: pk for pk, path in paths.items()}
    until = PlaceTerm.objects.order_by().values_list("until", flat=True).distinct()
    days = {one + _DAY for one in until} | {on for steps in after.values() for on, _new in steps}
    return Tree(mark, after, before, begun, paths, terms, ids, sorted(days))


def terms_by(key: str, rows: QuerySet[PlaceTerm]) -> dict[Any, list[tuple[dt.date, str]]]:
    """Terms of places by one of their columns, in their order."""
    found: dict[Any, list[tuple[dt.date, str]]] = defaultdict(list)
    for one, until, path in rows.order_by("until", "pk").values_list(key, "until", "path"):
        found[one].append((until, path))
    return found


def terms_at(paths: Iterable[str]) -> dict[str, list[tuple[dt.date, str]]]:
    """The terms of the places that lie at these paths now."""
    found: dict[str, list[tuple[dt.date, str]]] = {}
    for chunk in chunks(sorted(set(paths)), CHUNK):
        found |= terms_by("place__path", PlaceTerm.objects.filter(place__path__in=chunk))
    return found
