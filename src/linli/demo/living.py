# SPDX-License-Identifier: MulanPSL-2.0
"""The living cases of every invented city, so that each door of the round has something behind it;
pure.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linli.base import clock
from linli.base.calendar import Kind, WorkCalendar
from linli.demo import talk
from linli.demo.agenda import Area, Planned, Resident, Season, near, reporter
from linli.demo.chance import chance_of
from linli.demo.script import Script, good
from linli.demo.talk import Said, said_at

OVERDUE = "overdue"
CONTESTED = "contested"
CALLED_BACK = "called_back"
HOLIDAY = "holiday"
CONFIDENTIAL = "confidential"
FOR_SOMEBODY = "for_somebody"
PHOTOS = "photos"
UNCLEAR = "unclear"
DOOR = "door"
WAITING = "waiting"

LIVING = (OVERDUE, CONTESTED, CALLED_BACK, HOLIDAY, CONFIDENTIAL, FOR_SOMEBODY, PHOTOS, UNCLEAR)
"""Those with words of their own in `data/talk.toml`."""

AT_THE_DOOR = (OVERDUE, PHOTOS)
"""Those in the grid of the round's resident, whose grid worker has something to look after."""

RECENT = dt.timedelta(days=24)
"""A public holiday that began longer ago excuses nobody any more; the last weekend does."""

_QUICK = ("garbage", "street_lights", "street_stalls", "parking", "dogs", "flooding", "noise")
"""Classes that are closed within two or three working days."""
_NEVER = 10_000.0


@dataclass(frozen=True)
class _Telling:
    """What the stories are made with."""

    season: Season
    chance: random.Random
    areas: list[Area]

    @property
    def door(self) -> Area:
        """Where the resident of the door page lives."""
        return next(one for one in self.areas if any(each.is_door for each in one.residents))

    def back(self, days: int, at: dt.time) -> dt.datetime:
        """A time of day so many working days before the last moment."""
        return working_days_back(self.season.office, self.season.until, days, at)

    def ago(self, minutes: int) -> dt.datetime:
        """So many minutes before the last moment."""
        return self.season.until - dt.timedelta(minutes=minutes)


def living_cases(season: Season) -> list[Planned]:
    """The appeals that make the city alive at its last moment, in order of time."""
    chance = chance_of("living", season.size.key, season.seed, season.until.date())
    areas = chance.sample(season.areas, len(season.areas))
    telling = _Telling(season, chance, areas)
    found = [*_stories(telling), *_waiting(telling), _door(telling)]
    return sorted(found, key=lambda planned: planned.at)


Shape = Callable[[_Telling, Script], dt.datetime]


def _overdue(telling: _Telling, plan: Script) -> dt.datetime:
    plan.halts_at = "handling"
    return telling.back(7, dt.time(10, 20))


def _contested(telling: _Telling, plan: Script) -> dt.datetime:
    plan.refusals, plan.accept = 2, 0.2
    plan.dispatch = 6
    return telling.back(2, dt.time(9, 5))


def _called_back(telling: _Telling, plan: Script) -> dt.datetime:
    plan.mark, plan.rate, plan.answer = "poor", 2, 0.3
    plan.halts_at, plan.halts_after = "handling", 1
    return telling.back(4, dt.time(9, 10))


def _holiday(telling: _Telling, plan: Script) -> dt.datetime:
    plan.halts_at = "handling"
    return eve_of_rest(telling.season.office, telling.season.until)


def _handled(telling: _Telling, plan: Script) -> dt.datetime:
    plan.halts_at = "handling"
    return telling.back(1, dt.time(9, 15))


def _pictured(telling: _Telling, plan: Script) -> dt.datetime:
    plan.halts_at = "handling"
    return telling.ago(170)


def _unread(telling: _Telling, plan: Script) -> dt.datetime:
    plan.halts_at = "received"
    return telling.ago(35)


_SHAPES: dict[str, Shape] = {
    OVERDUE: _overdue,
    CONTESTED: _contested,
    CALLED_BACK: _called_back,
    HOLIDAY: _holiday,
    CONFIDENTIAL: _handled,
    FOR_SOMEBODY: _handled,
    PHOTOS: _pictured,
    UNCLEAR: _unread,
}


def _stories(telling: _Telling) -> Iterator[Planned]:
    """The cases with words of their own, most of them in another place each."""
    for number, key in enumerate(LIVING):
        plan = good(telling.chance)
        at = _SHAPES[key](telling, plan)
        area = telling.areas[number % len(telling.areas)]
        if key in AT_THE_DOOR:
            area = telling.door
        if key in (FOR_SOMEBODY, CALLED_BACK, CONFIDENTIAL):
            known = (one for one in (area, *telling.areas) if _neighbors(one) and _old(one))
            area = next(known, area)
        yield _story(telling, key, area, at, plan)
    before = eve_of_holiday(telling.season)
    if before is not None:
        plan = good(telling.chance)
        plan.answer = 1.3
        yield _story(telling, HOLIDAY, telling.areas[-1], before, plan)


def _story(telling: _Telling, key: str, area: Area, at: dt.datetime, plan: Script) -> Planned:
    words, chance = talk.living(key), telling.chance
    house = chance.choice(area.houses)
    spot = talk.spot_of(chance, words["where"], house.name)
    what = words["says"].format(spot=spot)
    done = words.get("done", "已到现场查看，按程序办理。")
    reply = words.get("reply", "已经安排人处理，有进展随时告诉您。")
    planned = Planned(
        at,
        Said(words["class"], what, spot, done, reply),
        area,
        *near(chance, house),
        channel="portal",
        script=plan,
        living=key,
    )
    reporter(chance, planned)
    planned.is_confidential = key == CONFIDENTIAL
    planned.photos = 2 if key == PHOTOS else 0
    if key == FOR_SOMEBODY:
        planned.for_resident = _old(area)
    return planned


def _old(area: Area) -> Resident | None:
    """The oldest there without a log-in: somebody for whom a neighbor might report."""
    known = [each for each in area.residents if each.account_id is None and each.birth_on]
    return min(known, key=lambda each: each.birth_on or dt.date.max, default=None)


def _neighbors(area: Area) -> list[Resident]:
    return [each for each in area.residents if each.account_id is not None and not each.is_door]


def _waiting(telling: _Telling) -> Iterator[Planned]:
    """Something at every step, so that no desk is empty at the last moment."""
    yesterday = telling.back(1, dt.time(9, 40))
    earlier = telling.back(3, dt.time(14, 10))
    shapes = (
        (telling.ago(4), "received"),
        (telling.ago(26), "offered"),
        (telling.ago(50), "offered"),
        (yesterday, "handling"),
        (yesterday + dt.timedelta(minutes=25), "handling"),
        (yesterday + dt.timedelta(minutes=7), "verifying"),
        (yesterday + dt.timedelta(minutes=18), "verifying"),
        (earlier, "calling_back"),
        (earlier + dt.timedelta(minutes=21), "calling_back"),
        (earlier + dt.timedelta(minutes=47), "calling_back"),
    )
    for number, (at, step) in enumerate(shapes):
        plan = good(telling.chance)
        plan.halts_at, plan.dispatch = step, None if step == "received" else 3
        plan.sign = _NEVER if number == 1 else 4
        plan.answer = 0.22
        yield _usual(telling, at, plan, telling.areas[-1 - number % len(telling.areas)])


def _usual(telling: _Telling, at: dt.datetime, plan: Script, area: Area) -> Planned:
    season, chance, local = telling.season, telling.chance, clock.local(at)
    house = chance.choice(area.houses)
    quick = set(_QUICK) & set(season.classes)
    is_night = not 6 <= local.hour < 22
    said = said_at(
        chance,
        month=local.month,
        hour=local.hour,
        known=season.classes if is_night else quick,
        building=house.name,
    )
    channel = "anonymous" if is_night else "phone"
    planned = Planned(at, said, area, *near(chance, house), channel, plan, living=WAITING)
    reporter(chance, planned)
    return planned


def _door(telling: _Telling) -> Planned:
    """What the resident of the door page reported some weeks ago: done, and rated."""
    area = telling.door
    at = telling.back(min(16, telling.season.size.days // 4), dt.time(9, 30))
    planned = _usual(telling, at, good(telling.chance), area)
    planned.channel, planned.contact, planned.living = "portal", ("", ""), DOOR
    planned.resident = next(each for each in area.residents if each.is_door)
    return planned


def working_days_back(
    office: WorkCalendar, until: dt.datetime, days: int, at: dt.time
) -> dt.datetime:
    """A time of day so many working days before a moment."""
    day, left = clock.local(until).date(), days
    while True:
        left -= office.is_working(day)
        day -= dt.timedelta(days=1)
        if left <= 0 and office.is_working(day):
            return dt.datetime.combine(day, at, tzinfo=clock.ZONE)


def eve_of_rest(office: WorkCalendar, until: dt.datetime) -> dt.datetime:
    """Half past four on the last working day before a rest that made something late by `until`.

    The rest is the newest public holiday of the last weeks after which two working days have
    passed, else the newest weekend of which that is true.
    """
    last = clock.local(until).date()
    weekend: dt.date | None = None
    for back in range(3, 200):
        eve = last - dt.timedelta(days=back)
        following = eve + dt.timedelta(days=1)
        if not office.is_working(eve) or office.is_working(following):
            continue
        if _working_days(office, eve, last) <= 2:
            continue
        is_holiday = rest_name(office, eve) != ""
        if is_holiday and dt.timedelta(days=back) <= RECENT:
            return _half_past_four(eve)
        weekend = weekend or eve
        if dt.timedelta(days=back) > RECENT:
            break
    return _half_past_four(weekend or last - dt.timedelta(days=10))


def eve_of_holiday(season: Season) -> dt.datetime | None:
    """The same for the newest public holiday of the season, if that is too long ago to excuse an
    open case: something was done late because of it.
    """
    last, office = clock.local(season.until).date(), season.office
    for back in range(RECENT.days + 1, season.size.days - 4):
        eve = last - dt.timedelta(days=back)
        if office.is_working(eve) and rest_name(office, eve):
            return _half_past_four(eve)
    return None


def rest_name(office: WorkCalendar, eve: dt.date) -> str:
    """The name of the public holiday that begins on the day after; "" for a weekend."""
    day = eve + dt.timedelta(days=1)
    while not office.is_working(day):
        if office.kind(day) is Kind.HOLIDAY and office.notes.get(day):
            return str(office.notes[day]["zh"])
        day += dt.timedelta(days=1)
    return ""


def _working_days(office: WorkCalendar, after: dt.date, before: dt.date) -> int:
    """How many working days lie between two days, neither counted."""
    days = (before - after).days
    return sum(office.is_working(after + dt.timedelta(days=n)) for n in range(1, days))


def _half_past_four(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(16, 30), tzinfo=clock.ZONE)
