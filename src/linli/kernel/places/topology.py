# SPDX-License-Identifier: MulanPSL-2.0
"""Whether the boundaries of a tree fit: no gap, no overlap, nothing outside what it belongs to.

Levels that stand beside one another (grids and compounds below a community) are checked each for
itself: a compound may lie across grids, two grids may not.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from linli.base import clock
from linli.kernel.places.models import Place, PlaceQuerySet

SLACK = 0.002
"""A share of the area that drawing and rounding may lose; what is larger is told."""

PARTS = ("building", "entrance", "dwelling", "compound")
"""Levels whose places need not fill the one above."""


class Flaw(StrEnum):
    """What may be wrong between boundaries."""

    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Finding:
    """A flaw of a place: with which other one, and how large a share of its area it concerns."""

    flaw: Flaw
    code: str
    name: str
    other: str
    share: float


def topology_check(path: str = "", on: dt.date | None = None) -> list[Finding]:
    """Every flaw among the boundaries at a path and below, in tree order."""
    return _findings(Place.objects.below(path).on(on or clock.today()))


def topology_below(place: Place, on: dt.date | None = None) -> list[Finding]:
    """The flaws among the boundaries right below a place, and between them and its own."""
    concerned = Q(pk=place.pk) | Q(parent=place)
    return _findings(Place.objects.filter(concerned).on(on or clock.today()))


def bounded_below(place: Place, on: dt.date | None = None) -> int:
    """How many places right below one have a boundary."""
    rows = Place.objects.filter(parent=place, boundary__isnull=False).on(on or clock.today())
    return rows.count()


def _findings(places: PlaceQuerySet) -> list[Finding]:
    rows = places.filter(boundary__isnull=False)
    known: dict[int, tuple[Place, BaseGeometry]] = {}
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place in rows.order_by("path"):
        known[place.pk] = (place, shape(place.boundary or {}))
        if place.parent_id is not None:
            groups[place.parent_id, place.level].append(place.pk)
    found: list[Finding] = []
    for (parent_id, level), children in groups.items():
        shapes = [known[pk] for pk in children]
        found += _overlaps(shapes)
        if parent_id in known:
            above = known[parent_id]
            found += _outside(above, shapes)
            if level not in PARTS:
                found += _gap(above, shapes)
    return found


def _overlaps(shapes: Sequence[tuple[Place, BaseGeometry]]) -> Iterator[Finding]:
    """Two places of one level that cover the same ground."""
    tree = STRtree([geometry for _place, geometry in shapes])
    for number, (place, geometry) in enumerate(shapes):
        for at in tree.query(geometry):
            other, other_geometry = shapes[int(at)]
            if int(at) <= number:
                continue
            smaller = min(geometry.area, other_geometry.area)
            share = geometry.intersection(other_geometry).area / smaller if smaller else 0.0
            if share > SLACK:
                yield Finding(Flaw.OVERLAP, place.code, place.name, other.code, round(share, 4))


def _outside(
    above: tuple[Place, BaseGeometry], shapes: Sequence[tuple[Place, BaseGeometry]]
) -> Iterator[Finding]:
    """A place that reaches beyond the one it belongs to."""
    parent, whole = above
    for place, geometry in shapes:
        share = geometry.difference(whole).area / geometry.area if geometry.area else 0.0
        if share > SLACK:
            yield Finding(Flaw.OUTSIDE, place.code, place.name, parent.code, round(share, 4))


def _gap(
    above: tuple[Place, BaseGeometry], shapes: Sequence[tuple[Place, BaseGeometry]]
) -> Iterator[Finding]:
    """Ground of a place that none of those below it covers."""
    place, whole = above
    covered = unary_union([geometry for _place, geometry in shapes])
    share = whole.difference(covered).area / whole.area if whole.area else 0.0
    if share > SLACK:
        yield Finding(Flaw.GAP, place.code, place.name, "", round(share, 4))
