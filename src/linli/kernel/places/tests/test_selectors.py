# SPDX-License-Identifier: MulanPSL-2.0
"""Reading places: points, the tree, lists and the map."""

import datetime as dt
import time
from typing import Any

import pytest
from django.utils import translation

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Held
from linli.kernel.places import lookup, selectors
from linli.kernel.places.factories import PlaceFactory, city_tree, square
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Perm

pytestmark = pytest.mark.django_db


def viewer(*paths: str) -> Actor:
    held = tuple(Held("clerk", path, None, frozenset({Perm.VIEW})) for path in paths)
    return Actor(kind=ActorKind.ACCOUNT, account_id=7, grants=held)


def test_a_point_finds_the_deepest_place_that_holds_it() -> None:
    tree = city_tree()
    points = [
        (103.05, 29.05),
        (103.15, 29.05),
        (103.18, 29.18),
        (103.5, 29.1),
        (103.9, 29.9),
        (0.0, 0.0),
    ]
    found = selectors.places_at(points)
    assert found == [
        tree.grid,
        tree.other_grid,
        tree.community,
        tree.other_subdistrict,
        tree.city,
        None,
    ]


def test_a_point_of_another_city_is_outside() -> None:
    tree = city_tree()
    other = city_tree("529900", "别的市", lon=110.0)
    assert selectors.place_at(110.05, 29.05) == other.grid
    assert selectors.place_at(110.05, 29.05, within=tree.city.path) is None


def test_a_grid_comes_before_the_compound_beside_it() -> None:
    tree = city_tree()
    PlaceFactory.create(
        code=f"{tree.community.code}-z1",
        level="compound",
        parent=tree.community,
        boundary=square(103.0, 29.0, 0.09),
    )
    assert selectors.place_at(103.05, 29.05) == tree.grid


def test_the_lookup_asks_the_database_at_most_once_a_second(
    django_assert_num_queries: Any,
) -> None:
    tree = city_tree()
    selectors.place_at(103.05, 29.05)
    with django_assert_num_queries(1):
        assert selectors.place_at(103.05, 29.05) == tree.grid


def test_a_boundary_written_by_another_process_is_seen_after_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = city_tree()
    assert selectors.place_at(103.05, 29.05) == tree.grid
    Place.objects.filter(pk=tree.grid.pk).update(boundary=None, updated_at=clock.now())
    later = time.monotonic() + lookup.LOOK_AGAIN_AFTER
    monkeypatch.setattr("linli.kernel.places.lookup.time.monotonic", lambda: later)
    assert selectors.place_at(103.05, 29.05) == tree.community


def test_a_map_is_kept_until_a_boundary_changes(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    tree = city_tree()
    first = selectors.map_features_public(parent=tree.community)
    with django_assert_num_queries(0):
        assert selectors.map_features_public(parent=tree.community) is first
    Place.objects.filter(pk=tree.grid.pk).update(boundary=square(103, 29, 0.05))
    monkeypatch.setattr(time, "monotonic", lambda: lookup._kept.looked_at + 2)
    assert selectors.map_features_public(parent=tree.community) is first
    Place.objects.filter(pk=tree.grid.pk).update(updated_at=clock.now() + dt.timedelta(seconds=1))
    monkeypatch.setattr(time, "monotonic", lambda: lookup._kept.looked_at + 4)
    later = selectors.map_features_public(parent=tree.community)
    assert later["features"] != first["features"]


def test_a_place_that_has_gone_is_never_returned() -> None:
    tree = city_tree()
    assert selectors.place_at(103.05, 29.05) == tree.grid
    Place.objects.filter(pk=tree.grid.pk)._raw_delete("default")
    assert selectors.place_at(103.05, 29.05) == tree.community


def test_the_tree_is_read_up_and_down() -> None:
    tree = city_tree()
    assert selectors.ancestor(tree.grid, "district") == tree.district
    assert selectors.ancestor(tree.grid, "grid") == tree.grid
    assert selectors.ancestor(tree.district, "grid") is None
    assert selectors.chain(tree.community) == [
        tree.city,
        tree.district,
        tree.subdistrict,
        tree.community,
    ]
    assert list(selectors.children(tree.community)) == [tree.grid, tree.other_grid]
    assert selectors.subtree_count(tree.city.path) == 8
    assert selectors.subtree_count(tree.city.path, "grid") == 2


def test_a_prefix_of_a_code_is_not_a_place_above() -> None:
    PlaceFactory.create(code="519902")
    PlaceFactory.create(code="5199021")
    assert selectors.subtree_count("519902/") == 1


def test_the_tree_is_that_of_the_day_asked_for() -> None:
    tree = city_tree()
    Place.objects.filter(pk=tree.grid.pk).update(ends_on=dt.date(2025, 6, 30))
    Place.objects.filter(pk=tree.other_grid.pk).update(starts_on=dt.date(2025, 7, 1))
    june, july = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
    assert list(selectors.children(tree.community, june)) == [tree.grid]
    assert list(selectors.children(tree.community, july)) == [tree.other_grid]
    assert selectors.place_at(103.05, 29.05, on=june) == tree.grid
    assert selectors.place_at(103.05, 29.05, on=july) == tree.community


def test_a_search_finds_names_and_codes_within_ones_own_city_only() -> None:
    tree = city_tree()
    other = city_tree("529900", "别的市", lon=110.0)
    clerk = viewer(tree.city.path)
    assert selectors.places_search(actor=clerk, text="柳荫社区") == [tree.community]
    assert selectors.places_search(actor=clerk, text="519902001001-") == [
        tree.grid,
        tree.other_grid,
    ]
    assert selectors.places_search(actor=clerk, text="柳荫", level="subdistrict") == [
        tree.subdistrict
    ]
    assert selectors.places_search(actor=clerk, text=other.grid.code) == []
    assert selectors.places_search(actor=clerk, text=" ") == []
    assert selectors.places_search(actor=ANONYMOUS, text="柳荫") == []
    assert selectors.places_visible(actor=viewer()).count() == 0
    assert selectors.places_visible(actor=SYSTEM).count() == 16


def test_choices_go_down_step_by_step_and_never_to_a_dwelling() -> None:
    tree = city_tree()
    PlaceFactory.create(code="519901", level="district", name="市辖区", parent=tree.city)
    PlaceFactory.create(code=f"{tree.grid.code}-101", level="dwelling", parent=tree.grid)
    PlaceFactory.create(code="110101001", level="subdistrict", is_loose=True)
    assert selectors.place_choices() == [tree.city]
    assert selectors.place_choices(tree.city) == [tree.district]
    assert selectors.place_choices(tree.grid) == []
    assert selectors.place_choices(within=tree.district.path) == [tree.district]


def test_a_map_shows_the_children_that_may_be_seen() -> None:
    tree = city_tree()
    whole = selectors.map_features(actor=viewer(tree.city.path), parent=tree.community)
    assert [feature["id"] for feature in whole["features"]] == [
        tree.grid.code,
        tree.other_grid.code,
    ]
    part = selectors.map_features(actor=viewer(tree.grid.path), parent=tree.community, width=300)
    assert [feature["properties"]["name"] for feature in part["features"]] == ["第一网格"]
    assert selectors.map_features(actor=ANONYMOUS, parent=tree.community)["features"] == []
    public = selectors.map_features_public(parent=tree.community)
    assert len(public["features"]) == 2


def test_a_name_is_shown_in_the_language_of_the_page() -> None:
    place = PlaceFactory.create(name="柳荫社区", name_en="Willow Shade")
    with translation.override("en"):
        assert selectors.name_of(place) == "Willow Shade"
    with translation.override("zh-hans"):
        assert selectors.name_of(place) == "柳荫社区"
