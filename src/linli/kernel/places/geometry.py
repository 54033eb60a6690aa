# SPDX-License-Identifier: MulanPSL-2.0
"""Boundaries: reading, mending and thinning GeoJSON polygons; pure functions over Shapely."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely import GEOSException
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from linli.base import geo
from linli.kernel.places.terms import Crs

DECIMALS = 6
"""Kept digits of a degree: a tenth of a meter."""

LONGEST_CHANGE = 0.05
"""A mended boundary whose area differs by more than this share is refused: it would be a guess."""

Geometry = dict[str, Any]
"""A GeoJSON geometry."""

CONVERTERS: dict[Crs, Callable[[float, float], tuple[float, float]] | None] = {
    Crs.WGS84: None,
    Crs.GCJ02: geo.gcj02_to_wgs84,
}


class BadBoundary(ValueError):
    """The geometry cannot be a place's boundary; the message says why."""


@dataclass(frozen=True)
class Boundary:
    """A sound boundary: GeoJSON in WGS-84, a point inside it, what was mended ("": nothing)."""

    geometry: Geometry
    lon: float
    lat: float
    mended: str = ""


def boundary_read(geometry: Mapping[str, Any] | None, crs: Crs = Crs.WGS84) -> Boundary:
    """Take a GeoJSON polygon as a boundary, mending rings that cross themselves.

    Raises BadBoundary if it is no polygon, lies off the globe, or cannot be mended without a guess.
    """
    polygon = _polygon(geometry)
    convert = CONVERTERS[crs]
    if convert is not None:
        polygon = _moved(polygon, convert)
    mended = ""
    if not polygon.is_valid:
        polygon, mended = _mended(polygon)
    polygon = _rounded(polygon)
    if polygon.is_empty:
        raise BadBoundary(_("the polygon has no area"))
    inside = polygon.centroid
    if not polygon.contains(inside):
        inside = polygon.representative_point()
    return Boundary(
        geometry=as_geojson(polygon),
        lon=round(inside.x, DECIMALS),
        lat=round(inside.y, DECIMALS),
        mended=mended,
    )


def boundary_joined(geometries: Sequence[Geometry]) -> Boundary:
    """The boundary around the ground of several places. Raises BadBoundary."""
    return boundary_read(as_geojson(_polygons_of(shapely.union_all(list(map(shape, geometries))))))


def as_geojson(geometry: BaseGeometry) -> Geometry:
    """A Shapely geometry as plain GeoJSON."""
    plain = mapping(geometry)
    return {"type": plain["type"], "coordinates": _lists(plain["coordinates"])}


def thinned(geometries: Sequence[Geometry], width: int) -> list[Geometry]:
    """Boundaries that lie side by side, with no more points than a map `width` pixels wide can
    show.

    Shared borders are thinned once, so that no gaps open between neighbors.
    """
    shapes = [shape(geometry) for geometry in geometries]
    if not shapes or width <= 0:
        return list(geometries)
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / width
    try:
        thin = list(shapely.coverage_simplify(shapes, tolerance))
    except GEOSException:  # neighbors that overlap are thinned one by one
        thin = [found.simplify(tolerance) for found in shapes]
    kept = [new if not new.is_empty else old for new, old in zip(thin, shapes, strict=True)]
    return [as_geojson(_rounded(found)) for found in kept]


def _polygon(geometry: Mapping[str, Any] | None) -> BaseGeometry:
    if not geometry or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = (geometry or {}).get("type") or "nothing"
        message = _("a boundary is a Polygon or a MultiPolygon, not %(kind)s") % {"kind": kind}
        raise BadBoundary(message)
    if not _is_numbers(geometry.get("coordinates"), depth=4):
        raise BadBoundary(_("the coordinates cannot be read as rings"))
    try:
        polygon = shapely.force_2d(shape(dict(geometry)))
    except (GEOSException, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BadBoundary(_("the coordinates cannot be read as rings")) from error
    if polygon.is_empty:
        raise BadBoundary(_("the polygon is empty"))
    points = shapely.get_coordinates(polygon)
    if not (abs(points[:, 0]) <= 180).all() or not (abs(points[:, 1]) <= 90).all():
        raise BadBoundary(
            _("a point lies off the globe; write longitude before latitude, in degrees")
        )
    return polygon


def _is_numbers(value: Any, depth: int) -> bool:
    """Whether nested lists hold finite numbers and nothing else."""
    if isinstance(value, (list, tuple)):
        return depth > 0 and all(_is_numbers(inner, depth - 1) for inner in value)
    return isinstance(value, (int, float)) and math.isfinite(value)


def _moved(
    polygon: BaseGeometry, convert: Callable[[float, float], tuple[float, float]]
) -> BaseGeometry:
    def move(points: Any) -> Any:
        return [convert(float(lon), float(lat)) for lon, lat in points]

    return shapely.transform(polygon, move)


def _mended(polygon: BaseGeometry) -> tuple[BaseGeometry, str]:
    why = explain_validity(polygon)
    before = abs(polygon.area)
    found = _polygons_of(shapely.make_valid(polygon, method="structure", keep_collapsed=False))
    if found.is_empty:
        raise BadBoundary(_("the ring cannot be mended (%(why)s)") % {"why": why})
    change = abs(found.area - before) / found.area
    if change > LONGEST_CHANGE:
        message = _("mending would change the area by %(share)s (%(why)s)")
        raise BadBoundary(message % {"share": f"{change:.0%}", "why": why})
    return found, why


def _polygons_of(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry, return_index=False) if part.area > 0]
    polygons: list[Polygon] = []
    for part in parts:
        if isinstance(part, Polygon):
            polygons.append(part)
        else:
            polygons.extend(p for p in shapely.get_parts(part) if isinstance(p, Polygon))
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _rounded(polygon: BaseGeometry) -> BaseGeometry:
    """On the grid of `DECIMALS`, still valid: snapping may not make rings cross."""
    return _polygons_of(shapely.set_precision(polygon, 10**-DECIMALS))


def _lists(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_lists(inner) for inner in value]
    return round(float(value), DECIMALS)
