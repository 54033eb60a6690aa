# SPDX-License-Identifier: MulanPSL-2.0
"""Figures of a place and a period; each opens the very rows that it counts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from linli.base import clock
from linli.base.actor import Actor
from linli.base.together import counted, listed
from linli.kernel.places import asof
from linli.kernel.places.models import Place
from linli.kernel.places.trees import tree_held
from linli.modules.appeals.models import Case, CaseQuerySet
from linli.modules.appeals.rules import Rate
from linli.modules.appeals.selectors.lines import narrow
from linli.modules.appeals.selectors.slices import OF_NOW, RATES, SLICES, Period
from linli.modules.appeals.terms import Perm

DUE_FIRST = F("matter__next_due_at").asc(nulls_last=True)
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


def cases_counted(*, actor: Actor, place: Place, on: dt.date | None = None) -> CaseQuerySet:
    """Every case that counts at a place or below it, along the tree of a day (today), and that this
    actor's figures are made of.

    The head of a unit, whose grant reaches no place, counts what that unit leads.
    """
    rows: CaseQuerySet = Case.objects.filter(_below(place.path, on))
    if actor.is_system:
        return rows
    held = [grant for grant in actor.grants if Perm.VIEW_FIGURES in grant.permissions]
    seen = Q(matter__lead_unit_id__in=[each.unit_id for each in held if each.unit_id is not None])
    for path in actor.reach(Perm.VIEW_FIGURES):
        seen |= _below(path, on)
    return rows.filter(seen)


def _below(path: str, on: dt.date | None) -> Q:
    return asof.below(path, on=on, column="matter__place")


def rows_of(*, actor: Actor, place: Place, name: str, period: Period) -> CaseQuerySet:
    """The rows of one named set. Raises KeyError for a name that is not there."""
    rows = cases_counted(actor=actor, place=place, on=_tree_day(name, period))
    return SLICES[name](rows, period)


def _tree_day(name: str, period: Period) -> dt.date:
    """The day along whose tree a set counts: that of now, or the last of a period gone by."""
    return clock.today() if name in OF_NOW else period.last


def rows_listed(*, actor: Actor, place: Place, name: str, period: Period) -> CaseQuerySet:
    """The same rows for a list: those due first in front, those done last at the end."""
    rows = narrow(rows_of(actor=actor, place=place, name=name, period=period))
    return rows.order_by(DUE_FIRST, "-matter__ended_at", "-matter__opened_at", "pk")


@tree_held()
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


@tree_held()
def rates_of_places(
    *, actor: Actor, places: Sequence[Place], key: str, period: Period
) -> list[PlaceRate]:
    """A rate for each of some places under one roof; one query however many they are.

    A case that a split left behind counts with the place above the pieces alone.
    """
    if not places:
        return []
    above, below = RATES[key]
    names = list(dict.fromkeys((above, below, "late", "open")))
    roof = Place(path=_roof(places))
    at_paths = (
        rows_of(actor=actor, place=roof, name=name, period=period)
        .order_by("matter__place__path")
        .values_list("matter__place__path")
        .annotate(cases=Count("pk", distinct=True))
        for name in names
    )
    told = zip(names, listed(*at_paths), strict=True)
    rows = {
        name: [(path, _tree_day(name, period), cases) for path, cases in found]
        for name, found in told
    }
    sums = asof.roll_up_at(rows, paths=[place.path for place in places], tree=asof.THEN)
    return [
        PlaceRate(
            place=place,
            rate=Rate(sums[above][place.path], sums[below][place.path]),
            late=sums["late"][place.path],
            open=sums["open"][place.path],
        )
        for place in places
    ]


def _roof(places: Sequence[Place]) -> str:
    """The path above all of them; "" is everywhere."""
    first = min(places, key=lambda place: len(place.path)).path
    own = f"{first.rstrip('/').rpartition('/')[2]}/"
    return first.removesuffix(own)


@dataclass(frozen=True)
class Day:
    """How many cases came and how many were done on one day."""

    on: dt.date
    filed: int
    ended: int


@tree_held()
def trend(*, actor: Actor, place: Place, days: int) -> list[Day]:
    """Cases opened and done for each of the last days, today included; each day counts along its
    own tree.
    """
    period = period_of(days)
    filed = _by_day(actor, place, "filed", "matter__opened_at", period)
    ended = _by_day(actor, place, "ended", "matter__ended_at", period)
    first = clock.local(period.since).date()
    dates = [first + dt.timedelta(days=step) for step in range(days)]
    before = [on for on in dates if asof.has_changed(place.path, on)]
    filed |= _on_days(actor, place, "filed", before)
    ended |= _on_days(actor, place, "ended", before)
    return [Day(on, filed.get(on, 0), ended.get(on, 0)) for on in dates]


def _on_days(actor: Actor, place: Place, name: str, days: Sequence[dt.date]) -> dict[dt.date, int]:
    """How many cases a set has on each of some days; one query, none for no day."""
    sets = (rows_of(actor=actor, place=place, name=name, period=period_on(on)) for on in days)
    return dict(zip(days, counted(*sets), strict=True))


def _by_day(
    actor: Actor, place: Place, name: str, column: str, period: Period
) -> dict[dt.date, int]:
    found: dict[dt.date, int] = {}
    rows = rows_of(actor=actor, place=place, name=name, period=period)
    for moment in rows.values_list(column, flat=True):
        on = clock.local(moment).date()
        found[on] = found.get(on, 0) + 1
    return found
