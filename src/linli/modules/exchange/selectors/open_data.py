# SPDX-License-Identifier: MulanPSL-2.0
"""What is open to everybody, where, and its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from linli.base.actor import EVERYWHERE, Actor
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.sockets.outside import OpenSet
from linli.modules.exchange.models import Opening, OpeningQuerySet
from linli.modules.exchange.terms import Perm


def sets_known() -> Mapping[str, OpenSet]:
    """All data sets that parts offer, whether open anywhere or not."""
    return registry.open_data()


def openings_visible(*, actor: Actor) -> OpeningQuerySet:
    """What is open now at places where this actor sees to it."""
    rows = Opening.objects.visible_to(actor, Perm.VIEW).filter(closed_at__isnull=True)
    return rows.select_related("place").defer("place__boundary").order_by("data_set", "place__path")


def places_open(key: str) -> list[Place]:
    """The places for which anybody may read a data set."""
    rows = Opening.objects.filter(data_set=key, closed_at__isnull=True)
    places = [row.place for row in rows.select_related("place").defer("place__boundary")]
    return sorted(places, key=lambda place: place.path)


def paths_open(key: str, place: Place | None = None) -> list[str]:
    """The place paths whose rows anybody may read, perhaps only at one place and below it."""
    paths = [each.path for each in places_open(key)]
    if not sets_known()[key].needs_opening:
        paths = [EVERYWHERE]
    if place is None:
        return paths
    if any(place.path.startswith(path) for path in paths):
        return [place.path]
    return [path for path in paths if path.startswith(place.path)]


def rows_open(key: str, *, place: Place | None, after: str, limit: int) -> Sequence[Any]:
    """Rows of a data set that are open, after a cursor; none where nothing is."""
    paths = paths_open(key, place)
    return sets_known()[key].rows(paths, after, limit) if paths else []
