# SPDX-License-Identifier: MulanPSL-2.0
"""From a point to the deepest place that holds it, in memory."""

import datetime as dt
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import shapely
from django.db import connection
from django.db.models import Count, Max
from shapely import STRtree
from shapely.geometry import shape

from linli.kernel.places import trees
from linli.kernel.places.models import Place, PlaceTerm
from linli.kernel.places.terms import Level

LOOK_AGAIN_AFTER = 1.0
"""Seconds for which the boundaries in memory are trusted without asking the database."""

MOST_ANSWERS = 512
Stamp = tuple[str, int, object]
_Answer = TypeVar("_Answer")
_NONE = object()


@dataclass(frozen=True)
class Known:
    """What the lookup keeps of a place with a boundary; one with another boundary before is kept
    for each, with the days of each.
    """

    pk: int
    path: str
    level: str
    starts_on: dt.date | None
    ends_on: dt.date | None

    @property
    def rank(self) -> tuple[int, bool, str]:
        """Order among places that hold a point: the deepest last, a grid after a compound."""
        return (self.path.count("/"), self.level != Level.COMPOUND, self.path)

    def fits(self, within: str, on: dt.date) -> bool:
        """Whether it lies below the path and exists on the day."""
        return (
            self.path.startswith(within)
            and (self.starts_on is None or self.starts_on <= on)
            and (self.ends_on is None or on <= self.ends_on)
        )


@dataclass(frozen=True)
class Snapshot:
    """The boundaries at one moment: places, and a tree of boxes over their polygons in the same
    order.
    """

    stamp: Stamp | None = None
    places: tuple[Known, ...] = ()
    tree: STRtree | None = None


@dataclass
class _Kept:
    """What one process keeps; the snapshot is only ever replaced as a whole. `answers` were given
    while the boundaries were those of `stamp`.
    """

    snapshot: Snapshot = Snapshot()
    stamp: Stamp | None = None
    looked_at: float = float("-inf")
    answers: dict[Hashable, Any] = field(default_factory=dict)


_kept = _Kept()
_building = threading.Lock()


def forget() -> None:
    """Let the next lookup read anew, and what is kept of the tree; called when places are written
    in this process.
    """
    trees.forget()
    _kept.snapshot, _kept.answers, _kept.stamp = Snapshot(), {}, None
    _kept.looked_at = float("-inf")


def deepest(lon: float, lat: float, within: str, on: dt.date) -> Known | None:
    """The deepest place that holds the point on that day."""
    return deepest_each([(lon, lat)], within, on)[0]


def deepest_each(
    points: Sequence[tuple[float, float]], within: str, on: dt.date
) -> list[Known | None]:
    """For each point the deepest place that holds it on that day."""
    known = _fresh()
    if known.tree is None or not points:
        return [None] * len(points)
    at, found = known.tree.query(shapely.points(points), predicate="intersects")
    best: list[Known | None] = [None] * len(points)
    for point, index in zip(at.tolist(), found.tolist(), strict=True):
        place = known.places[index]
        standing = best[point]
        if place.fits(within, on) and (standing is None or place.rank > standing.rank):
            best[point] = place
    return best


def kept(key: Hashable, ask: Callable[[], _Answer]) -> _Answer:
    """The answer to a question about places with a boundary, asked again once one of them has
    changed. Whoever gets it changes nothing in it.
    """
    _look()
    answers = _kept.answers
    found = answers.get(key, _NONE)
    if found is _NONE:
        found = ask()
        if len(answers) >= MOST_ANSWERS:
            answers.clear()
        answers[key] = found
    return cast("_Answer", found)


def _fresh() -> Snapshot:
    stamp = _look()
    if stamp != _kept.snapshot.stamp:
        with _building:
            if stamp != _kept.snapshot.stamp:
                _kept.snapshot = _snapshot(stamp)
    return _kept.snapshot


def _look() -> Stamp:
    if _kept.stamp is None or time.monotonic() - _kept.looked_at >= LOOK_AGAIN_AFTER:
        stamp = _stamp()
        if stamp != _kept.stamp:
            _kept.answers = {}  # first, so that no other thread takes an old one for a new one
            _kept.stamp = stamp
        _kept.looked_at = time.monotonic()
        return stamp
    return _kept.stamp


def _stamp() -> Stamp:
    found = Place.objects.filter(boundary__isnull=False).aggregate(
        count=Count("pk"), newest=Max("updated_at")
    )
    return (str(connection.settings_dict["NAME"]), found["count"], found["newest"])


def _grounds_before() -> dict[int, list[tuple[dt.date, dict[str, Any]]]]:
    """The boundaries that places had until a day, in their order."""
    found: dict[int, list[tuple[dt.date, dict[str, Any]]]] = defaultdict(list)
    rows = PlaceTerm.objects.filter(boundary__isnull=False).order_by("until", "pk")
    for pk, until, boundary in rows.values_list("place_id", "until", "boundary"):
        found[pk].append((until, boundary or {}))
    return found


def _snapshot(stamp: Stamp) -> Snapshot:
    rows = Place.objects.filter(boundary__isnull=False).values_list(
        "pk", "path", "level", "starts_on", "ends_on", "boundary"
    )
    before = _grounds_before()
    places: list[Known] = []
    shapes = []
    for pk, path, level, starts_on, ends_on, boundary in rows.iterator(chunk_size=2000):
        since = starts_on
        for until, ground in before.get(pk, ()):
            places.append(Known(pk, path, level, since, until))
            shapes.append(shape(ground))
            since = until + dt.timedelta(days=1)
        places.append(Known(pk, path, level, since, ends_on))
        shapes.append(shape(boundary or {}))
    return Snapshot(stamp, tuple(places), STRtree(shapes) if shapes else None)
