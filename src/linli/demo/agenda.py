# SPDX-License-Identifier: MulanPSL-2.0
"""Who will say what, where and when: the appeals of some weeks, drawn before one is filed; pure."""

import datetime as dt
import random
from collections.abc import Collection
from dataclasses import dataclass, field

from linli.base import clock
from linli.base.calendar import WorkCalendar
from linli.demo import names
from linli.demo.chance import chance_of, weighted
from linli.demo.script import Script, script
from linli.demo.sizes import Size
from linli.demo.talk import Said, said_at

_HOURS = (
    0.3, 0.2, 0.15, 0.1, 0.1, 0.3, 1, 2.5, 5, 6.5, 6.5, 5,
    2.5, 3, 5, 5.5, 5, 4.5, 4, 4.5, 4.5, 3, 1.4, 0.7,
)  # fmt: skip
"""How many say something in each hour of the day."""
_REST_DAY = 0.6
_LAST_DAYS, _LAST = 5, 1.7
_CHANNELS = {"portal": 45, "anonymous": 13, "phone": 17, "window": 10, "grid": 15}
_PHOTOS = 0.04
_MANY = 1500
"""With more appeals than these fewer come with photos: each costs as much as fifty acts."""


@dataclass(frozen=True)
class House:
    """A building as people name it, with where it stands."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Resident:
    """Somebody who may report; `account_id` is None for those without a log-in."""

    person_id: int
    name: str
    account_id: int | None
    birth_on: dt.date | None
    is_door: bool = False


@dataclass
class Area:
    """A grid with its houses and the adults who live there."""

    code: str
    path: str
    houses: list[House] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)


@dataclass
class Planned:
    """One appeal to come; `living` names it if the round shows it, `photos` are how many go with
    it.
    """

    at: dt.datetime
    said: Said
    area: Area
    lon: float
    lat: float
    channel: str
    script: Script
    resident: Resident | None = None
    for_resident: Resident | None = None
    contact: tuple[str, str] = ("", "")
    is_confidential: bool = False
    photos: int = 0
    living: str = ""


@dataclass(frozen=True)
class Season:
    """What the appeals are drawn from: the areas, the classes in use, the calendar and the last
    moment.
    """

    areas: list[Area]
    classes: Collection[str]
    office: WorkCalendar
    until: dt.datetime
    size: Size
    seed: int

    @property
    def since(self) -> dt.datetime:
        """Midnight of the first day."""
        first = clock.local(self.until).date() - dt.timedelta(days=self.size.days - 1)
        return dt.datetime.combine(first, dt.time(), tzinfo=clock.ZONE)


def agenda(season: Season, count: int) -> list[Planned]:
    """So many usual appeals, in order of time."""
    chance = chance_of("agenda", season.size.key, season.seed, season.until.date())
    found = [_planned(season, chance, at) for at in _moments(season, chance, count)]
    return sorted(found, key=lambda planned: planned.at)


def _moments(season: Season, chance: random.Random, count: int) -> list[dt.datetime]:
    until = clock.local(season.until)
    days = [season.since.date() + dt.timedelta(days=n) for n in range(season.size.days)]
    weights = [
        (1.0 if season.office.is_working(day) else _REST_DAY)
        * (_LAST if (until.date() - day).days < _LAST_DAYS else 1.0)
        for day in days
    ]
    found: list[dt.datetime] = []
    while len(found) < count:
        day = chance.choices(days, weights)[0]
        hour = chance.choices(range(24), _HOURS)[0]
        time = dt.time(hour, chance.randrange(60), chance.randrange(60))
        moment = dt.datetime.combine(day, time, tzinfo=clock.ZONE)
        if moment < until - dt.timedelta(minutes=12):
            found.append(moment)
    return found


def _planned(season: Season, chance: random.Random, at: dt.datetime) -> Planned:
    area = chance.choice(season.areas)
    house = chance.choice(area.houses)
    said = said_at(chance, month=at.month, hour=at.hour, known=season.classes, building=house.name)
    lon, lat = near(chance, house)
    channel = weighted(chance, _CHANNELS)
    planned = Planned(at, said, area, lon, lat, channel, script(chance))
    reporter(chance, planned)
    photos = _PHOTOS * min(1.0, _MANY / season.size.appeals)
    if channel in ("portal", "grid") and chance.random() < photos:
        planned.photos = chance.randint(1, 2)
    return planned


def near(chance: random.Random, house: House) -> tuple[float, float]:
    """A point a few steps from a house."""
    return (
        round(house.lon + chance.uniform(-2e-4, 2e-4), 6),
        round(house.lat + chance.uniform(-2e-4, 2e-4), 6),
    )


def reporter(chance: random.Random, planned: Planned) -> None:
    """Choose who reports: somebody who lives there, or a name and a number without log-in."""
    own = [each for each in planned.area.residents if not each.is_door]
    if planned.channel == "portal":
        known = [each for each in own if each.account_id is not None]
        if known:
            planned.resident = chance.choice(known)
            return
        planned.channel = "anonymous"
    if planned.channel == "anonymous" or chance.random() < 0.3:
        year = chance.randint(1950, 2004)
        planned.contact = (names.person_name(chance, year), names.phone_number(chance))
    else:
        planned.resident = chance.choice(own)
