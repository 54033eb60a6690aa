# SPDX-License-Identifier: MulanPSL-2.0
"""The staff of an invented city as actors: who sits at which desk, read once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import prefixes
from linli.demo.agenda import Area, House, Resident
from linli.kernel.access import services as access
from linli.kernel.access.models import Grant
from linli.kernel.accounts.models import Account
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

_ADULT = 16


@dataclass
class Crew:
    """Demo accounts by what they do; `actor` makes each of them only once."""

    by_place: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_unit: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    known: dict[int, Actor] = field(default_factory=dict)

    def actor(self, account_id: int) -> Actor:
        """An account as an actor."""
        if account_id not in self.known:
            account = Account.objects.get(pk=account_id)
            self.known[account_id] = access.actor_for(account)
        return self.known[account_id]

    def at(self, role: str, path: str, turn: int = 0) -> Actor | None:
        """Whoever holds a role at a place or the nearest above, in turn; None if nobody does."""
        for place in prefixes(path):
            found = self.by_place.get((role, place))
            if found:
                return self.actor(found[turn % len(found)])
        return None

    def of(self, role: str, unit: Unit | int, turn: int = 0) -> Actor | None:
        """Whoever holds a role in a unit, in turn."""
        found = self.by_unit.get((role, unit if isinstance(unit, int) else unit.pk))
        return self.actor(found[turn % len(found)]) if found else None


def crew_of(top: Place) -> Crew:
    """The demo staff at a place and below."""
    crew = Crew()
    grants = Grant.objects.below(top.path).on(clock.today()).filter(account__is_demo=True)
    rows = grants.select_related("place").defer("place__boundary").order_by("account__username")
    for grant in rows:
        if grant.unit_id is None:
            crew.by_place[grant.role, grant.place.path].append(grant.account_id)
        else:
            crew.by_unit[grant.role, grant.unit_id].append(grant.account_id)
    return crew


def areas_of(subdistricts: Iterable[Place], today: dt.date, door: str) -> list[Area]:
    """The grids of subdistricts with their houses and adults; `door` is the log-in of the round's
    resident.
    """
    areas: dict[str, Area] = {}
    paths = [place.path for place in subdistricts]
    grids = Place.objects.plain().below(*paths).filter(level="grid").order_by("code")
    for grid in grids:
        areas[grid.path] = Area(grid.code, grid.path)
    houses = Place.objects.plain().below(*paths).filter(level="building").order_by("code")
    for house in houses:
        grid_path = house.path.removesuffix(f"{house.code}/")
        if grid_path in areas and house.lon is not None and house.lat is not None:
            areas[grid_path].houses.append(House(house.name, house.lon, house.lat))
    people = Person.objects.below(*paths).filter(place__level="grid", birth_on__isnull=False)
    rows = people.filter(birth_on__year__lte=today.year - _ADULT).order_by("pk")
    columns = ("place__path", "pk", "name", "account_id", "birth_on", "account__username")
    for path, pk, name, account_id, birth_on, username in rows.values_list(*columns):
        resident = Resident(pk, name, account_id, birth_on, is_door=username == door)
        areas[path].residents.append(resident)
    return [area for area in areas.values() if area.houses and area.residents]
