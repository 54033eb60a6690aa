# SPDX-License-Identifier: MulanPSL-2.0
"""The public divisions as an open data set: from the city down to the community."""

from collections.abc import Mapping, Sequence
from typing import Any

from linli.base import clock
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.sockets.outside import Column, OpenSet

PUBLIC = (Level.PROVINCE, Level.CITY, Level.DISTRICT, Level.SUBDISTRICT, Level.COMMUNITY)


def place_rows(paths: Sequence[str], after: str, limit: int) -> list[Mapping[str, Any]]:
    """Divisions at or below these places that exist today, by code; the national ones only."""
    rows = (
        Place.objects.below(*paths)
        .on(clock.today())
        .filter(level__in=PUBLIC, code__gt=after)
        .order_by("code")
        .values_list("code", "name", "name_en", "level", "parent__code")
    )
    keys = ("code", "name", "name_en", "level", "part_of")
    return [dict(zip(keys, row, strict=True)) for row in rows[:limit]]


PLACES = OpenSet(
    label={"zh": "区划", "en": "Divisions"},
    description={
        "zh": "从市到社区的行政区划和代码。",
        "en": "Administrative divisions and their codes, from the city down to the community.",
    },
    columns=(
        Column("code", "text", {"zh": "代码", "en": "Code"}),
        Column("name", "text", {"zh": "名称", "en": "Name, in Chinese"}),
        Column("name_en", "text", {"zh": "英文名称", "en": "Name, in English"}),
        Column("level", "text", {"zh": "层级", "en": "Level"}),
        Column("part_of", "text", {"zh": "上级代码", "en": "Code of the place above"}),
    ),
    rows=place_rows,
    needs_opening=False,
)
