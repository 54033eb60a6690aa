# SPDX-License-Identifier: MulanPSL-2.0
"""Figures of a place and a period; each opens the very rows that it counts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from linli.base import clock
from linli.base.actor import Actor
from linli.base.counting import counted
from linli.kernel.places.models import Place
from linli.modules.appeals.models import Case, CaseQuerySet
from linli.modules.appeals.rules import Rate
from linli.modules.appeals.selectors.queue import DUE_FIRST, with_line
from linli.modules.appeals.selectors.slices import RATES, SLICES, Period
from linli.modules.appeals.terms import Perm

LONGEST = 366
"""Days of the longest period."""


def period_of(days: int, now: dt.datetime | None = None) -> Period:
    """The last `days` days up to the end of today (1 is today alone)."""
    moment = now or clock.now()
    until = _midnight(clock.local(moment).date() + dt.timedelta(days=1))
    length = min(max(days, 1), LONGEST)
    return Period(since=until - dt.timedelta(days=length), until=until, now=moment)


def period_on(day: dt.date) -> Period:
    """One day."""
    since = _midnight(day)
    return Period(since=since, until=since + dt.timedelta(days=1), now=clock.now())


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.ZONE)


def cases_counted(*, actor: Actor, place: Place) -> CaseQuerySet:
    """Every case at or below a place that this actor's figures are made of.

    The head of a unit, whose grant reaches no place, counts what that unit leads.
    """
    if actor.is_system:
        return Case.objects.below(place.path)
    held = [grant for grant in actor.grants if Perm.VIEW_FIGURES in grant.permissions]
    seen = Q(matter__lead_unit_id__in=[each.unit_id for each in held if each.unit_id is not None])
    for path in actor.reach(Perm.VIEW_FIGURES):
        seen |= Q(matter__place__path__under=path)
    return Case.objects.below(place.path).filter(seen)


def rows_of(*, actor: Actor, place: Place, name: str, period: Period) -> CaseQuerySet:
    """The rows of one named set. Raises KeyError for a name that is not there."""
    return SLICES[name](cases_counted(actor=actor, place=place), period)


def rows_listed(*, actor: Actor, place: Place, name: str, period: Period) -> CaseQuerySet:
    """The same rows for a list: those due first in front, those done last at the end."""
    rows = with_line(rows_of(actor=actor, place=place, name=name, period=period))
    return rows.order_by(DUE_FIRST, "-matter__ended_at", "-matter__opened_at", "pk")


def counts(*, actor: Actor, place: Place, names: Iterable[str], period: Period) -> dict[str, int]:
    """How many cases each named set holds; one query."""
    sets = {name: rows_of(actor=actor, place=place, name=name, period=period) for name in names}
    return dict(zip(sets, counted(*sets.values()), strict=True))


def rates(*, actor: Actor, place: Place, period: Period) -> dict[str, Rate]:
    """The rates of a place, each as two counts."""
    names = dict.fromkeys(name for pair in RATES.values() for name in pair)
    found = counts(actor=actor, place=place, names=names, period=period)
    return {key: Rate(found[above], found[below]) for key, (above, below) in RATES.items()}


@dataclass(frozen=True)
class PlaceRate:
    """One place's share of a rate, and how many of its cases are late now, and open."""

    place: Place
    rate: Rate
    late: int
    open: int


def rates_of_places(
    *, actor: Actor, places: Sequence[Place], key: str, period: Period
) -> list[PlaceRate]:
    """A rate for each of some places under one roof; four queries however many they are."""
    if not places:
        return []
    above, below = RATES[key]
    roof = _roof(places)
    sets = {
        name: _by_path(SLICES[name](_counted_below(actor, roof), period))
        for name in {above, below, "late", "open"}
    }
    return [
        PlaceRate(
            place=place,
            rate=Rate(_under(sets[above], place), _under(sets[below], place)),
            late=_under(sets["late"], place),
            open=_under(sets["open"], place),
        )
        for place in places
    ]


def _counted_below(actor: Actor, path: str) -> CaseQuerySet:
    return cases_counted(actor=actor, place=Place(path=path))


def _roof(places: Sequence[Place]) -> str:
    """The path above all of them; "" is everywhere."""
    first = min(places, key=lambda place: len(place.path)).path
    own = f"{first.rstrip('/').rpartition('/')[2]}/"
    return first.removesuffix(own)


def _by_path(rows: CaseQuerySet) -> dict[str, int]:
    counted = rows.values_list("matter__place__path").annotate(cases=Count("pk", distinct=True))
    return dict(counted.order_by("matter__place__path"))


def _under(by_path: dict[str, int], place: Place) -> int:
    return sum(cases for path, cases in by_path.items() if path.startswith(place.path))


@dataclass(frozen=True)
class Day:
    """How many cases came and how many were done on one day."""

    on: dt.date
    filed: int
    ended: int


def trend(*, actor: Actor, place: Place, days: int) -> list[Day]:
    """Cases opened and done for each of the last days, today included."""
    period = period_of(days)
    filed = _by_day(actor, place, "filed", "matter__opened_at", period)
    ended = _by_day(actor, place, "ended", "matter__ended_at", period)
    first = clock.local(period.since).date()
    dates = [first + dt.timedelta(days=step) for step in range(days)]
    return [Day(on, filed.get(on, 0), ended.get(on, 0)) for on in dates]


def _by_day(
    actor: Actor, place: Place, name: str, column: str, period: Period
) -> dict[dt.date, int]:
    found: dict[dt.date, int] = {}
    rows = rows_of(actor=actor, place=place, name=name, period=period)
    for moment in rows.values_list(column, flat=True):
        on = clock.local(moment).date()
        found[on] = found.get(on, 0) + 1
    return found
