# SPDX-License-Identifier: MulanPSL-2.0
"""Reading places: by code, by point, up and down the tree, for lists and for the map."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from linli.base import clock
from linli.base.actor import Actor
from linli.base.kept import rows_kept
from linli.base.together import listed_once
from linli.kernel.places import geometry, lookup
from linli.kernel.places.models import Definition, Place, PlaceAlias, PlaceQuerySet, PlaceTerm
from linli.kernel.places.rules import codes_of
from linli.kernel.places.terms import Level, Perm

STATISTICAL_HEADINGS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
"""Rows of the statistics that group others; with nothing below them they are no place to choose."""

MAP_WIDTH = 1000
"""Pixels for which boundaries are thinned on a large screen; a phone asks for fewer."""


def place_by_code(code: str) -> Place | None:
    """The place with that code, today's or a former one."""
    place = Place.objects.plain().filter(code=code).first()
    if place is not None:
        return place
    alias = PlaceAlias.objects.select_related("place").filter(code=code).first()
    return None if alias is None else alias.place


def paths_former(paths: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The paths that places had before they were moved, by where they lie now; one query."""
    if not paths:
        return {}
    terms = PlaceTerm.objects.filter(place__path__in=sorted(paths))
    found: dict[str, set[str]] = {}
    for path, then in terms.values_list("place__path", "path"):
        if then != path:
            found.setdefault(path, set()).add(then)
    return {path: tuple(sorted(former)) for path, former in found.items()}


def place_by_path(path: str) -> Place | None:
    """The place at that path."""
    return Place.objects.plain().filter(path=path).first()


def place_at(lon: float, lat: float, within: str = "", on: dt.date | None = None) -> Place | None:
    """The deepest place whose boundary holds the point (WGS-84) on that day (today), below
    `within`.
    """
    return places_at([(lon, lat)], within, on)[0]


def places_at(
    points: Sequence[tuple[float, float]], within: str = "", on: dt.date | None = None
) -> list[Place | None]:
    """For each point the deepest place that holds it; two queries at most, however many points."""
    day = on or clock.today()
    known = lookup.deepest_each(points, within, day)
    rows = _rows_of(known)
    if any(one is not None and _is_stale(one, rows) for one in known):
        lookup.forget()
        known = lookup.deepest_each(points, within, day)
        rows = _rows_of(known)
    return [None if one is None else rows.get(one.pk) for one in known]


def _rows_of(known: Iterable[lookup.Known | None]) -> dict[int, Place]:
    keys = dict.fromkeys(one.pk for one in known if one is not None)
    return {place.pk: place for place in _plain_of(tuple(keys))}


@rows_kept
def _plain_of(keys: tuple[int, ...]) -> PlaceQuerySet:
    return Place.objects.plain().filter(pk__in=keys)


def _is_stale(one: lookup.Known, rows: dict[int, Place]) -> bool:
    row = rows.get(one.pk)
    return row is None or row.path != one.path


def ancestor(place: Place, level: str) -> Place | None:
    """The place of that level at or above a place."""
    if place.level == level:
        return place
    return Place.objects.plain().filter(code__in=codes_of(place.path), level=level).first()


def chain(place: Place) -> list[Place]:
    """The places from the top down to this one."""
    rows = Place.objects.plain().filter(code__in=codes_of(place.path))
    return sorted(rows, key=lambda row: len(row.path))


def tops() -> list[Place]:
    """The places that lie below none."""
    return list(Place.objects.plain().filter(parent=None).order_by("path"))


def children(parent: Place, on: dt.date | None = None) -> PlaceQuerySet:
    """The places right below one, in code order."""
    rows: PlaceQuerySet = Place.objects.plain().filter(parent=parent)
    return rows.on(on or clock.today()).order_by("code")


def subtree(
    path: str, level: str = "", on: dt.date | None = None, *, kind: str = "", tag: str = ""
) -> PlaceQuerySet:
    """The place itself and all below it, perhaps of one level, kind or tag only."""
    rows = Place.objects.plain().below(path).on(on or clock.today()).of_kind(kind, tag)
    return (rows.filter(level=level) if level else rows).order_by("path")


def subtree_count(
    path: str, level: str = "", on: dt.date | None = None, *, kind: str = "", tag: str = ""
) -> int:
    """How many places lie at or below a path."""
    return subtree(path, level, on, kind=kind, tag=tag).count()


def kinds_counted(rows: PlaceQuerySet) -> tuple[dict[str, int], dict[str, int]]:
    """How many of some places are of each kind, and how many bear each tag."""
    kinds: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for kind, held in rows.order_by().values_list("kind", "tags"):
        kinds[kind] += 1
        tags.update(held)
    return dict(kinds), dict(tags)


def places_visible(*, actor: Actor) -> PlaceQuerySet:
    """Places this actor may see, in tree order."""
    return Place.objects.plain().visible_to(actor, Perm.VIEW).order_by("path")


def places_search(*, actor: Actor, text: str, level: str = "", limit: int = 20) -> list[Place]:
    """Places this actor may see whose name holds the text or whose code begins with it."""
    wanted = text.strip()
    if not wanted:
        return []
    rows = places_visible(actor=actor).filter(Q(name__contains=wanted) | Q(code__startswith=wanted))
    rows = rows.on(clock.today())
    return list((rows.filter(level=level) if level else rows).order_by("path")[:limit])


def place_choices(
    parent: Place | None = None, *, within: str = "", on: dt.date | None = None
) -> list[Place]:
    """What anybody may choose from step by step when saying where something is: no dwellings.

    Without a parent, the top places that a pack stands on; or the place at `within` alone.
    """
    rows = _choosable(on or clock.today())
    if parent is not None:
        rows = rows.filter(parent=parent)
    else:
        rows = rows.filter(path=within) if within else rows.filter(parent=None, is_loose=False)
    return list(rows)


def choices_below(path: str) -> list[tuple[str, str]]:
    """Code and name of what may be chosen right below a place; one query, made once a place."""
    (found,) = _choices_named(path, clock.today())
    return [(code, name_said(name, name_en)) for code, name, name_en in found]


@listed_once
def _choices_named(path: str, day: dt.date) -> tuple[QuerySet[Any, Any], ...]:
    below = _choosable(day).filter(parent__path=path)
    return (below.values_list("code", "name", "name_en"),)


def _choosable(day: dt.date) -> PlaceQuerySet:
    rows = Place.objects.plain().on(day).exclude(level=Level.DWELLING)
    inside = Place.objects.filter(parent=OuterRef("pk"))
    rows = rows.exclude(Q(name__in=STATISTICAL_HEADINGS) & ~Exists(inside))
    return rows.order_by("code")


def map_features(
    *, actor: Actor, parent: Place, width: int = MAP_WIDTH, on: dt.date | None = None
) -> dict[str, Any]:
    """GeoJSON of the places right below one that this actor may see, thinned to `width` pixels."""
    rows = Place.objects.visible_to(actor, Perm.VIEW).filter(parent=parent)
    return _features(rows, width, on)


def map_features_public(
    *, parent: Place, width: int = MAP_WIDTH, on: dt.date | None = None
) -> dict[str, Any]:
    """GeoJSON of the places right below one, for anybody: boundaries of grids and up are public.

    It is kept while no boundary changes, and not to be changed.
    """
    day = on or clock.today()
    key = ("features", parent.pk, width, day, clock.today(), get_language())
    return lookup.kept(key, lambda: _features(_public_below(parent), width, day))


def _public_below(parent: Place) -> PlaceQuerySet:
    return Place.objects.filter(parent=parent).exclude(level=Level.DWELLING)


def _features(rows: PlaceQuerySet, width: int, on: dt.date | None) -> dict[str, Any]:
    day = on or clock.today()
    shown = list(rows.on(day).filter(boundary__isnull=False).order_by("code"))
    before = _grounds_on(shown, day)
    grounds = [before.get(place.pk, place.boundary or {}) for place in shown]
    thin = geometry.thinned(grounds, width)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": place.code,
                "geometry": shape,
                "properties": {
                    "id": place.pk,
                    "code": place.code,
                    "name": name_of(place),
                    "level": place.level,
                    "center": [place.lon, place.lat],
                },
            }
            for place, shape in zip(shown, thin, strict=True)
        ],
    }


def _grounds_on(shown: Sequence[Place], day: dt.date) -> dict[int, dict[str, Any]]:
    """The boundaries that places had on a day gone by, where they have another one since."""
    found: dict[int, dict[str, Any]] = {}
    if day < clock.today():
        terms = PlaceTerm.objects.filter(place__in=shown, until__gte=day, boundary__isnull=False)
        for pk, boundary in terms.order_by("until", "pk").values_list("place_id", "boundary"):
            found.setdefault(pk, boundary or {})
    return found


def name_of(place: Place) -> str:
    """The place's name in the language of the page."""
    return name_said(place.name, place.name_en)


def name_said(name: str, name_en: str) -> str:
    """Of a place's two names the one in the language of the page."""
    is_english = (get_language() or "").startswith("en")
    return name_en if is_english and name_en else name


def level_find(key: str, path: str, on: dt.date | None = None) -> Definition | None:
    """The definition of a level in force at a place."""
    return Definition.objects.find("level", key, path, on or clock.today())


def levels_in_force(path: str, on: dt.date | None = None) -> list[Definition]:
    """The levels in force at a place, in pack order."""
    return Definition.objects.in_force("level", path, on or clock.today())


def places_by_codes(codes: Iterable[str]) -> dict[str, Place]:
    """The places with these codes, by code."""
    return Place.objects.plain().in_bulk(list(codes), field_name="code")
