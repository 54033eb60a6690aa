# SPDX-License-Identifier: MulanPSL-2.0
"""Dividing buildings into grids, drawing their boundaries, and what a call-up's answers add up to.

Pure: no database, no clock.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import shapely
from shapely.geometry import MultiPoint, Point, mapping, shape

from linli.engines.indicators.rules import Bound, Number, Side
from linli.modules.grids.terms import Answer, Fit

METERS = 111_320.0
"""Meters in a degree of latitude."""


@dataclass(frozen=True)
class Block:
    """A building to be put into a grid: where it stands, how many households live there, and the
    grid that it stands in today ("" for none).
    """

    code: str
    households: int
    lon: float | None
    lat: float | None
    grid: str = ""


def groups_proposed(blocks: Sequence[Block], target: int) -> list[list[Block]]:
    """Divide buildings into groups of about `target` households, neighbors together.

    The whole is cut again and again across its longer side; without points for all of them, in the
    order of the codes. The same buildings always give the same groups. Raises ValueError for a
    target below one.
    """
    if target < 1:
        raise ValueError("a grid has at least one household")
    if not blocks:
        return []
    total = sum(block.households for block in blocks)
    count = min(len(blocks), max(1, round(total / target)))
    ordered = sorted(blocks, key=lambda block: block.code)
    return _cut(ordered, count)


def _cut(blocks: Sequence[Block], count: int) -> list[list[Block]]:
    if count == 1:
        return [sorted(blocks, key=lambda block: block.code)]
    first = count // 2
    ordered = sorted(blocks, key=_along(blocks))
    at = _cut_at([block.households for block in ordered], first / count)
    at = min(max(at, first), len(ordered) - (count - first))
    return _cut(ordered[:at], first) + _cut(ordered[at:], count - first)


def _along(blocks: Sequence[Block]) -> Callable[[Block], tuple[float, str]]:
    """The order along the longer side of the ground they cover; by code where one has no point."""
    lons = [block.lon for block in blocks if block.lon is not None]
    lats = [block.lat for block in blocks if block.lat is not None]
    if min(len(lons), len(lats)) < len(blocks):
        return lambda block: (0.0, block.code)
    wide = (max(lons) - min(lons)) * math.cos(math.radians(lats[0]))
    if wide >= max(lats) - min(lats):
        return lambda block: (block.lon or 0.0, block.code)
    return lambda block: (-(block.lat or 0.0), block.code)


def _cut_at(weights: Sequence[int], share: float) -> int:
    """After how many of them the sum comes nearest to a share of the whole; empty ones count a
    little, so that a street of shops is divided too.
    """
    heavy = [weight + 0.001 for weight in weights]
    wanted, so_far, best, nearest = sum(heavy) * share, 0.0, 0, math.inf
    for number, weight in enumerate(heavy, 1):
        so_far += weight
        if abs(so_far - wanted) < nearest:
            best, nearest = number, abs(so_far - wanted)
    return best


def kept_grids(groups: Sequence[Sequence[Block]], grids: Iterable[str]) -> list[str]:
    """For each group the standing grid that it goes on as, "" for a new one.

    The group that shares most households with a grid keeps it, so that as little as possible moves.
    """
    shared: list[tuple[int, int, str, int]] = []
    known = set(grids)
    for number, group in enumerate(groups):
        for grid in {block.grid for block in group} & known:
            weight = sum(1 + block.households for block in group if block.grid == grid)
            shared.append((-weight, number, grid, number))
    found = [""] * len(groups)
    taken: set[str] = set()
    for _weight, _order, grid, number in sorted(shared):
        if not found[number] and grid not in taken:
            found[number] = grid
            taken.add(grid)
    return found


class HasGround(Protocol):
    """A building that has a point."""

    @property
    def lon(self) -> float | None: ...

    @property
    def lat(self) -> float | None: ...


def boundaries_drawn(
    whole: Mapping[str, Any], groups: Mapping[str, Sequence[HasGround]]
) -> dict[str, dict[str, Any]]:
    """Boundaries of grids that fill a community and overlap nowhere: each spot goes to the grid of
    the building nearest to it.

    Empty where a building has no point, or two of different grids have the same.
    """
    ground = shape(dict(whole))
    points = {key: _points(buildings) for key, buildings in groups.items()}
    every = [point for some in points.values() for point in some]
    known = sum(len(buildings) for buildings in groups.values())
    if not every or len(set(every)) < known:
        return {}
    if len(groups) == 1:
        return {key: dict(mapping(ground)) for key in groups}
    cells = list(shapely.voronoi_polygons(MultiPoint(every), extend_to=ground).geoms)
    tree = shapely.STRtree(cells)
    drawn = {}
    for key, some in points.items():
        own = [cells[int(tree.query(Point(*point), predicate="within")[0])] for point in some]
        piece = shapely.intersection(shapely.union_all(own), ground)
        drawn[key] = dict(mapping(_surfaces(piece)))
    return drawn


def _points(buildings: Sequence[HasGround]) -> list[tuple[float, float]]:
    """The points of those that have one."""
    return [(one.lon, one.lat) for one in buildings if one.lon is not None and one.lat is not None]


def _surfaces(piece: Any) -> Any:
    """Without the lines and points that a cut may leave."""
    if piece.geom_type in ("Polygon", "MultiPolygon"):
        return piece
    kept = [one for one in piece.geoms if one.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(kept)


@dataclass(frozen=True)
class Sized:
    """A count beside one rule: whether it fits, and by how much it misses."""

    fit: Fit
    by: Number = 0
    bound: Bound | None = None


def sized(count: int, bounds: Sequence[Bound], *, has_figures: bool = True) -> Sized:
    """How a count stands to the rules that hold for it; the one that it misses most decides."""
    if not bounds:
        return Sized(Fit.NO_RULE)
    if not has_figures:
        return Sized(Fit.NO_FIGURES, bound=bounds[0])
    found = [(one.judged(count), one) for one in bounds]
    misses = [(judged, one) for judged, one in found if judged.side is not Side.FITS]
    if not misses:
        return Sized(Fit.FITS, bound=bounds[0])
    judged, bound = max(misses, key=lambda pair: pair[0].by)
    return Sized(Fit(judged.side.value), judged.by, bound)


def worst(*fits: Fit) -> Fit:
    """The state of a place that is measured in several ways."""
    for fit in (Fit.OVER, Fit.UNDER, Fit.NO_FIGURES, Fit.FITS):
        if fit in fits:
            return fit
    return Fit.NO_RULE


class Called(Protocol):
    """What the figures of a call-up ask of each person."""

    answer: str
    answered_at: dt.datetime | None
    came_at: dt.datetime | None
    left_at: dt.datetime | None


SETS: Mapping[str, Callable[[Called, dt.datetime], bool]] = {
    "called": lambda one, by: True,
    "answered": lambda one, by: one.answered_at is not None,
    "in_time": lambda one, by: one.answered_at is not None and one.answered_at <= by,
    "coming": lambda one, by: one.answer == Answer.COMING,
    "not_coming": lambda one, by: one.answer == Answer.NOT_COMING,
    "silent": lambda one, by: one.answered_at is None,
    "late": lambda one, by: one.answered_at is not None and one.answered_at > by,
    "came": lambda one, by: one.came_at is not None,
    "present": lambda one, by: one.came_at is not None and one.left_at is None,
}
"""The rows behind each figure of a call-up, given the moment by which an answer is in time."""


def rows_of(name: str, called: Iterable[Any], answer_by: dt.datetime) -> list[Any]:
    """The people who count in a figure. Raises KeyError for a name that is none."""
    counts = SETS[name]
    return [one for one in called if counts(one, answer_by)]


def percent(part: int, whole: int) -> int | None:
    """A share in whole percent, rounded down so that 100 means all; None of nothing."""
    return None if not whole else part * 100 // whole
