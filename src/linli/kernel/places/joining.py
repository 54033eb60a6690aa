# SPDX-License-Identifier: MulanPSL-2.0
"""Lists of two years joined: a place of the newer list that is here under its code of before.

Certain is what the list says itself (a former code), or one name that one place of before and one
of now have below the same place above. Whatever else looks alike is told, never guessed.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.base import clock
from linli.kernel.places import rules
from linli.kernel.places.models import Place, PlaceAlias
from linli.kernel.places.reading import Row


@dataclass(frozen=True)
class Joined:
    """The place of before that a row means, or why nobody can tell."""

    place: Place | None = None
    doubt: str = ""


def joined(
    rows: Sequence[Row], parents: Mapping[str, int], in_file: Collection[str]
) -> dict[str, Joined]:
    """For rows whose codes are not here: which place each means, by the row's code.

    `parents` gives the id of the place above a row that stood before the import; rows that name
    neither such a place nor a former code are new and not in the result.
    """
    found = _by_former_code(rows)
    others = [row for row in rows if row.code not in found and row.code in parents]
    level = rows[0].level if rows else ""
    standing = Place.objects.plain().on(clock.today()).filter(level=level)
    gone: dict[int, list[Place]] = defaultdict(list)
    for place in standing.filter(parent_id__in={parents[row.code] for row in others}):
        if place.code not in in_file and place.parent_id is not None:
            gone[place.parent_id].append(place)
    asked: dict[tuple[int, str], int] = defaultdict(int)
    for row in others:
        asked[parents[row.code], row.name] += 1
    for row in others:
        above = parents[row.code]
        told = _by_name(row, gone[above], asked[above, row.name])
        if told is not None:
            found[row.code] = told
    return found


def _by_former_code(rows: Sequence[Row]) -> dict[str, Joined]:
    given = {row.former: row for row in rows if row.former}
    places = {place.code: place for place in Place.objects.plain().filter(code__in=given)}
    aliases = PlaceAlias.objects.filter(code__in=given.keys() - places.keys())
    places |= {alias.code: alias.place for alias in aliases.select_related("place")}
    return {
        row.code: Joined(places[former])
        if places[former].level == row.level
        else Joined(doubt=_("its former code is a place of another level"))
        for former, row in given.items()
        if former in places
    }


def _by_name(row: Row, gone: Sequence[Place], asked: int) -> Joined | None:
    same = [place for place in gone if place.name == row.name]
    if len(same) == 1 and asked == 1:
        return Joined(same[0])
    stem = rules.name_stem(row.name)
    alike = same or [place for place in gone if rules.name_stem(place.name) == stem]
    if not alike:
        return None
    listed = ", ".join(f"{place.code} {place.name}" for place in alike[:3])
    doubt = _("it may be %(places)s; if so, name that code in the column former_code")
    return Joined(doubt=doubt % {"places": listed})
