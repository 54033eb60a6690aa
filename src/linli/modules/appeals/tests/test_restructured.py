# SPDX-License-Identifier: MulanPSL-2.0
"""Figures and the queue after places were split, merged and moved: no case is lost, none is counted
twice, and what was told of a day stays true.
"""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.events import services as events
from linli.kernel.places import restructuring
from linli.kernel.places.models import Place
from linli.kernel.places.restructuring import Piece
from linli.kernel.places.trees import tree_held
from linli.kernel.workflow.models import Matter
from linli.modules.appeals.selectors import figures
from linli.modules.appeals.selectors.queue import Filters, cases_queue, places_counted
from linli.modules.appeals.selectors.slices import RATES, SLICES, Period
from linli.modules.appeals.tests.round import MORNING
from linli.modules.appeals.tests.town import actor_of

pytestmark = pytest.mark.django_db

LATER = MORNING + dt.timedelta(days=3)
ALL = Filters(view="all")


@pytest.fixture
def crew(month: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The month with two cases at the community itself, which no grid takes along: one done, one
    open; three days on.
    """
    tree = month.city
    for end in ("done", ""):
        rows = Matter.objects.filter(place=tree.grid, end=end).order_by("pk")
        Matter.objects.filter(pk__in=rows.values("pk")[:1]).update(
            place=tree.community, place_path=tree.community.path
        )
    with clock.at(LATER):
        yield month


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def split(tree: SimpleNamespace) -> tuple[Place, Place]:
    """The first community becomes two, each with one of its grids."""
    code = tree.subdistrict.code
    pieces = [
        Piece(f"{code}801", "东苑社区", (tree.grid.code,)),
        Piece(f"{code}802", "西苑社区", (tree.other_grid.code,)),
    ]
    east, west = restructuring.place_split(
        actor=SYSTEM, place=fresh(tree.community), pieces=pieces, on=clock.today()
    )
    events.deliver_all()
    return east, west


def merge(tree: SimpleNamespace) -> Place:
    """The first community goes on as part of the second."""
    taker = restructuring.places_merge(
        actor=SYSTEM, places=[tree.community], into=fresh(tree.other_community), on=clock.today()
    )
    events.deliver_all()
    return fresh(taker)


def counts(crew: SimpleNamespace, place: Place, period: Period) -> dict[str, int]:
    """Every figure of a place, each of which is the count of its rows."""
    given: dict[str, Any] = {
        "actor": actor_of(crew.leader),
        "place": fresh(place),
        "period": period,
    }
    found = figures.counts(names=SLICES, **given)
    assert found == {name: len(figures.rows_listed(name=name, **given)) for name in SLICES}
    return found


def test_a_split_loses_no_case(crew: SimpleNamespace) -> None:
    tree, period = crew.city, figures.period_of(30)
    before = counts(crew, tree.subdistrict, period)
    parts = counts(crew, tree.community, period)
    east, west = split(tree)
    assert counts(crew, tree.subdistrict, period) == before
    assert set(counts(crew, tree.community, period).values()) == {0}
    pieces = [counts(crew, each, period) for each in (east, west)]
    left = {name: parts[name] - sum(each[name] for each in pieces) for name in SLICES}
    assert (left["filed"], left["ended"], left["open"]) == (2, 1, 1)
    assert not any(count < 0 for count in left.values())


def test_a_merge_brings_every_case_along(crew: SimpleNamespace) -> None:
    tree, period = crew.city, figures.period_of(30)
    one, two = (counts(crew, each, period) for each in (tree.community, tree.other_community))
    taker = merge(tree)
    assert counts(crew, taker, period) == {name: one[name] + two[name] for name in SLICES}
    assert set(counts(crew, tree.community, period).values()) == {0}


@pytest.mark.parametrize("key", RATES)
def test_rates_of_places_are_those_of_each_place(crew: SimpleNamespace, key: str) -> None:
    leader, period = actor_of(crew.leader), figures.period_of(30)
    merge(crew.city)
    east = list(Place.objects.filter(level="community", ends_on=None))
    rows = figures.rates_of_places(actor=leader, places=east, key=key, period=period)
    for row in rows:
        given: dict[str, Any] = {"actor": leader, "place": row.place, "period": period}
        assert row.rate == figures.rates(**given)[key]
        assert row.late == figures.counts(names=("late",), **given)["late"]
    whole = figures.rates(actor=leader, place=crew.city.subdistrict, period=period)[key]
    assert sum(row.rate.denominator for row in rows) == whole.denominator > 0


def test_a_day_gone_by_is_told_as_it_was(crew: SimpleNamespace) -> None:
    tree, leader = crew.city, actor_of(crew.leader)
    days = [clock.today() - dt.timedelta(days=number) for number in range(1, 20)]
    old, above, beside = tree.community, tree.subdistrict, tree.other_subdistrict

    def told() -> dict[int, list[tuple[int, ...]]]:
        names = ("filed", "ended", "called_back")
        found: dict[int, list[tuple[int, ...]]] = {}
        for place in (old, above, beside):
            given: dict[str, Any] = {"actor": leader, "place": fresh(place), "names": names}
            each = (figures.counts(period=figures.period_on(day), **given) for day in days)
            found[place.pk] = [tuple(one.values()) for one in each]
        return found

    before = told()
    assert sum(filed for filed, *_rest in before[old.pk]) == 8
    east, _west = split(tree)
    restructuring.place_move(actor=SYSTEM, place=fresh(east), parent=beside, on=clock.today())
    assert told() == before
    for place in (old, above, beside):
        trend = figures.trend(actor=leader, place=fresh(place), days=20)
        drawn = [(day.filed, day.ended) for day in reversed(trend[:-1])]
        assert drawn == [(filed, ended) for filed, ended, _called in before[place.pk]]
    assert counts(crew, old, figures.period_on(dt.date(2026, 2, 27)))["filed"] == 1


def test_rates_of_a_day_gone_by_are_those_of_the_places_of_then(crew: SimpleNamespace) -> None:
    tree, leader = crew.city, actor_of(crew.leader)
    day = figures.period_on(dt.date(2026, 2, 25))
    east, _west = split(tree)
    restructuring.place_move(
        actor=SYSTEM, place=fresh(east), parent=tree.other_subdistrict, on=clock.today()
    )
    places = [fresh(each) for each in (tree.community, east, tree.other_subdistrict)]
    rows = figures.rates_of_places(actor=leader, places=places, key="in_time_rate", period=day)
    assert [row.rate.denominator for row in rows] == [1, 0, 0]
    assert [row.open for row in rows] == [0, 3, 3]


def test_the_queue_tells_each_case_once_and_its_list_shows_as_many(crew: SimpleNamespace) -> None:
    reader, tree = actor_of(crew.leader), crew.city
    everything = len(cases_queue(actor=reader, filters=ALL))
    Matter.objects.filter(ended_at=None).update(
        place=tree.community, place_path=tree.community.path
    )
    restructuring.places_merge(
        actor=SYSTEM, places=[tree.community], into=fresh(tree.other_community), on=clock.today()
    )
    assert not Matter.objects.exclude(place_path=F("place__path")).exists()
    (told,) = places_counted(actor=reader, filters=ALL)
    taker = fresh(tree.other_community)
    assert (told.code, told.count) == (taker.code, everything)
    listed = cases_queue(actor=reader, filters=Filters(view="all", place_path=taker.path))
    assert len(listed) == everything


def test_a_case_that_a_split_left_behind_is_told_of_the_place_above(crew: SimpleNamespace) -> None:
    reader, tree = actor_of(crew.leader), crew.city
    before = sum(each.count for each in places_counted(actor=reader, filters=ALL))
    split(tree)
    after = {each.code: each.count for each in places_counted(actor=reader, filters=ALL)}
    assert sum(after.values()) == before
    assert tree.community.code not in after
    assert after[tree.subdistrict.code] == 1


def test_the_tree_costs_one_question_a_request(crew: SimpleNamespace) -> None:
    leader, tree = actor_of(crew.leader), crew.city
    split(tree)
    below = list(Place.objects.filter(level="community", ends_on=None))
    given: dict[str, Any] = {"key": "in_time_rate", "period": figures.period_of(30)}
    figures.rates_of_places(actor=leader, places=below, **given)
    with tree_held(), CaptureQueriesContext(connection) as asked:
        for places in (below, below[:1]):
            figures.rates_of_places(actor=leader, places=places, **given)
        places_counted(actor=leader, filters=ALL)
        figures.counts(actor=leader, place=below[0], names=SLICES, period=given["period"])
    assert len(asked) == 1 + 2 * 1 + 2 + 1
