# SPDX-License-Identifier: MulanPSL-2.0
"""A community with buildings and people for the tests of grids, in a city whose pack is loaded."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.kernel.access.factories import GrantFactory, proven
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.services import name_key_new
from linli.kernel.packs import services as packs
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Household, HouseholdMember, Person
from linli.kernel.places.factories import PlaceFactory, square
from linli.kernel.places.models import Place

SIZE = 0.01
"""Degrees: the side of the square community."""
NOON = dt.datetime(2026, 3, 10, 10, 0, tzinfo=clock.ZONE)


@dataclass
class Town:
    """A city's top place with a subdistrict, two communities, and in the first two grids."""

    top: Place
    subdistrict: Place
    community: Place
    other: Place
    grids: list[Place]
    buildings: list[Place] = field(default_factory=list)


def pack_load(pack: str) -> None:
    """Load one of the packs."""
    packs.pack_load(actor=SYSTEM, folder=Path(settings.LINLI_PACKS) / pack)


def town_make(pack: str = "binhai", top: str = "120116", lon: float = 117.0) -> Town:
    """The places; the western grid holds all buildings but one in the west."""
    pack_load(pack)
    above = Place.objects.get(code=top)
    base = top if top[4:] != "00" else f"{top[:4]}02"
    if base != top:
        known = Place.objects.filter(code=base).first()
        above = known or _place(base, "市中区", "district", above, None)
    subdistrict = _place(
        f"{base}001", "望海街道", "subdistrict", above, square(lon, 39.0, 2 * SIZE)
    )
    code = f"{base}001001"
    community = _place(
        code, "望海社区", "community", subdistrict, square(lon, 39.0, SIZE), kind="urban"
    )
    other = _place(f"{base}001002", "灯塔社区", "community", subdistrict, None, kind="urban")
    half = {**square(lon, 39.0, SIZE)}
    west, middle = lon, lon + SIZE / 2
    half["coordinates"] = [
        [[west, 39.0], [middle, 39.0], [middle, 39.0 + SIZE], [west, 39.0 + SIZE], [west, 39.0]]
    ]
    rest = {**half, "coordinates": [[[x + SIZE / 2, y] for x, y in half["coordinates"][0]]]}
    grids = [
        _place(f"{code}-g01", "望海第一网格", "grid", community, half, kind="urban"),
        _place(f"{code}-g02", "望海第二网格", "grid", community, rest, kind="urban"),
    ]
    return Town(Place.objects.get(code=top), subdistrict, community, other, grids)


def _place(
    code: str, name: str, level: str, parent: Place, boundary: object, *, kind: str = ""
) -> Place:
    place: Place = PlaceFactory.create(
        code=code, name=name, level=level, parent=parent, boundary=boundary, kind=kind
    )
    return place


def build(town: Town, per_grid: tuple[int, ...] = (6, 2), households: int = 60) -> list[Place]:
    """Put buildings in a row from west to east, each with so many households of one person."""
    count, number = sum(per_grid), len(town.buildings)
    before = number
    lon = (town.community.boundary or {})["coordinates"][0][0][0]
    for grid, some in zip(town.grids, per_grid, strict=True):
        for _ in range(some):
            at, number = number - before, number + 1
            building = PlaceFactory.create(
                code=f"{grid.code}-b{number:02d}",
                name=f"望海{number}号楼",
                level="building",
                parent=grid,
                lon=lon + SIZE * (at + 0.5) / count,
                lat=39.0 + SIZE / 2,
            )
            settle(building, households)
            town.buildings.append(building)
    return town.buildings


def settle(building: Place, households: int, size: int = 1) -> None:
    """Let so many households live in a building, each of so many people who belong to its grid."""
    dwelling = PlaceFactory.create(
        code=f"{building.code}-101", name="101", level="dwelling", parent=building
    )
    key, now, grid = name_key_new(), clock.now(), building.parent
    homes = Household.objects.bulk_create(
        Household(dwelling=dwelling, starts_on=dt.date(2020, 1, 1)) for _ in range(households)
    )
    people = Person.objects.bulk_create(
        Person(name=f"居民{at}", name_key=key, place=grid, created_at=now)
        for at in range(households * size)
    )
    HouseholdMember.objects.bulk_create(
        HouseholdMember(household=homes[at // size], person=person, starts_on=dt.date(2020, 1, 1))
        for at, person in enumerate(people)
    )


def staff(role: str, place: Place, name: str = "林晓雯") -> Account:
    """Somebody with a role at a place."""
    account: Account = AccountFactory.create()
    PersonFactory.create(name=name, place=place, account=account)
    GrantFactory.create(account=account, role=role, place=place)
    return account


def actor_of(account: Account) -> Actor:
    """What an account may do now."""
    return proven(account)
