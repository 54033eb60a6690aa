# SPDX-License-Identifier: MulanPSL-2.0
"""What an import must know of the places that are here, read a few hundred at a time."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from linli.kernel.places.models import Place, PlaceAlias

CHUNK = 900
"""Values in one query: below the limit of every SQLite."""

_Item = TypeVar("_Item")


@dataclass(slots=True)
class Standing:
    """A place as far as an import must know it."""

    pk: int
    path: str
    level: str
    name: str


def standing_by_code(codes: Iterable[str]) -> dict[str, Standing]:
    """The places that have these codes today, by code."""
    found: dict[str, Standing] = {}
    for chunk in chunks(sorted(codes), CHUNK):
        rows = Place.objects.filter(code__in=chunk)
        for pk, code, path, level, name in rows.values_list("pk", "code", "path", "level", "name"):
            found[code] = Standing(pk, path, level, name)
    return found


def standing_above(codes: Collection[str]) -> dict[str, Standing]:
    """Places that others may hang under, by these codes of today or of before."""
    found = standing_by_code(codes)
    for chunk in chunks(sorted(set(codes) - found.keys()), CHUNK):
        for alias in PlaceAlias.objects.filter(code__in=chunk).select_related("place"):
            place = alias.place
            found[alias.code] = Standing(place.pk, place.path, place.level, place.name)
    return found


def chunks(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in order, so many at a time."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
