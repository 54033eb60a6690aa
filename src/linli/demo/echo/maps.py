# SPDX-License-Identifier: MulanPSL-2.0
"""Who and what in one part of a city answers to whom and what in another part of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from shapely import Point, STRtree

from linli.demo.sizes import Size
from linli.kernel.access.models import Grant
from linli.kernel.accounts.models import Account
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

if TYPE_CHECKING:
    from django.db import models

_AT = 9
"""Digits of a subdistrict's code, with which the codes of all below it begin."""

Moved = dict[int, list[int]]
"""For a row of the first part: the rows that answer to it, part by part."""


def parts_of(district: Place, size: Size) -> list[list[Place]]:
    """The subdistricts of a city, part by part."""
    found = list(Place.objects.plain().below(district.path).filter(level="subdistrict"))
    found.sort(key=lambda place: place.code)
    each = len(found) // size.parts
    return [found[start : start + each] for start in range(0, each * size.parts, each)]


class Maps:
    """The way from the first part of a city to the others."""

    def __init__(self, parts: Sequence[Sequence[Place]]) -> None:
        self.parts = len(parts)
        first = [place.code for place in parts[0]]
        self.begins = {
            code: [part[number].code for part in parts] for number, code in enumerate(first)
        }
        below = Place.objects.plain().below(parts[0][0].path.rpartition(first[0])[0])
        columns = ("code", "pk", "level", "lon", "lat")
        rows = list(below.exclude(level="dwelling").values_list(*columns))
        self.codes = {code: pk for code, pk, _level, _lon, _lat in rows}
        self.points = {
            code: (lon, lat) for code, _pk, level, lon, lat in rows if level == "building"
        }
        self.houses = [code for code in self.points if code[:_AT] in self.begins]
        self.tree = STRtree([Point(self.points[code]) for code in self.houses])
        people = _People(self)
        self.moved: dict[type[models.Model], Moved] = {
            Place: self._places(),
            Unit: self._units(),
            Account: people.accounts,
            Person: people.persons,
        }

    def code(self, code: str, part: int) -> str:
        """The code of the place that answers to one of the first part."""
        return self.begins[code[:_AT]][part] + code[_AT:]

    def is_first(self, code: str) -> bool:
        """Whether a place lies in the first part."""
        return code[:_AT] in self.begins

    def path(self, path: str, part: int) -> str:
        """A path in another part; one that leads to no part stays."""
        return _path(self, path, part) if path.count("/") > 2 else path

    def point(self, lon: float, lat: float, part: int) -> tuple[float, float]:
        """A point that lies to a house of another part as this one lies to its own."""
        code = self.houses[int(self.tree.nearest(Point(lon, lat)))]
        (from_lon, from_lat), (to_lon, to_lat) = (
            self.points[code],
            self.points[self.code(code, part)],
        )
        return round(lon + to_lon - from_lon, 6), round(lat + to_lat - from_lat, 6)

    def _places(self) -> Moved:
        return {
            pk: [self.codes[self.code(code, part)] for part in range(self.parts)]
            for code, pk in self.codes.items()
            if self.is_first(code)
        }

    def _units(self) -> Moved:
        rows = Unit.objects.values_list("key", "place__code", "pk")
        known = {(key, code): pk for key, code, pk in rows}
        return {
            pk: [known[key, self.code(code, part)] for part in range(self.parts)]
            for (key, code), pk in known.items()
            if self.is_first(code)
        }


@lru_cache(maxsize=1 << 16)
def _path(maps: Maps, path: str, part: int) -> str:
    steps = path.split("/")
    return "/".join(maps.code(step, part) if maps.is_first(step) else step for step in steps)


class _People:
    """Staff answer to those who hold the same role at the same place; residents to neighbors."""

    def __init__(self, maps: Maps) -> None:
        self.maps = maps
        self.accounts: Moved = {}
        self.persons: Moved = {}
        holders: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for role, code, pk in Grant.objects.order_by("pk").values_list(
            "role", "place__code", "account"
        ):
            holders[role, code].append(pk)
        staff = {pk for found in holders.values() for pk in found}
        self._pair(self.accounts, holders)
        persons = list(
            Person.objects.order_by("pk").values_list(
                "pk", "account", "place__code", "place__level"
            )
        )
        self._residents([row for row in persons if row[3] == "grid" and row[1] not in staff])
        own = {account: pk for pk, account, _code, _level in persons}
        for account in staff & self.accounts.keys():
            self.persons[own[account]] = [own[one] for one in self.accounts[account]]

    def _pair(self, into: Moved, groups: dict[tuple[str, str], list[int]]) -> None:
        """Pair the rows of each group with those of the group at the same place elsewhere."""
        for (sort, code), found in groups.items():
            if not self.maps.is_first(code):
                continue
            others = [
                groups.get((sort, self.maps.code(code, part))) or found
                for part in range(self.maps.parts)
            ]
            for number, pk in enumerate(found):
                into[pk] = [other[number % len(other)] for other in others]

    def _residents(self, rows: Iterable[tuple[int, int | None, str, str]]) -> None:
        """Who has a log-in answers to somebody of the same subdistrict who has one."""
        plain: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        accounts: dict[int, int] = {}
        for pk, account, code, _level in rows:
            if account is None:
                plain["", code].append(pk)
            else:
                known["", code[:_AT]].append(pk)
                accounts[pk] = account
        self._pair(self.persons, plain)
        self._pair(self.persons, known)
        for pk, account in accounts.items():
            if pk in self.persons:
                self.accounts[account] = [accounts[one] for one in self.persons[pk]]
