# SPDX-License-Identifier: MulanPSL-2.0
"""What will be said, and when: plausible, repeatable, and never without the living cases."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.calendar import WorkCalendar, read_hours
from linli.demo import living, talk
from linli.demo.agenda import Area, House, Resident, Season, agenda
from linli.demo.chance import chance_of
from linli.demo.script import BY_HAND, script
from linli.demo.sizes import SIZES

HOURS = [{"days": ["mon", "tue", "wed", "thu", "fri"], "work": ["08:30-12:00", "13:30-17:30"]}]


def base_table(name: str) -> list[dict[str, str]]:
    """A table of the base pack."""
    path = Path(settings.LINLI_PACKS) / "base" / f"{name}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def office() -> WorkCalendar:
    """The office calendar of the base pack."""
    rows = base_table("days")
    return WorkCalendar(
        hours=read_hours(HOURS),
        days={dt.date.fromisoformat(row["date"]): row["day"] == "work" for row in rows},
        notes={dt.date.fromisoformat(row["date"]): {"zh": row["zh"]} for row in rows},
    )


def season_of(office: WorkCalendar, until: dt.datetime, seed: int = 1) -> Season:
    """Six grids with a handful of people each."""
    areas = []
    for number in range(6):
        houses = [House(f"南华里{number * 4 + n}号楼", 103.7 + n / 1000, 29.5) for n in range(1, 5)]
        people = [
            Resident(number * 10 + n, f"居民{n}", n if n < 3 else None, dt.date(1940 + 9 * n, 5, 4))
            for n in range(6)
        ]
        people.append(Resident(900, "陈桂兰", 900, dt.date(1959, 5, 12), is_door=number == 0))
        areas.append(Area(f"g{number}", f"511100/g{number}/", houses, people))
    classes = {row["id"] for row in base_table("classes")}
    return Season(areas, classes, office, until, SIZES["small"], seed)


def at(text: str) -> dt.datetime:
    """A moment here."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


def test_every_talk_is_about_a_class_of_the_base_pack() -> None:
    known = {row["id"] for row in base_table("classes")}

    assert {one.class_key for one in talk.talks()} <= known
    assert {talk.living(key)["class"] for key in living.LIVING} <= known | {""}


def test_something_is_said_at_every_hour_of_every_month() -> None:
    known = {row["id"] for row in base_table("classes")}
    for month in range(1, 13):
        for hour in range(24):
            said = talk.said_at(
                chance_of(month, hour), month=month, hour=hour, known=known, building="百榕3号楼"
            )
            assert said.spot in said.what
            assert "{" not in said.what


def test_a_spot_is_near_the_house_it_was_made_from() -> None:
    assert talk.spot_of(chance_of(1), talk.HOME, "百榕3号楼").startswith("百榕3号楼")
    assert talk.spot_of(chance_of(1), talk.COMMON, "百榕13号楼").startswith("百榕小区")


def test_the_same_seed_says_the_same(office: WorkCalendar) -> None:
    first, second = (agenda(season_of(office, at("2026-06-12T10:00")), 60) for _ in range(2))

    assert first == second
    assert agenda(season_of(office, at("2026-06-12T10:00"), seed=2), 60) != first


def test_appeals_fill_the_weeks_up_to_the_last_moment(office: WorkCalendar) -> None:
    until = at("2026-06-12T10:00")
    planned = agenda(season_of(office, until), 300)

    assert len(planned) == 300
    assert planned == sorted(planned, key=lambda one: one.at)
    assert until - dt.timedelta(days=91) < planned[0].at
    assert until - dt.timedelta(days=1) < planned[-1].at < until
    night = [one for one in planned if clock.local(one.at).hour < 6]
    assert {one.said.class_key for one in night} == {"noise_at_night"}
    assert {one.channel for one in planned} == {"portal", "anonymous", "phone", "window", "grid"}


def test_nobody_reports_without_a_name_or_an_account(office: WorkCalendar) -> None:
    for one in agenda(season_of(office, at("2026-06-12T10:00")), 200):
        assert (one.resident is not None) != bool(one.contact[0])
        assert not (one.resident and one.resident.is_door)


@pytest.mark.parametrize(
    "until",
    [
        "2026-06-12T10:00",
        "2026-11-22T02:39",
        "2026-10-04T23:50",
        "2026-02-24T08:31",
        "2027-01-15T17:00",
    ],
)
def test_the_living_cases_are_there_whatever_the_day(office: WorkCalendar, until: str) -> None:
    season = season_of(office, at(until))
    told = living.living_cases(season)

    assert {one.living for one in told} == {*living.LIVING, living.WAITING, living.DOOR}
    assert all(one.at < season.until for one in told)
    assert all(one.at > season.since for one in told)
    by_key = {one.living: one for one in told}
    assert by_key[living.CONFIDENTIAL].is_confidential
    assert by_key[living.FOR_SOMEBODY].for_resident is not None
    assert by_key[living.PHOTOS].photos == 2
    assert by_key[living.CONTESTED].script.refusals == 2
    resident = by_key[living.DOOR].resident
    assert resident is not None
    assert resident.is_door


@pytest.mark.parametrize(
    ("until", "eve", "rest"),
    [
        ("2026-10-14T10:20", "2026-09-30T16:30", "国庆节"),
        ("2026-06-25T09:00", "2026-06-18T16:30", "端午节"),
        ("2026-03-03T12:00", "2026-02-14T16:30", "春节"),
        ("2026-11-22T02:39", "2026-11-13T16:30", ""),
        ("2026-09-23T10:00", "2026-09-18T16:30", ""),
    ],
)
def test_the_case_late_for_days_off_begins_before_the_newest_rest(
    office: WorkCalendar, until: str, eve: str, rest: str
) -> None:
    found = living.eve_of_rest(office, at(until))

    assert found == at(eve)
    assert living.rest_name(office, found.date()) == rest


@pytest.mark.parametrize(
    ("until", "eve"),
    [
        ("2026-11-22T02:39", "2026-09-30T16:30"),
        ("2026-10-14T10:20", None),
        ("2026-06-12T10:00", "2026-04-30T16:30"),
        ("2027-01-20T10:00", None),
    ],
)
def test_a_holiday_long_ago_excuses_only_what_was_done_since(
    office: WorkCalendar, until: str, eve: str | None
) -> None:
    found = living.eve_of_holiday(season_of(office, at(until)))

    assert found == (at(eve) if eve else None)


def test_about_one_case_in_ten_goes_wrong_somewhere() -> None:
    scripts = [script(chance_of("shares", number)) for number in range(4000)]

    def share(count: int) -> float:
        return count / len(scripts)

    assert 0.03 < share(sum(one.answer > 1 for one in scripts)) < 0.09
    assert 0.04 < share(sum(one.refusals > 0 for one in scripts)) < 0.08
    assert 0.03 < share(sum(one.fails > 0 for one in scripts)) < 0.07
    assert share(sum(one.mark in ("very_good", "good", "fair") for one in scripts)) > 0.8
    assert abs(share(sum(one.dispatch is not None for one in scripts)) - BY_HAND) < 0.05
