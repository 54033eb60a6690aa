# SPDX-License-Identifier: MulanPSL-2.0
"""The tree as it was on a day, and totals along the tree of then or of now.

A report for a month gone by adds up as it did (`THEN`), or as the same rows would under today's
tree (`NOW`): nothing is lost between the two but what a split cannot say, which is then counted at
the nearest place above both pieces.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from linli.kernel.places.models import (
    Place,
    PlaceAlias,
    PlaceQuerySet,
    PlaceSuccession,
    PlaceTerm,
)
from linli.kernel.places.rules import codes_of

NOW, THEN = "now", "then"

Row = tuple[int, dt.date, int]
"""The id of the place a row hangs on, its day, and what it counts."""


@dataclass(frozen=True)
class Standing:
    """What a place was called, where it lay and what it counted as on a day."""

    name: str
    path: str
    kind: str = ""
    tags: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code it had."""
        return codes_of(self.path)[-1]


def as_of(place: Place, day: dt.date) -> Standing:
    """How a place was called, where it lay and what it counted as on a day."""
    term = PlaceTerm.objects.filter(place=place, until__gte=day).order_by("until", "pk").first()
    return _standing(term or place)


def _standing(row: Place | PlaceTerm) -> Standing:
    return Standing(row.name, row.path, row.kind, tuple(row.tags))


def children_then(
    place: Place, day: dt.date, within: PlaceQuerySet
) -> list[tuple[Place, Standing]]:
    """The places right below one on a day, each as it stood then, in code order.

    `within` is what the reader may see. A place that has gone elsewhere since is among them.
    """
    above = as_of(place, day).path
    then: dict[int, PlaceTerm] = {}
    later = PlaceTerm.objects.filter(until__gte=day)
    for term in later.filter(path__under=above).order_by("until", "pk"):
        then.setdefault(term.place_id, term)
    moved_away = {pk for pk, term in then.items() if term.path.count("/") == above.count("/") + 1}
    now = within.filter(parent=place).exclude(pk__in=later.values("place_id"))
    rows = [*now.on(day), *within.filter(pk__in=_first_terms(moved_away, then, day)).on(day)]
    found = [(row, _standing(then.get(row.pk, row))) for row in rows]
    return sorted(found, key=lambda pair: pair[1].path)


def _first_terms(places: set[int], then: dict[int, PlaceTerm], day: dt.date) -> list[int]:
    """Of some places those whose very first term after a day is the one known: it lay there."""
    first: dict[int, int] = {}
    rows = PlaceTerm.objects.filter(place_id__in=places, until__gte=day).order_by("until", "pk")
    for pk, term_id in rows.values_list("place_id", "pk"):
        first.setdefault(pk, term_id)
    return [pk for pk in places if first[pk] == then[pk].pk]


def roll_up(rows: Iterable[Row], *, level: str, tree: str = THEN) -> dict[str, int]:
    """Sums by the path of the ancestor at a level, along the tree of each row's day or of now.

    Rows whose place has no such ancestor count under the path of their own top. The total over the
    result is the total over the rows, whichever tree is asked for. Raises ValueError for another
    tree.
    """
    if tree not in (NOW, THEN):
        raise ValueError(f'"{tree}" is no tree: "{NOW}" or "{THEN}"')
    given = list(rows)
    known = _Tree({place_id for place_id, _day, _count in given})
    found: dict[str, int] = defaultdict(int)
    for place_id, day, count in given:
        path = known.path_then(place_id, day) if tree == THEN else known.path_now(place_id)
        found[known.at_level(path, level)] += count
    return dict(found)


class _Tree:
    """Paths of then and now of some places, read at once."""

    def __init__(self, place_ids: set[int]) -> None:
        self.terms: dict[int, list[tuple[dt.date, str]]] = defaultdict(list)
        rows = PlaceTerm.objects.filter(place_id__in=place_ids).order_by("until", "pk")
        for place_id, until, path in rows.values_list("place_id", "until", "path"):
            self.terms[place_id].append((until, path))
        self.successors: dict[int, list[int]] = defaultdict(list)
        for old, new in PlaceSuccession.objects.values_list("place_id", "successor_id"):
            self.successors[old].append(new)
        wanted = place_ids | {new for many in self.successors.values() for new in many}
        places = Place.objects.filter(pk__in=wanted)
        self.paths = dict(places.values_list("pk", "path"))
        codes = {code for path in self._all_paths() for code in codes_of(path)}
        former = PlaceAlias.objects.filter(code__in=codes)
        self.levels = dict(former.values_list("code", "place__level"))
        self.levels |= dict(Place.objects.filter(code__in=codes).values_list("code", "level"))

    def _all_paths(self) -> Iterable[str]:
        yield from self.paths.values()
        for terms in self.terms.values():
            yield from (path for _until, path in terms)

    def path_then(self, place_id: int, day: dt.date) -> str:
        """Where a place lay on a day."""
        for until, path in self.terms[place_id]:
            if day <= until:
                return path
        return self.paths[place_id]

    def path_now(self, place_id: int) -> str:
        """Where a place, or whatever came after it, lies now."""
        after = self.successors.get(place_id)
        if not after:
            return self.paths[place_id]
        return _common([self.path_now(each) for each in after])

    def at_level(self, path: str, level: str) -> str:
        """The path of the ancestor of a level, else that of the top."""
        codes = codes_of(path)
        for number, code in enumerate(codes, start=1):
            if self.levels.get(code) == level:
                return "/".join(codes[:number]) + "/"
        return f"{codes[0]}/" if codes else path


def _common(paths: list[str]) -> str:
    """The longest path above all of some paths; a single one is itself."""
    first, *others = [codes_of(path) for path in paths]
    shared = []
    for number, code in enumerate(first):
        if any(len(other) <= number or other[number] != code for other in others):
            break
        shared.append(code)
    return "".join(f"{code}/" for code in shared)


class Change(StrEnum):
    """What may happen to a place in the course of time."""

    BEGUN = "begun"
    RENAMED = "renamed"
    MOVED = "moved"
    RECODED = "recoded"
    CLASSIFIED = "classified"
    CAME_FROM = "came_from"
    SPLIT = "split"
    MERGED = "merged"
    ENDED = "ended"


@dataclass(frozen=True)
class Turn:
    """Something that happened to a place on a day: how it stood before and after, and the other
    places concerned: those above before and after a move, those that came of it or before it.
    """

    on: dt.date
    change: Change
    before: Standing | None = None
    after: Standing | None = None
    others: tuple[Place, ...] = ()


def history(place: Place) -> list[Turn]:
    """What has happened to a place, the latest first."""
    terms = list(PlaceTerm.objects.filter(place=place).order_by("until", "pk"))
    standings = [*(_standing(term) for term in terms), _standing(place)]
    found = []
    for term, before, after in zip(terms, standings, standings[1:], strict=False):
        on = term.until + dt.timedelta(days=1)
        found += [Turn(on, change, before, after) for change in _changes(before, after)]
    found = _with_above(found)
    if place.starts_on is not None:
        found.append(Turn(place.starts_on, Change.BEGUN))
    before_it = place.predecessions.select_related("place").order_by("place__code")
    came = [(row.on, row.place) for row in before_it]
    went = _went(place) if place.ends_on is not None else []
    for on in sorted({day for day, _other in came}):
        others = tuple(other for day, other in came if day == on)
        found.append(Turn(on, Change.CAME_FROM, others=others))
    if went:
        change = Change.SPLIT if len(went) > 1 else Change.MERGED
        found.append(Turn(went[0][0], change, others=tuple(other for _day, other in went)))
    elif place.ends_on is not None:
        found.append(Turn(place.ends_on, Change.ENDED))
    return sorted(found, key=lambda turn: turn.on, reverse=True)


def _went(place: Place) -> list[tuple[dt.date, Place]]:
    """What came after a place that ended, with the day."""
    rows = place.successions.select_related("successor").order_by("successor__code")
    return [(row.on, row.successor) for row in rows]


def _changes(before: Standing, after: Standing) -> Iterable[Change]:
    if before.name != after.name:
        yield Change.RENAMED
    if codes_of(before.path)[-2:-1] != codes_of(after.path)[-2:-1]:
        yield Change.MOVED
    if before.code != after.code:
        yield Change.RECODED
    if (before.kind, before.tags) != (after.kind, after.tags):
        yield Change.CLASSIFIED


def _with_above(turns: Iterable[Turn]) -> list[Turn]:
    """The same, each move with the place above before and after it as far as they are known."""
    rows = list(turns)
    wanted: dict[Turn, list[str]] = {turn: [] for turn in rows if turn.change is Change.MOVED}
    codes: set[str] = set()
    for turn, above in wanted.items():
        for standing in (turn.before, turn.after):
            above.extend(codes_of(standing.path)[-2:-1] if standing is not None else [])
        codes.update(above)
    known = {row.code: row for row in Place.objects.plain().filter(code__in=codes)}
    aliases = PlaceAlias.objects.filter(code__in=codes - known.keys()).select_related("place")
    known |= {alias.code: alias.place for alias in aliases}
    return [
        replace(turn, others=tuple(known[code] for code in wanted[turn] if code in known))
        if turn in wanted
        else turn
        for turn in rows
    ]
