# SPDX-License-Identifier: MulanPSL-2.0
"""Who lives in an invented city: households behind doors, drawn before a row is written; pure."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from linli.demo import names
from linli.demo.chance import chance_of, weighted
from linli.demo.plan import PlannedPlace

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_LAST = "10X98765432"
_SHAPES = {"alone": 22, "couple": 26, "family": 30, "three": 12, "tenants": 10}
"""What households look like, by how common it is."""
_DOORS = 2


@dataclass
class PlannedPerson:
    """Somebody to be registered; `has_account` says whether they use the phone page."""

    name: str
    birth_on: dt.date
    role: str
    phone: str = ""
    id_number: str = ""
    has_account: bool = False


@dataclass
class PlannedHousehold:
    """People behind one door of a building."""

    building: str
    door: str
    people: list[PlannedPerson] = field(default_factory=list)

    @property
    def dwelling(self) -> str:
        """The code of the dwelling."""
        return f"{self.building}-{self.door}"


def census(
    grids: Sequence[PlannedPlace], *, households: int, year: int, seed: int
) -> list[PlannedHousehold]:
    """The households of all grids; the first one is that of the resident behind the door page."""
    found: list[PlannedHousehold] = []
    for grid in grids:
        chance = chance_of("census", grid.code, households, seed)
        buildings = [part.code for part in grid.parts]
        for number in range(households):
            building = buildings[-1 - number % len(buildings)]
            door = f"{1 + number // len(buildings) + chance.randrange(5)}0{1 + number % _DOORS}"
            while any(one.dwelling == f"{building}-{door}" for one in found[-households:]):
                door = f"{int(door[0]) + 1}{door[1:]}"
            found.append(PlannedHousehold(building, door, _people(chance, year)))
    _settle(found[0])
    _number(found)
    return found


def _settle(household: PlannedHousehold) -> None:
    """The resident of the door page lives with her grandson behind the first door."""
    known = names.names_read()["door"]["resident"]
    chance = chance_of("door", household.dwelling)
    resident = PlannedPerson(known["name"], known["born"], "head", names.phone_number(chance))
    resident.has_account = True
    grandson = PlannedPerson(
        "陈一诺", known["born"].replace(year=known["born"].year + 55), "relative"
    )
    household.people = [resident, grandson]


def _people(chance: random.Random, year: int) -> list[PlannedPerson]:
    shape = weighted(chance, _SHAPES)
    head = year - chance.randint(28, 62)
    if shape == "alone":
        return [_person(chance, year - chance.choice((27, 31, 68, 74, 79, 83, 88)), "head")]
    if shape == "tenants":
        return [
            _person(chance, year - chance.randint(20, 34), "tenant")
            for _ in range(chance.randint(2, 3))
        ]
    couple = [
        _person(chance, head, "head"),
        _person(chance, head + chance.randint(-4, 5), "spouse"),
    ]
    if shape == "couple":
        return couple
    child = _person(chance, min(head + chance.randint(25, 32), year - 1), "child")
    if shape == "family":
        return [*couple, child]
    return [*couple, child, _person(chance, head - chance.randint(24, 30), "parent")]


def _person(chance: random.Random, born: int, role: str) -> PlannedPerson:
    name = names.person_name(chance, born)
    return PlannedPerson(name, names.birth_date(chance, born), role)


def _number(households: Sequence[PlannedHousehold]) -> None:
    """Phones for those who have one, ID numbers for all, an account for one adult in ten."""
    adults_since = max(one.birth_on.year for home in households for one in home.people) - 14
    born = Counter[dt.date]()
    for household in households:
        chance = chance_of("numbers", household.dwelling)
        for person in household.people:
            born[person.birth_on] += 1
            serial = born[person.birth_on]
            person.id_number = id_number(household.building[:6], person.birth_on, serial)
            if person.birth_on.year < adults_since and not person.phone:
                person.phone = names.phone_number(chance)
                person.has_account = chance.random() < 0.16


def id_number(region: str, birth_on: dt.date, serial: int) -> str:
    """An ID number with a right check digit whose region does not exist; `serial` counts those
    born on one day, up to 999.
    """
    body = f"{region[:4]}90{birth_on:%Y%m%d}{serial:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, body, strict=True))
    return body + _ID_LAST[total % 11]
