# SPDX-License-Identifier: MulanPSL-2.0
"""Places are renamed, moved, merged and split, and nothing is lost on the way."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, ActorKind, Held
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places import restructuring
from linli.kernel.places.asof import NOW, THEN, as_of, roll_up
from linli.kernel.places.factories import PlaceFactory, city_tree
from linli.kernel.places.models import Place, PlaceSuccession
from linli.kernel.places.restructuring import Piece
from linli.kernel.places.selectors import place_by_code
from linli.kernel.places.terms import Perm, Verb

TODAY = dt.date(2026, 3, 6)
BEFORE, AFTER = dt.date(2026, 2, 1), dt.date(2026, 3, 6)


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    """A city with two subdistricts; the first has two communities."""
    found = city_tree("519900")
    found.second = PlaceFactory.create(
        code=f"{found.subdistrict.code}777", level="community", parent=found.subdistrict
    )
    found.third = PlaceFactory.create(
        code=f"{found.other_subdistrict.code}778", level="community", parent=found.other_subdistrict
    )
    return found


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.at(dt.datetime.combine(TODAY, dt.time(10), tzinfo=clock.ZONE)):
        yield


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def rows_of(tree: SimpleNamespace) -> list[tuple[int, dt.date, int]]:
    """Something counted at each place below the subdistricts, before and after."""
    places = Place.objects.filter(level__in=["community", "grid", "building"]).order_by("pk")
    return [
        (place.pk, day, number)
        for number, place in enumerate(places, start=1)
        for day in (BEFORE, AFTER)
    ]


def test_a_name_changes_on_its_day(tree: SimpleNamespace) -> None:
    old = tree.community.name
    restructuring.place_rename(actor=SYSTEM, place=tree.community, name="新华社区", on=TODAY)
    assert fresh(tree.community).name == "新华社区"
    assert as_of(fresh(tree.community), BEFORE).name == old
    assert as_of(fresh(tree.community), TODAY).name == "新华社区"
    assert AuditRecord.objects.filter(verb=Verb.PLACE_RENAMED).count() == 1


def test_a_place_moves_with_all_below_it(tree: SimpleNamespace) -> None:
    before = tree.community.path
    below = Place.objects.filter(path__under=before).count()
    move = restructuring.place_move
    move(actor=SYSTEM, place=tree.community, parent=tree.other_subdistrict, on=TODAY)
    moved = fresh(tree.community)
    assert moved.parent == tree.other_subdistrict
    assert moved.path.startswith(tree.other_subdistrict.path)
    assert Place.objects.filter(path__under=moved.path).count() == below
    assert not Place.objects.filter(path__under=before).exists()
    assert as_of(fresh(tree.grid), BEFORE).path.startswith(before)


def test_totals_are_the_same_before_and_after(tree: SimpleNamespace) -> None:
    rows = rows_of(tree)
    total = sum(count for _place, _day, count in rows)
    old = roll_up(rows, level="subdistrict", tree=THEN)
    early = [row for row in rows if row[1] == BEFORE]
    reported = roll_up(early, level="subdistrict")
    restructuring.place_move(
        actor=SYSTEM, place=tree.community, parent=tree.other_subdistrict, on=TODAY
    )
    assert roll_up(early, level="subdistrict", tree=THEN) == reported
    now = roll_up(rows, level="subdistrict", tree=NOW)
    assert sum(now.values()) == sum(old.values()) == total
    assert now[tree.other_subdistrict.path] > old.get(tree.other_subdistrict.path, 0)


def test_merged_places_go_on_as_one(tree: SimpleNamespace) -> None:
    rows = rows_of(tree)
    early = [row for row in rows if row[1] == BEFORE]
    reported = roll_up(early, level="community")
    restructuring.places_merge(
        actor=SYSTEM, places=[tree.community], into=tree.second, on=TODAY, reason="民政批复"
    )
    gone = fresh(tree.community)
    assert gone.ends_on == TODAY - dt.timedelta(days=1)
    assert fresh(tree.grid).parent == tree.second
    assert PlaceSuccession.objects.get(place=gone).successor == tree.second
    assert roll_up(early, level="community", tree=THEN) == reported
    now = roll_up(rows, level="community", tree=NOW)
    assert sum(now.values()) == sum(count for *_where, count in rows)
    assert gone.path not in now
    found = place_by_code(gone.code)
    assert found is not None
    assert found.ends_on is not None


def test_a_split_gives_each_child_a_home(tree: SimpleNamespace) -> None:
    grids = sorted(Place.objects.filter(parent=tree.community).values_list("code", flat=True))
    rows = rows_of(tree)
    code = tree.subdistrict.code
    pieces = [
        Piece(f"{code}801", "东片社区", tuple(grids[:1])),
        Piece(f"{code}802", "西片社区", tuple(grids[1:])),
    ]
    made = restructuring.place_split(actor=SYSTEM, place=tree.community, pieces=pieces, on=TODAY)
    assert [place.name for place in made] == ["东片社区", "西片社区"]
    assert not Place.objects.filter(parent=tree.community, ends_on=None).exists()
    assert {fresh(tree.grid).parent_id} <= {place.pk for place in made}
    now = roll_up(rows, level="community", tree=NOW)
    assert sum(now.values()) == sum(count for *_where, count in rows)
    at_both = roll_up([(tree.community.pk, BEFORE, 7)], level="subdistrict", tree=NOW)
    assert at_both == {tree.subdistrict.path: 7}


def test_a_split_that_leaves_somebody_nowhere_is_refused(tree: SimpleNamespace) -> None:
    code = tree.subdistrict.code
    pieces = [Piece(f"{code}801", "东片", (tree.grid.code,)), Piece(f"{code}802", "西片", ())]
    with pytest.raises(Invalid) as refused:
        restructuring.place_split(actor=SYSTEM, place=tree.community, pieces=pieces, on=TODAY)
    assert refused.value.code == "place_left_over"
    assert tree.other_grid.code in str(refused.value.message)
    assert fresh(tree.community).ends_on is None


def test_what_cannot_be(tree: SimpleNamespace) -> None:
    move, merge = restructuring.place_move, restructuring.places_merge
    with pytest.raises(Invalid) as refused:
        move(actor=SYSTEM, place=tree.subdistrict, parent=tree.grid, on=TODAY)
    assert refused.value.code == "place_below_itself"
    with pytest.raises(Invalid) as refused:
        merge(actor=SYSTEM, places=[tree.subdistrict], into=tree.community, on=TODAY)
    assert refused.value.code == "place_into_child"
    with pytest.raises(Invalid):
        merge(actor=SYSTEM, places=[tree.community], into=tree.community, on=TODAY)
    with pytest.raises(Invalid):
        merge(actor=SYSTEM, places=[tree.community], into=tree.other_subdistrict, on=TODAY)
    with pytest.raises(Conflict):
        move(actor=SYSTEM, place=tree.city, parent=tree.other_subdistrict, on=TODAY)
    day = TODAY + dt.timedelta(days=1)
    with pytest.raises(Invalid):
        restructuring.place_rename(actor=SYSTEM, place=tree.community, name="新", on=day)


def test_only_where_one_keeps_the_places(tree: SimpleNamespace) -> None:
    held = Held("keeper", tree.subdistrict.path, None, frozenset({Perm.EDIT}))
    keeper = Actor(kind=ActorKind.ACCOUNT, account_id=7, grants=(held,))
    restructuring.place_rename(actor=keeper, place=tree.community, name="新", on=TODAY)
    with pytest.raises(Forbidden):
        restructuring.place_move(
            actor=keeper, place=tree.community, parent=tree.other_subdistrict, on=TODAY
        )


def test_nobody_totals_along_an_unknown_tree() -> None:
    with pytest.raises(ValueError, match="is no tree"):
        roll_up([], level="community", tree="later")
