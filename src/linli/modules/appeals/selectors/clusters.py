# SPDX-License-Identifier: MulanPSL-2.0
"""Where cases lie, near ones drawn together, however many there are."""

from dataclasses import dataclass, field

from django.db.models import Avg, Count, F, FloatField, Max, Min, Q, Value
from django.db.models.functions import Floor
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.modules.appeals.models import CaseQuerySet
from linli.modules.appeals.selectors.queue import Filters, cases_narrowed

ACROSS = 14
"""Cells across the longer side of an area: a cluster stands for what lies in one of them."""

MOST_ACROSS = 64
"""Cells across at any zoom: however finely somebody asks for a country, the answer stays short."""

WIDEST = 90
"""Degrees of a cell at zoom 0, halved with each step: a quarter of a usual map tile."""

NEAREST = 22
"""The last step of a map's zoom."""


@dataclass(frozen=True)
class Area:
    """A box of degrees, WGS-84; with a `zoom` its cells are as large as on a map of that zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: int | None = field(default=None, kw_only=True)

    @property
    def cell(self) -> float:
        """The side of a cell, in degrees."""
        side = max(self.east - self.west, self.north - self.south)
        if self.zoom is None:
            return side / ACROSS
        return max(WIDEST * 0.5**self.zoom, side / MOST_ACROSS)


@dataclass(frozen=True)
class Cluster:
    """Cases near one another: how many, how many of them are late, and the number of a lone one."""

    lon: float
    lat: float
    count: int
    late: int
    number: str


def area_of(west: float, south: float, east: float, north: float, zoom: int | None = None) -> Area:
    """A box as a map asks for it.

    Raises:
        Invalid: it is none.
    """
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Invalid(_("This is no area of a map."), code="area")
    return Area(west, south, east, north, zoom=zoom)


def cases_clustered(*, actor: Actor, filters: Filters, area: Area) -> list[Cluster]:
    """The cases of a queue that have a point within an area, drawn together by cells; one query."""
    now = clock.now()
    rows = _within(cases_narrowed(actor=actor, filters=filters), area)
    column, row = (
        Floor((F(name) - Value(start)) / Value(area.cell), output_field=FloatField())
        for name, start in (("lon", area.west), ("lat", area.south))
    )
    told = rows.order_by().annotate(column=column, row=row).values("column", "row")
    found = told.annotate(
        x=Avg("lon"),
        y=Avg("lat"),
        count=Count("pk"),
        late=Count("pk", filter=Q(matter__next_due_at__lt=now)),
        first=Min("matter__number"),
    )
    return [
        Cluster(
            round(each["x"], 6),
            round(each["y"], 6),
            each["count"],
            each["late"],
            each["first"] if each["count"] == 1 else "",
        )
        for each in found.order_by("-count", "first")
    ]


def area_whole(*, actor: Actor, filters: Filters) -> tuple[Area | None, int, int]:
    """The box that holds all cases of a queue, how many lie in it, and how many have no point."""
    rows = cases_narrowed(actor=actor, filters=filters).order_by()
    sums = rows.aggregate(
        west=Min("lon"),
        south=Min("lat"),
        east=Max("lon"),
        north=Max("lat"),
        drawn=Count("lon"),
        all=Count("pk"),
    )
    drawn, without = sums["drawn"], sums["all"] - sums["drawn"]
    if not drawn:
        return None, 0, without
    room = 0.002
    area = Area(
        sums["west"] - room, sums["south"] - room, sums["east"] + room, sums["north"] + room
    )
    return area, drawn, without


def _within(rows: CaseQuerySet, area: Area) -> CaseQuerySet:
    return rows.filter(
        lon__gte=area.west, lon__lt=area.east, lat__gte=area.south, lat__lt=area.north
    )
