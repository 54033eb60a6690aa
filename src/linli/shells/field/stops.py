# SPDX-License-Identifier: MulanPSL-2.0
"""Stops of a day's round; every module may bring its own.

@stops def orders_offered(request): return [Stop(title=…, what=…, due=clock_row,
actions="appeals/field/answer.html")]
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Stop:
    """Something to do today at a place.

    `due` is whatever the clock chip takes; `actions` is a template for its buttons, given `values`.
    """

    title: str
    what: str = ""
    where: str = ""
    href: str = ""
    due: Any = None
    due_at: dt.datetime | None = None
    lon: float | None = None
    lat: float | None = None
    flag: str = ""
    actions: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    is_done: bool = False


Source = Callable[[HttpRequest], Iterable[Stop]]
_sources: list[Source] = []


def stops(source: Source) -> Source:
    """Register a function that gives stops for the reader of a request."""
    _sources.append(source)
    return source


def stops_for(request: HttpRequest) -> list[Stop]:
    """Everything to do today: first what is due first, from there always to the nearest."""
    found = [stop for source in _sources for stop in source(request)]
    return in_order_of_way(found)


def in_order_of_way(found: list[Stop]) -> list[Stop]:
    """The most pressing first, then each time the nearest; what is done comes last."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)
    waiting = sorted(
        (stop for stop in found if not stop.is_done), key=lambda stop: stop.due_at or late
    )
    done = [stop for stop in found if stop.is_done]
    ordered: list[Stop] = []
    while waiting:
        here = ordered[-1] if ordered else None
        chosen = min(waiting, key=lambda stop: _distance(here, stop)) if here else waiting[0]
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered + done


def _distance(one: Stop | None, other: Stop) -> float:
    """Rough metres between two stops; 0 where either has no point, so that due time decides."""
    if one is None or one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return 0.0
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat)) * 111_320
    north = (one.lat - other.lat) * 111_320
    return math.hypot(east, north)
