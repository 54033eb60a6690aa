# SPDX-License-Identifier: MulanPSL-2.0
"""Counting who lives where, and the rules on size beside it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.actor import Actor
from linli.engines.indicators.selectors import measured
from linli.kernel.people.models import Household, HouseholdMember
from linli.kernel.places.models import Place
from linli.modules.grids.selectors import sizing
from linli.modules.grids.selectors.sizing import Counted
from linli.modules.grids.terms import HOUSEHOLDS, RESIDENTS, Fit
from linli.modules.grids.tests.town import Town, actor_of, build, settle, staff, town_make

YESTERDAY = dt.date(2026, 3, 9)


@pytest.fixture
def dispatcher(town: Town) -> Actor:
    """Somebody of the subdistrict."""
    build(town, (3, 1), 100)
    return actor_of(staff("dispatcher", town.subdistrict))


def test_the_declared_measures_count_at_every_level(town: Town, dispatcher: Actor) -> None:
    del dispatcher
    building = town.buildings[0]
    paths = [town.top.path, town.community.path, town.grids[0].path, building.path, town.other.path]
    assert list(measured(HOUSEHOLDS, paths).values()) == [400, 400, 300, 100, 0]
    assert measured(RESIDENTS, [town.community.path]) == {town.community.path: 400}


def test_only_households_with_somebody_in_them_today_count(town: Town, dispatcher: Actor) -> None:
    del dispatcher
    first, second = Household.objects.order_by("pk")[:2]
    first.members.update(ends_on=YESTERDAY)
    Household.objects.filter(pk=second.pk).update(ends_on=YESTERDAY)
    Household.objects.create(dwelling=first.dwelling, starts_on=YESTERDAY)
    grid = town.grids[0].path
    assert sizing.counted([grid])[grid] == Counted(298, 298)
    assert sizing.counted([grid], YESTERDAY)[grid] == Counted(300, 300)


def test_several_people_are_one_household(town: Town) -> None:
    build(town, (1, 0), 0)
    building = town.buildings[0]
    Place.objects.filter(parent=building).delete()
    settle(building, 10, size=3)
    assert sizing.counted([building.path])[building.path] == Counted(10, 30)


def test_many_places_are_counted_in_one_query_beside_whether_places_changed(
    town: Town, dispatcher: Actor
) -> None:
    del dispatcher
    paths = [place.path for place in Place.objects.all()]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        sizing.counted(paths)
    assert len(asked) == 2


def test_each_grid_stands_beside_its_rule(town: Town, dispatcher: Actor) -> None:
    rows = sizing.places_sized(actor=dispatcher, at=town.subdistrict, level="grid")
    lines = sizing.lines_of(list(rows))
    assert [(line.place.code[-3:], line.counted.households, line.fit) for line in lines] == [
        ("g01", 300, Fit.FITS),
        ("g02", 100, Fit.UNDER),
    ]
    assert lines[1].households.by == 140
    assert [rule.clause for rule in lines[0].rules] == ["binhai 二(二)4"]


def test_a_dedicated_grid_has_no_rule_and_an_empty_one_no_figures(
    town: Town, dispatcher: Actor
) -> None:
    Place.objects.filter(pk=town.grids[0].pk).update(kind="special")
    HouseholdMember.objects.filter(household__dwelling__path__under=town.grids[1].path).update(
        ends_on=YESTERDAY
    )
    rows = sizing.places_sized(actor=dispatcher, at=town.community, level="grid")
    assert [line.fit for line in sizing.lines_of(list(rows))] == [Fit.NO_RULE, Fit.NO_FIGURES]


def test_places_are_narrowed_by_kind_and_tag(town: Town, dispatcher: Actor) -> None:
    Place.objects.filter(pk=town.other.pk).update(kind="village", tags=["weak_economy"])

    def codes(**given: str) -> list[str]:
        rows = sizing.places_sized(
            actor=dispatcher, at=town.subdistrict, level="community", **given
        )
        return [place.code for place in rows]

    assert codes() == [town.community.code, town.other.code]
    assert codes(kind="village") == [town.other.code]
    assert codes(tag="weak_economy") == [town.other.code]
    assert codes(tag="old_blocks") == []


def test_nobody_sees_sizes_of_other_places(town: Town, dispatcher: Actor) -> None:
    del dispatcher
    stranger = actor_of(staff("community_clerk", town.other))
    assert not sizing.places_sized(actor=stranger, at=town.community, level="grid").exists()
    assert sizing.households_listed(actor=stranger, place=town.community) == []


def test_the_rows_behind_a_number_add_up_to_it(town: Town, dispatcher: Actor) -> None:
    listed = sizing.households_listed(actor=dispatcher, place=town.grids[0])
    assert [place.name for place, _count in listed] == ["望海1号楼", "望海2号楼", "望海3号楼"]
    assert sum(count.households for _place, count in listed) == 300


def test_rules_of_leshan_size_communities_and_not_grids(db: None) -> None:
    del db
    town = town_make("leshan", "511100", 103.0)
    build(town, (1, 0), 10)
    [line] = sizing.lines_of([town.community])
    assert (line.fit, line.households.by, line.residents.by) == (Fit.UNDER, 1490, 4490)
    assert sizing.lines_of(town.grids)[0].fit is Fit.NO_RULE
    town.community.tags = ["relocation"]
    [line] = sizing.lines_of([town.community])
    assert line.households.fit is Fit.NO_RULE
    assert line.residents.by == 790
