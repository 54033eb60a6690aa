# SPDX-License-Identifier: MulanPSL-2.0
"""The posts of an invented city: who sits where, in which role; pure."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linli.demo import names
from linli.demo.chance import chance_of
from linli.demo.plan import CityPlan
from linli.demo.terms import username_of

OFFICE = "subdistrict_office"
COMMITTEE = "residents_committee"


@dataclass(frozen=True)
class Role:
    """A role at a place, perhaps within the unit of that key at that place."""

    key: str
    place: str
    unit: str = ""


@dataclass
class Post:
    """Somebody's post: the log-in, the person, the unit they belong to and the roles they hold."""

    username: str
    name: str
    birth_on: dt.date
    place: str
    roles: tuple[Role, ...]
    unit: str = ""
    phone: str = field(default="")


def posts(plan: CityPlan, departments: Iterable[str], pack: str, seed: int) -> list[Post]:
    """Everybody on duty in the city: grids, communities, subdistricts, departments, district.

    `departments` are the keys of the units at the top place that lead something.
    """
    clerks = _Clerks(pack, chance_of("staff", plan.top, seed))
    found = [*_grids(plan, clerks), *_communities(plan, clerks), *_subdistricts(plan, clerks)]
    for department in departments:
        found += _department(plan.top, department, clerks)
    found += _district(plan, clerks)
    return found


MOST_TRIES = 20


@dataclass
class _Clerks:
    """Makes posts of people nobody has met before, those of the door page first."""

    pack: str
    chance: random.Random
    met: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def post(self, key: str, place: str, *roles: Role, unit: str = "", door: str = "") -> Post:
        """The next post of that key; with `door` the persona of the door page."""
        self.counts[key] = number = self.counts.get(key, 0) + 1
        known = names.names_read()["door"].get(door)
        if known is not None:
            name, born = known["name"], known["born"]
        else:
            year = self.chance.randint(1968, 1999)
            name, born = self._name(year), names.birth_date(self.chance, year)
        phone = names.phone_number(self.chance)
        username = username_of(door or f"{key}{number:02d}", self.pack)
        return Post(username, name, born, place, roles, unit, phone)

    def _name(self, year: int) -> str:
        """A name nobody has; where thousands are on duty some have the same, as in life."""
        for _ in range(MOST_TRIES):
            name = names.person_name(self.chance, year)
            if name not in self.met:
                break
        self.met.add(name)
        return name


def _grids(plan: CityPlan, clerks: _Clerks) -> Iterator[Post]:
    for number, grid in enumerate(plan.district.at("grid")):
        community = grid.code.partition("-")[0]
        door = "grid_worker" if number == 0 else ""
        yield clerks.post(
            "grid_worker",
            community,
            Role("grid_worker", grid.code),
            unit=COMMITTEE,
            door=door,
        )


def _communities(plan: CityPlan, clerks: _Clerks) -> Iterator[Post]:
    for number, place in enumerate(plan.district.at("community")):
        door = "community_clerk" if number == 0 else ""
        here = place.code
        handler = Role("handler", here, COMMITTEE)
        yield clerks.post("secretary", here, Role("community_secretary", here), unit=COMMITTEE)
        clerk = Role("community_clerk", here)
        yield clerks.post("community_clerk", here, clerk, handler, unit=COMMITTEE, door=door)


def _subdistricts(plan: CityPlan, clerks: _Clerks) -> Iterator[Post]:
    for number, place in enumerate(plan.district.at("subdistrict")):
        door = "dispatcher" if number == 0 else ""
        here = place.code
        yield clerks.post("dispatcher", here, Role("dispatcher", here), unit=OFFICE, door=door)
        yield clerks.post("head", here, Role("leader", here), unit=OFFICE)
        handler = Role("handler", here, OFFICE)
        keeper = Role("subdistrict_clerk", here)
        yield clerks.post("officer", here, handler, keeper, unit=OFFICE)
        yield clerks.post("officer", here, handler, unit=OFFICE)


def _department(top: str, department: str, clerks: _Clerks) -> Iterator[Post]:
    door = "handler" if department == "water_affairs" else ""
    for number in range(2):
        yield clerks.post(
            department,
            top,
            Role("handler", top, department),
            unit=department,
            door=door if number == 0 else "",
        )
    yield clerks.post(f"{department}_head", top, Role("leader", top, department), unit=department)


def _district(plan: CityPlan, clerks: _Clerks) -> Iterator[Post]:
    here = plan.district.code
    yield clerks.post("leader", here, Role("leader", here), door="leader")
    decides = (Role("arbiter", here), Role("pack_reviewer", plan.top))
    yield clerks.post("arbiter", here, *decides, door="arbiter")
    for one in ("system_administrator", "security_administrator", "auditor"):
        yield clerks.post(one, plan.top, Role(one, plan.top), door=one)
    privacy, security = "privacy_officer", "security_administrator"
    yield clerks.post(privacy, plan.top, Role(privacy, plan.top), door=privacy)
    yield clerks.post(security, plan.top, Role(security, plan.top))
    keeps = (Role("district_clerk", here), Role("burden_officer", here))
    yield clerks.post("district_clerk", here, *keeps)
