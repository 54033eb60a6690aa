# SPDX-License-Identifier: MulanPSL-2.0
"""Dividing buildings and drawing boundaries, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from shapely.geometry import Point, shape
from shapely.ops import unary_union

from linli.engines.indicators.rules import Bound
from linli.modules.grids.rules import (
    Block,
    boundaries_drawn,
    groups_proposed,
    kept_grids,
    percent,
    sized,
    worst,
)
from linli.modules.grids.terms import Fit

ABOUT_300 = Bound("grid", {}, "binhai 二(二)4", "between", 240, 360, {})
blocks_in_any_order = some.lists(
    some.builds(
        Block,
        code=some.text("abcdefgh", min_size=1, max_size=6),
        households=some.integers(0, 400),
        lon=some.one_of(some.none(), some.floats(100, 101)),
        lat=some.floats(30, 31),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda block: block.code,
)


def _row(*households: int, grid: str = "") -> list[Block]:
    """Buildings side by side from west to east."""
    return [
        Block(f"b{at:02d}", count, 117.0 + at / 1000, 39.0, grid)
        for at, count in enumerate(households)
    ]


@given(blocks_in_any_order, some.integers(1, 1000))
def test_every_building_is_in_exactly_one_group_and_none_is_empty(
    blocks: list[Block], target: int
) -> None:
    groups = groups_proposed(blocks, target)
    assert sorted(one.code for group in groups for one in group) == sorted(b.code for b in blocks)
    assert all(groups)


@given(blocks_in_any_order, some.randoms())
def test_the_order_in_which_buildings_come_makes_no_difference(
    blocks: list[Block], chance: object
) -> None:
    mixed = sorted(blocks, key=lambda block: hash((block.code, str(chance))))
    assert groups_proposed(blocks, 300) == groups_proposed(mixed, 300)


def test_neighbors_come_together_until_about_the_target() -> None:
    groups = groups_proposed(_row(100, 100, 100, 100, 100, 100, 100, 100, 100), 300)
    assert [[one.code for one in group] for group in groups] == [
        ["b00", "b01", "b02"],
        ["b03", "b04", "b05"],
        ["b06", "b07", "b08"],
    ]


def test_buildings_without_a_point_are_taken_in_the_order_of_their_codes() -> None:
    blocks = [Block(f"b{at}", 100, None, None) for at in range(4)]
    groups = groups_proposed(blocks, 200)
    assert [[one.code for one in group] for group in groups] == [["b0", "b1"], ["b2", "b3"]]


def test_a_street_without_households_is_one_grid_and_no_target_is_refused() -> None:
    assert len(groups_proposed(_row(0, 0, 0), 300)) == 1
    assert groups_proposed([], 300) == []
    with pytest.raises(ValueError, match="at least one"):
        groups_proposed(_row(1), 0)


def test_the_group_that_shares_most_with_a_grid_goes_on_as_it() -> None:
    west, east = _row(50, 50, grid="g1"), [Block("c", 90, 117.9, 39.0, "g1")]
    strange = [Block("d", 10, 118.0, 39.0, "g9")]
    assert kept_grids([east, west, strange], ["g1", "g2"]) == ["", "g1", ""]


def test_boundaries_fill_the_ground_overlap_nowhere_and_hold_their_buildings() -> None:
    whole = {
        "type": "Polygon",
        "coordinates": [[[117.0, 39.0], [117.02, 39.0], [117.02, 39.01], [117, 39.01], [117, 39]]],
    }
    groups = {
        "g1": [Block("a", 1, 117.003, 39.005), Block("b", 1, 117.006, 39.002)],
        "g2": [Block("c", 1, 117.015, 39.006), Block("d", 1, 117.019, 39.001)],
    }
    drawn = {key: shape(one) for key, one in boundaries_drawn(whole, groups).items()}
    ground = shape(whole)
    assert unary_union(list(drawn.values())).area == pytest.approx(ground.area, rel=1e-9)
    assert drawn["g1"].intersection(drawn["g2"]).area == pytest.approx(0, abs=1e-12)
    for key, blocks in groups.items():
        assert all(drawn[key].contains(Point(one.lon or 0, one.lat or 0)) for one in blocks)


def test_nothing_is_drawn_where_a_building_has_no_point_or_two_have_the_same() -> None:
    whole = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    without = {"g1": [Block("a", 1, 0.5, 0.5)], "g2": [Block("b", 1, None, None)]}
    twice = {"g1": [Block("a", 1, 0.5, 0.5)], "g2": [Block("b", 1, 0.5, 0.5)]}
    assert boundaries_drawn(whole, without) == {}
    assert boundaries_drawn(whole, twice) == {}
    assert boundaries_drawn(whole, {"g1": [Block("a", 1, 0.5, 0.5)]})["g1"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("count", "fit", "by"),
    [(300, Fit.FITS, 0), (372, Fit.OVER, 12), (200, Fit.UNDER, 40)],
)
def test_a_count_is_told_as_fitting_or_by_how_much_it_misses(count: int, fit: Fit, by: int) -> None:
    found = sized(count, [ABOUT_300])
    assert (found.fit, found.by) == (fit, by)


def test_no_rule_and_no_figures_are_told_apart() -> None:
    assert sized(0, []).fit is Fit.NO_RULE
    assert sized(0, [ABOUT_300], has_figures=False).fit is Fit.NO_FIGURES
    assert worst(Fit.FITS, Fit.OVER) is Fit.OVER
    assert worst(Fit.NO_RULE, Fit.NO_RULE) is Fit.NO_RULE


def test_a_hundred_percent_is_everybody_and_a_share_of_nobody_is_none() -> None:
    assert (percent(199, 200), percent(3, 3), percent(0, 0)) == (99, 100, None)
