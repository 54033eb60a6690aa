# SPDX-License-Identifier: MulanPSL-2.0
"""Polygons for an invented city: cells that share their borders exactly and look grown, not drawn.

Everything is drawn on a flat map in meters and bent only at the end, point by point, so that
neighbors still share every point of their border on the globe.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import voronoi_diagram

METERS_PER_DEGREE = 111_320.0
_RELAXATIONS = 4
_DIGITS = 6
_GRID = 0.01
"""Meters to which points of the flat map snap."""
_STEP = 90.0
"""A border is bent at least every so many meters."""


@dataclass(frozen=True)
class Plane:
    """A small flat map in meters around a point on the globe."""

    lon: float
    lat: float

    def to_globe(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a point given in meters east and north of the center, bent."""
        east, north = _bend(x, y)
        lat = self.lat + north / METERS_PER_DEGREE
        lon = self.lon + east / (METERS_PER_DEGREE * math.cos(math.radians(self.lat)))
        return round(lon, _DIGITS), round(lat, _DIGITS)

    def geojson(self, shape: Polygon) -> dict[str, Any]:
        """The polygon as a GeoJSON geometry in degrees."""
        rings = [shape.exterior, *shape.interiors]
        return {
            "type": "Polygon",
            "coordinates": [[list(self.to_globe(x, y)) for x, y in ring.coords] for ring in rings],
        }


def _bend(x: float, y: float) -> tuple[float, float]:
    """Shift a point by two slow waves, so that straight borders become streams and lanes."""
    east = 60 * math.sin(y / 520 + 0.7) + 22 * math.sin((x + 2 * y) / 260)
    north = 60 * math.sin(x / 560 + 1.9) + 22 * math.sin((y - 2 * x) / 240)
    return x + east, y + north


def outline(radius: float, chance: random.Random) -> Polygon:
    """An island-like outline of about the given radius in meters."""
    waves = [(n, chance.uniform(0.02, 0.07), chance.uniform(0, math.tau)) for n in (2, 3, 5)]

    def reach(angle: float) -> float:
        return radius * (1 + sum(a * math.sin(n * angle + shift) for n, a, shift in waves))

    angles = [math.tau * step / 72 for step in range(72)]
    return Polygon([(1.25 * reach(a) * math.cos(a), reach(a) * math.sin(a)) for a in angles])


def cells(whole: Polygon, count: int, chance: random.Random) -> list[Polygon]:
    """Divide a polygon into `count` parts of similar size, from north to south."""
    seeds = [_inside(whole, chance) for _ in range(count)]
    parts = _divided(whole, seeds)
    for _ in range(_RELAXATIONS):
        parts = _divided(whole, [part.centroid for part in parts])
    return sorted(parts, key=lambda part: (-round(part.centroid.y / 800), part.centroid.x))


def _divided(whole: Polygon, seeds: list[Point]) -> list[Polygon]:
    """The cell of each seed; of one that falls apart on a crooked border the largest piece."""
    diagram = voronoi_diagram(shapely.MultiPoint(seeds), envelope=whole.envelope)
    parts = [shapely.intersection(cell, whole) for cell in diagram.geoms]
    return [max(_polygons(part), key=lambda piece: piece.area) for part in parts]


def coverage(whole: Polygon, parts: Sequence[Polygon]) -> list[Polygon]:
    """The parts again, as neighbors that share every point of their borders and leave nothing out.

    What belongs to no part (a corner cut off by a crooked border) goes to the part it touches most.
    """
    borders = [whole.boundary, *(part.boundary for part in parts)]
    lines = shapely.segmentize(shapely.union_all(borders, grid_size=_GRID), _STEP)
    faces = _polygons(shapely.polygonize([*shapely.get_parts(lines)]))
    tree = STRtree(parts)
    owned: list[list[Polygon]] = [[] for _ in parts]
    loose = []
    for face in faces:
        inside = face.representative_point()
        found = tree.query(inside, predicate="within")
        if len(found):
            owned[int(found[0])].append(face)
        elif whole.contains(inside):
            loose.append(face)
    for face in loose:
        touched = [_shared(face, pieces) for pieces in owned]
        owned[touched.index(max(touched))].append(face)
    return [joined(pieces) for pieces in owned]


def _shared(face: Polygon, pieces: Sequence[Polygon]) -> float:
    return sum(shapely.intersection(face.boundary, piece.boundary).length for piece in pieces)


def joined(parts: Sequence[Polygon]) -> Polygon:
    """One polygon of neighbors made by `coverage`; every point of its border stays."""
    whole = shapely.coverage_union_all(list(parts))
    return max(_polygons(whole), key=lambda piece: piece.area)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]


def _inside(whole: Polygon, chance: random.Random) -> Point:
    west, south, east, north = whole.bounds
    while True:
        point = Point(chance.uniform(west, east), chance.uniform(south, north))
        if whole.contains(point):
            return point


def spots(area: Polygon, count: int, chance: random.Random) -> list[tuple[float, float]]:
    """Points well inside an area, at least a building's width apart where there is room."""
    inner = area.buffer(-60)
    room = max(_polygons(inner), key=lambda piece: piece.area, default=area)
    found: list[Point] = []
    for attempt in range(count * 40):
        point = _inside(room, chance)
        apart = 75.0 if attempt < count * 25 else 45.0
        if all(point.distance(other) >= apart for other in found):
            found.append(point)
            if len(found) == count:
                break
    return [(point.x, point.y) for point in found]


def block(x: float, y: float, length: float, depth: float) -> Polygon:
    """The plan of a building of these meters, its middle at a point."""
    return shapely.box(x - length / 2, y - depth / 2, x + length / 2, y + depth / 2)
