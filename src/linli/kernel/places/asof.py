# SPDX-License-Identifier: MulanPSL-2.0
"""The tree as it was on a day, and totals along the tree of then or of now.

A report for a month gone by adds up as it did (`THEN`), or as the same rows would under today's
tree (`NOW`): nothing is lost between the two but what a split cannot say, which is then counted at
the nearest place above both pieces.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from linli.kernel.places.models import Place, PlaceSuccession, PlaceTerm
from linli.kernel.places.rules import codes_of

NOW, THEN = "now", "then"

Row = tuple[int, dt.date, int]
"""The id of the place a row hangs on, its day, and what it counts."""


@dataclass(frozen=True)
class Standing:
    """What a place was called and where it lay on a day."""

    name: str
    path: str


def as_of(place: Place, day: dt.date) -> Standing:
    """How a place was called and where it lay on a day."""
    term = PlaceTerm.objects.filter(place=place, until__gte=day).order_by("until", "pk").first()
    return Standing(term.name, term.path) if term is not None else Standing(place.name, place.path)


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
        self.levels = dict(Place.objects.filter(code__in=codes).values_list("code", "level"))

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
