# SPDX-License-Identifier: MulanPSL-2.0
"""Totals along the tree of now and of then, and the rows behind them: no row is ever lost."""

import datetime as dt
from collections.abc import Iterable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.places import asof, restructuring
from linli.kernel.places.asof import NOW, THEN, roll_up
from linli.kernel.places.factories import PlaceFactory, city_tree
from linli.kernel.places.models import Place
from linli.kernel.places.restructuring import Piece
from linli.kernel.places.trees import tree_held
from linli.kernel.units.factories import UnitFactory
from linli.kernel.units.models import Unit

TODAY = dt.date(2026, 3, 6)
FIRST, SECOND, THIRD = dt.date(2026, 2, 2), dt.date(2026, 2, 16), dt.date(2026, 3, 2)
"""Days of changes."""


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    """A city whose first community has a third grid that ended before anything else happened."""
    found = city_tree("519900")
    found.gone = PlaceFactory.create(
        code=f"{found.community.code}-g03",
        level="grid",
        parent=found.community,
        ends_on=dt.date(2026, 1, 31),
    )
    return found


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.at(dt.datetime.combine(TODAY, dt.time(10), tzinfo=clock.ZONE)):
        yield


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def split(tree: SimpleNamespace, on: dt.date = SECOND) -> tuple[Place, Place]:
    """The first community becomes two, each with one of its grids."""
    code = tree.subdistrict.code
    pieces = [
        Piece(f"{code}801", "东苑社区", (tree.grid.code,)),
        Piece(f"{code}802", "西苑社区", (tree.other_grid.code,)),
    ]
    place = fresh(tree.community)
    east, west = restructuring.place_split(actor=SYSTEM, place=place, pieces=pieces, on=on)
    return east, west


def merge(tree: SimpleNamespace, on: dt.date = SECOND) -> Place:
    """The first community goes on as part of the second."""
    return restructuring.places_merge(
        actor=SYSTEM, places=[fresh(tree.community)], into=fresh(tree.other_community), on=on
    )


def counted(places: Iterable[Place]) -> None:
    """Something that hangs on each of these places."""
    for place in places:
        UnitFactory.create(place=place)


def test_a_grid_that_ended_before_the_split_does_not_bring_the_old_community_back(
    tree: SimpleNamespace,
) -> None:
    rows = [(tree.gone.pk, dt.date(2026, 1, 5), 3), (tree.grid.pk, dt.date(2026, 1, 5), 2)]
    reported = roll_up(rows, level="community")
    assert reported == {tree.community.path: 5}
    east, _west = split(tree)
    assert roll_up(rows, level="community", tree=THEN) == reported
    now = roll_up(rows, level="subdistrict", tree=NOW)
    assert now == {tree.subdistrict.path: 5}
    now = roll_up(rows, level="community", tree=NOW)
    assert tree.community.path not in now
    assert now[east.path] == 2
    assert sum(now.values()) == 5


def test_a_grid_that_ended_before_the_merge_counts_with_the_community_that_goes_on(
    tree: SimpleNamespace,
) -> None:
    rows = [(tree.gone.pk, dt.date(2026, 1, 5), 3)]
    merge(tree)
    assert roll_up(rows, level="community", tree=NOW) == {tree.other_community.path: 3}
    assert roll_up(rows, level="community", tree=THEN) == {tree.community.path: 3}


def test_a_row_that_followed_its_place_into_a_piece_counts_then_where_it_was(
    tree: SimpleNamespace,
) -> None:
    east, _west = split(tree)
    early, late = (east.pk, FIRST, 1), (east.pk, SECOND, 1)
    assert roll_up([early], level="community", tree=THEN) == {tree.community.path: 1}
    assert roll_up([late], level="community", tree=THEN) == {east.path: 1}


def test_a_successor_that_has_moved_since_is_followed_where_it_lay(tree: SimpleNamespace) -> None:
    taker = merge(tree)
    restructuring.place_move(actor=SYSTEM, place=taker, parent=tree.other_subdistrict, on=THIRD)
    (row_then, row_now) = (tree.community.pk, SECOND, 1), (tree.community.pk, TODAY, 1)
    assert roll_up([row_then], level="subdistrict") == {tree.subdistrict.path: 1}
    assert roll_up([row_now], level="subdistrict") == {tree.other_subdistrict.path: 1}
    now = roll_up([row_then], level="subdistrict", tree=NOW)
    assert now == {tree.other_subdistrict.path: 1}


def test_rows_may_name_their_place_by_its_path(tree: SimpleNamespace) -> None:
    east, _west = split(tree)
    grid = fresh(tree.grid)
    for there in (NOW, THEN):
        by_id = roll_up([(grid.pk, FIRST, 2)], level="community", tree=there)
        assert roll_up([(grid.path, FIRST, 2)], level="community", tree=there) == by_id
    assert by_id == {tree.community.path: 2}
    assert roll_up([(grid.path, FIRST, 2)], level="community", tree=NOW) == {east.path: 2}


def test_sums_at_places_take_in_all_below_them(tree: SimpleNamespace) -> None:
    rows = [
        (place.pk, FIRST, number)
        for place, number in ((tree.grid, 1), (tree.gone, 2), (tree.community, 4))
    ]
    east, west = split(tree)
    paths = [tree.subdistrict.path, east.path, west.path, tree.community.path]
    now = asof.roll_up_at({"all": rows}, paths=paths, tree=NOW)["all"]
    assert now == {
        tree.subdistrict.path: 7,
        east.path: 1,
        west.path: 0,
        tree.community.path: 0,
    }
    then = asof.roll_up_at({"all": rows}, paths=paths, tree=THEN)["all"]
    assert then == {
        tree.subdistrict.path: 7,
        east.path: 0,
        west.path: 0,
        tree.community.path: 7,
    }


def test_sums_at_a_place_that_has_moved_are_those_of_where_it_lay(tree: SimpleNamespace) -> None:
    rows = [(tree.grid.pk, FIRST, 1), (tree.grid.pk, TODAY, 2)]
    restructuring.place_move(
        actor=SYSTEM, place=tree.community, parent=tree.other_subdistrict, on=SECOND
    )
    paths = [fresh(tree.community).path, tree.subdistrict.path, tree.other_subdistrict.path]
    then = asof.roll_up_at({"all": rows}, paths=paths, tree=THEN)["all"]
    assert list(then.values()) == [3, 1, 2]
    now = asof.roll_up_at({"all": rows}, paths=paths, tree=NOW)["all"]
    assert list(now.values()) == [3, 0, 3]


def test_sums_told_to_anybody_are_never_finer_than_a_community(tree: SimpleNamespace) -> None:
    rows = [(tree.grid.path, TODAY, 1), (tree.subdistrict.path, TODAY, 2)]
    assert asof.roll_up_public(rows) == {tree.community.code: 1, tree.subdistrict.code: 2}


def test_the_rows_behind_a_sum_are_as_many(tree: SimpleNamespace) -> None:
    """Whatever happened, on every day: the rows of a place are those that are summed there."""
    counted(Place.objects.all())
    east, west = split(tree, FIRST)
    restructuring.place_move(actor=SYSTEM, place=west, parent=tree.other_subdistrict, on=SECOND)
    restructuring.places_merge(
        actor=SYSTEM, places=[fresh(east)], into=fresh(tree.other_community), on=THIRD
    )
    restructuring.place_recode(
        actor=SYSTEM, place=fresh(tree.other_subdistrict), code="519902009", on=TODAY
    )
    counted(Place.objects.filter(level="community", ends_on=None))
    units = list(Unit.objects.values_list("place_id", flat=True))
    places = list(Place.objects.order_by("path"))
    for day in (dt.date(2026, 1, 20), FIRST, dt.date(2026, 2, 10), SECOND, THIRD, TODAY):
        rows = [(pk, day, 1) for pk in units]
        paths = [place.path for place in places]
        sums = asof.roll_up_at({"all": rows}, paths=paths, tree=THEN)["all"]
        found = {
            place.path: Unit.objects.filter(asof.below(place.path, on=day)).count()
            for place in places
        }
        assert found == sums, day
        assert sums[tree.city.path] == len(units)


def test_a_block_asks_once_whether_anything_happened(tree: SimpleNamespace) -> None:
    with tree_held(), CaptureQueriesContext(connection) as asked:
        asof.below(tree.community.path)
        asof.below(tree.community.path, on=FIRST)
        asof.roll_up_public([(tree.grid.path, TODAY, 1)])
        asof.roll_up_at({"": [(tree.grid.path, FIRST, 1)]}, paths=[tree.city.path])
    assert len(asked) == 1
    with tree_held():
        before = asof.below(tree.community.path)
        split(tree)
        assert str(asof.below(tree.community.path)) != str(before)
