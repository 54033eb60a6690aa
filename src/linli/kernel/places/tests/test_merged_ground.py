# SPDX-License-Identifier: MulanPSL-2.0
"""After a merge the ground of all is the ground of the one that goes on; before it, each had its
own.
"""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from shapely.geometry import shape

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.audit.models import AuditRecord
from linli.kernel.places import restructuring, services
from linli.kernel.places.factories import PlaceFactory, city_tree, square
from linli.kernel.places.models import Place, PlaceTerm
from linli.kernel.places.selectors import map_features_public, place_at
from linli.kernel.places.terms import Verb

TODAY = dt.date(2026, 3, 6)
BEFORE = dt.date(2026, 3, 5)
HERE, THERE = (103.05, 29.15), (103.25, 29.15)
"""Two points where no grid lies: on the ground of the first community, and of the second."""


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    """A city with a community that has grids and one beside it that has none."""
    return city_tree("519900")


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.at(dt.datetime.combine(TODAY, dt.time(10), tzinfo=clock.ZONE)):
        yield


def fresh(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def merged(tree: SimpleNamespace, *, on: dt.date = TODAY) -> Place:
    """The first community goes on as part of the second."""
    return restructuring.places_merge(
        actor=SYSTEM, places=[tree.community], into=tree.other_community, on=on
    )


def area(place: Place) -> float:
    assert place.boundary is not None
    return float(shape(place.boundary).area)


def test_a_point_on_the_merged_ground_finds_the_place_that_goes_on(tree: SimpleNamespace) -> None:
    assert place_at(*HERE) == tree.community
    merged(tree)
    assert place_at(*HERE) == tree.other_community
    assert place_at(*THERE) == tree.other_community
    assert area(fresh(tree.other_community)) == pytest.approx(0.08)
    record = AuditRecord.objects.get(verb=Verb.PLACES_MERGED)
    assert record.detail["ground"] == "joined"


def test_on_a_day_before_each_point_finds_the_place_of_then(tree: SimpleNamespace) -> None:
    merged(tree)
    assert place_at(*HERE, on=BEFORE) == tree.community
    assert place_at(*THERE, on=BEFORE) == tree.other_community
    told = map_features_public(parent=tree.subdistrict, on=BEFORE)["features"]
    assert [each["id"] for each in told] == [tree.community.code, tree.other_community.code]
    areas = [shape(each["geometry"]).area for each in told]
    assert areas == pytest.approx([0.04, 0.04])


def test_a_place_that_takes_in_another_twice_had_each_ground_in_its_time(
    tree: SimpleNamespace,
) -> None:
    third = PlaceFactory.create(
        code=f"{tree.subdistrict.code}003",
        parent=tree.subdistrict,
        boundary=square(103.4, 29.0, 0.2),
    )
    merged(tree, on=dt.date(2026, 3, 2))
    restructuring.places_merge(actor=SYSTEM, places=[third], into=tree.other_community, on=TODAY)
    far = (103.45, 29.15)
    days = [dt.date(2026, 3, 1), dt.date(2026, 3, 2), TODAY]
    found = [place_at(*HERE, on=day) for day in days]
    assert found == [tree.community, tree.other_community, tree.other_community]
    assert [place_at(*far, on=day) for day in days] == [third, third, tree.other_community]
    untils = PlaceTerm.objects.filter(place=tree.other_community).values_list("until", flat=True)
    assert list(untils) == [dt.date(2026, 3, 1), BEFORE]


def test_a_name_that_changes_later_leaves_the_ground_of_then_known(tree: SimpleNamespace) -> None:
    merged(tree, on=dt.date(2026, 3, 2))
    place = fresh(tree.other_community)
    restructuring.place_rename(actor=SYSTEM, place=place, name="新华社区", on=TODAY)
    assert place_at(*HERE, on=dt.date(2026, 3, 1)) == tree.community
    assert place_at(*HERE, on=dt.date(2026, 3, 3)) == tree.other_community
    assert place_at(*HERE) == tree.other_community


@pytest.mark.parametrize("unknown", ["community", "other_community"])
def test_where_a_ground_is_not_known_nobody_guesses(tree: SimpleNamespace, unknown: str) -> None:
    place = getattr(tree, unknown)
    services.place_update_boundary(actor=SYSTEM, place=place, boundary=None)
    known = [fresh(tree.community), fresh(tree.other_community)]
    assert restructuring.grounds_lacking(known) == [place]
    before: Any = fresh(tree.other_community).boundary
    merged(tree)
    assert fresh(tree.other_community).boundary == before
    assert place_at(*HERE) == tree.subdistrict
    record = AuditRecord.objects.get(verb=Verb.PLACES_MERGED)
    assert record.detail["ground"] == "not_known"
