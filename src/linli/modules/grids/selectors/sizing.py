# SPDX-License-Identifier: MulanPSL-2.0
"""How many live where, beside the rules on size: counts, one line a place, and the rows behind."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import definitions_kept, prefixes
from linli.engines.indicators.rules import Bound
from linli.engines.indicators.selectors import bounds_at
from linli.kernel.people.models import Household, HouseholdMember
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.places import asof
from linli.kernel.places.models import Place, PlaceQuerySet
from linli.kernel.places.trees import tree_held
from linli.modules.grids.rules import Sized, sized, worst
from linli.modules.grids.terms import COMMUNITY, GRID, HOUSEHOLDS, RESIDENTS, Fit, Perm


@dataclass(frozen=True)
class Counted:
    """Who lives at a place and below it: households with somebody in them, and their people."""

    households: int = 0
    residents: int = 0


def households_count(paths: Sequence[str]) -> Mapping[str, int]:
    """Households in which somebody lives today, at each place path and below."""
    return {path: count.households for path, count in counted(paths).items()}


def residents_count(paths: Sequence[str]) -> Mapping[str, int]:
    """People who belong to a household today, at each place path and below."""
    return {path: count.residents for path, count in counted(paths).items()}


@tree_held()
def counted(paths: Iterable[str], on: dt.date | None = None) -> dict[str, Counted]:
    """Both counts for many places at once, along the tree of a day (today): one query, grouped by
    the place above the dwelling.
    """
    wanted, day = list(dict.fromkeys(paths)), on or clock.today()
    told = list(_groups(_tops(wanted), day))
    rows = {
        "households": [(above or "", day, households) for above, households, _residents in told],
        "residents": [(above or "", day, residents) for above, _households, residents in told],
    }
    sums = asof.roll_up_at(rows, paths=wanted, tree=asof.THEN)
    return {path: Counted(**{name: sums[name][path] for name in rows}) for path in wanted}


def _tops(paths: Iterable[str]) -> list[str]:
    """The highest of some paths; those below them are read along."""
    kept: list[str] = []
    for path in sorted(paths):
        if not (kept and path.startswith(kept[-1])):
            kept.append(path)
    return kept


def _groups(tops: Sequence[str], day: dt.date) -> Iterable[tuple[str | None, int, int]]:
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    standing = Q(household__ends_on__isnull=True) | Q(household__ends_on__gte=day)
    begun = Q(starts_on__lte=day, household__starts_on__lte=day)
    within = Q(pk__in=[])
    for top in _few(tops):
        within |= asof.below(top, on=day, column="household__dwelling")
    rows = HouseholdMember.objects.filter(within, lasting, standing, begun)
    return (
        rows.order_by()
        .values_list("household__dwelling__parent__path")
        .annotate(households=Count("household", distinct=True), residents=Count("person"))
    )


def _few(tops: Sequence[str], most: int = 40) -> Sequence[str]:
    """So few conditions that a database takes them; the place above all of them otherwise."""
    if len(tops) <= most:
        return tops
    shared = [path for path in prefixes(tops[0]) if all(one.startswith(path) for one in tops)]
    return shared[:1]


@dataclass(frozen=True)
class SizeLine:
    """A place with its numbers, the rules that hold for it, and how it stands."""

    place: Place
    counted: Counted
    households: Sized
    residents: Sized

    @property
    def fit(self) -> Fit:
        """How it stands in all."""
        return worst(self.households.fit, self.residents.fit)

    @property
    def rules(self) -> tuple[Bound, ...]:
        """The rules that decided."""
        return tuple(one.bound for one in (self.households, self.residents) if one.bound)


def line_of(place: Place, count: Counted) -> SizeLine:
    """Numbers beside the rules in force at a place."""
    has_figures = count.residents > 0
    return SizeLine(
        place,
        count,
        sized(count.households, bounds_at(place, HOUSEHOLDS), has_figures=has_figures),
        sized(count.residents, bounds_at(place, RESIDENTS), has_figures=has_figures),
    )


def lines_of(places: Sequence[Place]) -> list[SizeLine]:
    """A line for each place; the counts in one query, each rule read once."""
    found = counted(place.path for place in places)
    with definitions_kept():
        return [line_of(place, found[place.path]) for place in places]


def places_sized(
    *, actor: Actor, at: Place, level: str, kind: str = "", tag: str = ""
) -> PlaceQuerySet:
    """Communities or grids at a place and below that this actor may see, in tree order."""
    rows: PlaceQuerySet = Place.objects.plain().visible_to(actor, Perm.VIEW)
    rows = rows.below(at.path).on(clock.today()).filter(level=level)
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.select_related("parent").defer("parent__boundary")
    if not tag:
        return rows.order_by("path")
    # JSON lists are searched alike on both databases by reading them: one column of one level.
    tagged = [pk for pk, tags in rows.values_list("pk", "tags") if tag in tags]
    return rows.filter(pk__in=tagged).order_by("path")


def households_listed(*, actor: Actor, place: Place) -> list[tuple[Place, Counted]]:
    """The rows behind a place's numbers: each building (or dwelling's place above) with its own.

    Only where this actor may see people; the sums are the place's numbers.
    """
    rows = Household.objects.visible_to(actor, PeoplePerm.VIEW)
    rows = rows.filter(asof.below(place.path, column="dwelling"))
    parents = {row for row in rows.values_list("dwelling__parent_id", flat=True) if row}
    above = {one.pk: one for one in Place.objects.plain().filter(pk__in=parents)}
    numbers = counted(one.path for one in above.values())
    listed = [(one, numbers[one.path]) for one in above.values()]
    return sorted((pair for pair in listed if pair[1].residents), key=lambda pair: pair[0].path)


LEVELS = (COMMUNITY, GRID)
"""Levels whose size is looked at."""
