# SPDX-License-Identifier: MulanPSL-2.0
"""The plan of an invented city, drawn before a row is written: pure, the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shapely import Polygon

from linli.demo import geometry
from linli.demo.chance import chance_of
from linli.demo.geometry import Plane
from linli.demo.names import names_read
from linli.demo.sizes import Size

_GRID_SIDE = 290.0
"""Meters: half the side of a grid, roughly."""
_NUMBERS = "一二三四五六七八九十"
_CITY = "city"


@dataclass
class PlannedPlace:
    """A place to be, with everything below it; `compound` is the code of the one it belongs to."""

    code: str
    zh: str
    en: str
    level: str
    kind: str = ""
    boundary: dict[str, Any] | None = None
    lon: float | None = None
    lat: float | None = None
    compound: str = ""
    parts: list["PlannedPlace"] = field(default_factory=list)

    def walk(self) -> Iterator["PlannedPlace"]:
        """This place and all below it, from the top down."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def at(self, level: str) -> list["PlannedPlace"]:
        """Every place of a level, in order."""
        return [place for place in self.walk() if place.level == level]


@dataclass(frozen=True)
class CityPlan:
    """The district of an invented city; `top` is the code of the place that stands already."""

    top: str
    district: PlannedPlace

    @property
    def is_top(self) -> bool:
        """Whether the pack's own place is the district, so that nothing is put between."""
        return self.district.code == self.top


@dataclass(frozen=True)
class _Drawing:
    """What every level is drawn with."""

    size: Size
    plane: Plane
    shapes: dict[str, Polygon]
    chance: random.Random


def city_plan(top_code: str, top_level: str, size: Size, seed: int) -> CityPlan:
    """Draw a city below the place with that code: a district, or the place itself if it is one."""
    chance = chance_of("plan", top_code, size.key, seed)
    names = names_read()
    lon, lat = names["centers"].get(top_code, names["centers"]["other"])
    plane = Plane(float(lon), float(lat))
    whole = geometry.outline(_GRID_SIDE * size.all_grids**0.5, chance)
    code = f"{top_code[:4]}90" if top_level == _CITY else top_code
    tree = _codes(code, size)
    drawing = _Drawing(size, plane, _shapes(whole, tree, size, chance), chance)
    label = names["district"]
    district = PlannedPlace(code, label["zh"], label["en"], "district", "district")
    _bound(drawing, district)
    for number, below in enumerate(tree):
        district.parts.append(_subdistrict(drawing, number, below, tree[below]))
    return CityPlan(top_code, district)


_Tree = dict[str, dict[str, list[str]]]


def _codes(district: str, size: Size) -> _Tree:
    """The codes of subdistricts, communities and grids; no real subdistrict's last digits begin
    with 9.
    """
    tree: _Tree = {}
    for first in range(1, size.subdistricts + 1):
        subdistrict = f"{district}9{first:02d}"
        tree[subdistrict] = {}
        for second in range(1, size.communities + 1):
            community = f"{subdistrict}{second:03d}"
            grids = [f"{community}-g{third:02d}" for third in range(1, size.grids + 1)]
            tree[subdistrict][community] = grids
    return tree


def _shapes(whole: Polygon, tree: _Tree, size: Size, chance: random.Random) -> dict[str, Polygon]:
    """The shape of every place down to the grid, each level exactly the sum of the one below."""
    cut: dict[str, Polygon] = {}
    for subdistrict, part in zip(
        tree, geometry.cells(whole, size.subdistricts, chance), strict=True
    ):
        communities = geometry.cells(part, size.communities, chance)
        for community, piece in zip(tree[subdistrict], communities, strict=True):
            grids = geometry.cells(piece, size.grids, chance)
            cut.update(zip(tree[subdistrict][community], grids, strict=True))
    shapes = dict(zip(cut, geometry.coverage(whole, list(cut.values())), strict=True))
    for subdistrict, communities_of in tree.items():
        for community, grids_of in communities_of.items():
            shapes[community] = geometry.joined([shapes[grid] for grid in grids_of])
        shapes[subdistrict] = geometry.joined([shapes[one] for one in communities_of])
    shapes[next(iter(tree))[:6]] = geometry.joined([shapes[one] for one in tree])
    return shapes


def _subdistrict(
    drawing: _Drawing, number: int, code: str, below: dict[str, list[str]]
) -> PlannedPlace:
    known = names_read()["subdistrict"]
    named = known[number % len(known)]
    place = PlannedPlace(code, named["zh"], named["en"], "subdistrict", "subdistrict")
    _bound(drawing, place)
    for order, community in enumerate(below):
        zh, en = named["communities"][order % len(named["communities"])]
        place.parts.append(_community(drawing, community, zh, en, below[community]))
    return place


def _community(drawing: _Drawing, code: str, zh: str, en: str, grids: list[str]) -> PlannedPlace:
    place = PlannedPlace(code, f"{zh}社区", f"{en} Community", "community", "urban")
    _bound(drawing, place)
    compound = PlannedPlace(f"{code}-c01", f"{zh}小区", f"{en} Compound", "compound", "estate")
    place.parts.append(compound)
    for number, grid in enumerate(grids):
        ordinal = _NUMBERS[number % len(_NUMBERS)]
        part = PlannedPlace(
            grid, f"{zh}第{ordinal}网格", f"{en} Grid {number + 1}", "grid", "urban"
        )
        _bound(drawing, part)
        first = number * drawing.size.buildings + 1
        _build(drawing, part, (zh, en), first, compound.code)
        place.parts.append(part)
    return place


def _build(
    drawing: _Drawing, grid: PlannedPlace, name: tuple[str, str], first: int, compound: str
) -> None:
    """Put the buildings of a grid, numbered through the compound."""
    zh, en = name
    points = geometry.spots(drawing.shapes[grid.code], drawing.size.buildings, drawing.chance)
    for number, (x, y) in enumerate(points):
        plan = geometry.block(x, y, drawing.chance.uniform(34, 52), drawing.chance.uniform(12, 17))
        lon, lat = drawing.plane.to_globe(x, y)
        grid.parts.append(
            PlannedPlace(
                code=f"{grid.code}-b{first + number:02d}",
                zh=f"{zh}{first + number}号楼",
                en=f"{en} Building {first + number}",
                level="building",
                kind="residential",
                boundary=drawing.plane.geojson(plan),
                lon=lon,
                lat=lat,
                compound=compound,
            )
        )


def _bound(drawing: _Drawing, place: PlannedPlace) -> None:
    place.boundary = drawing.plane.geojson(drawing.shapes[place.code])
