# SPDX-License-Identifier: MulanPSL-2.0
"""Measures and indicators of a pack: what `packs check` says, and the bounds in force."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import translation

from linli.base.actor import SYSTEM
from linli.config.environment import ROOT
from linli.engines.indicators.rules import Bound, Side
from linli.engines.indicators.selectors import bounds_at, measured
from linli.kernel.packs.checking import pack_check
from linli.kernel.packs.services import pack_load
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place

NOW = dt.date(2026, 3, 10)


def _said(tmp_path: Path, text: str) -> str:
    """What is wrong with a small pack of its own that holds this text."""
    (tmp_path / "base").symlink_to(ROOT / "packs" / "base")
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "pack.toml").write_text(
        "[pack.town]\nlabel = {zh = '镇'}\nclause = 'house 全文'\nfrom = 2023-01-01\n"
        "base = 'pack:base'\nplace = '511100'\n",
        "utf-8",
    )
    (folder / "places.csv").write_text(
        "code,part_of,zh,en,level,kind,clause\n511100,,某市,Town,city,prefecture,practice\n",
        "utf-8",
    )
    (folder / "sizes.toml").write_text(text, "utf-8")
    with translation.override("en"):
        return "\n".join(str(one) for one in pack_check(folder).problems)


def _indicator(**keys: str) -> str:
    body = {
        "label": "{zh = '户数', en = 'Households'}",
        "clause": "'practice'",
        "formula": "'grids.households'",
        "period": "'year'",
        "each": "'level:community'",
        "targets": "[{from = 2023-01-01, is = 'at_most', value = 3000}]",
        **keys,
    }
    return "[indicator.size]\n" + "\n".join(f"{key} = {value}" for key, value in body.items())


def test_a_sound_indicator_has_no_problem(tmp_path: Path) -> None:
    assert _said(tmp_path, _indicator()) == ""


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"formula": "'grids.dogs / 2'"}, 'formula: "grids.dogs" is no measure'),
        ({"formula": "'grids.households /'"}, "the formula ends too early"),
        ({"each": "'level:county'"}, '"level:county" is not there'),
        ({"where": "{field = 'place.kind', is = 'equal', value = 'urbane'}"}, '"urbane" is none'),
        ({"where": "{field = 'place.tags', is = 'includes', value = 'moon'}"}, '"moon" is none'),
        ({"where": "{indicator = 'other', is = 'over', value = 1}"}, '"other" is no indicator'),
        ({"goal": "3"}, '"goal" is no key here'),
    ],
)
def test_what_does_not_hold_together_is_told(
    tmp_path: Path, keys: dict[str, str], said: str
) -> None:
    assert said in _said(tmp_path, _indicator(**keys))


def test_a_measure_that_depends_on_itself_through_an_indicator_is_told(tmp_path: Path) -> None:
    measure = (
        "\n[measure.large]\nlabel = {zh = '大社区', en = 'Large'}\nclause = 'practice'\n"
        "count = 'level:community'\nwhere = {indicator = 'size', is = 'over', value = 1}\n"
    )
    found = _said(tmp_path, _indicator(formula="'large / grids.households'") + measure)
    assert '"large" would depend on itself' in found


@pytest.mark.django_db
def test_bounds_follow_the_sort_of_the_community_and_carry_their_clause() -> None:
    pack_load(actor=SYSTEM, folder=ROOT / "packs" / "leshan")
    place = Place.objects.get(code="511100")
    tree = city_tree(code="511200")
    community: Place = tree.community
    community.path = place.path + "x/"  # only its path and particulars are asked
    community.kind = "urban"

    def bounds(measure: str, *tags: str) -> list[tuple[object, object]]:
        community.tags = list(tags)
        return [(one.least, one.most) for one in bounds_at(community, measure, NOW)]

    assert bounds("grids.households") == [(1500, 3000)]
    assert bounds("grids.households", "main_urban") == [(1500, 3000)]
    assert bounds("grids.households", "fringe") == [(1000, 2000)]
    assert bounds("grids.households", "relocation") == []
    assert bounds("grids.residents", "relocation") == [(800, 2000)]
    assert {one.clause for one in bounds_at(community, "grids.residents", NOW)} == {
        "leshan 三(一)1"
    }
    community.kind = "market_town"
    assert bounds("grids.households") == []


@pytest.mark.django_db
def test_no_bound_holds_in_another_city_nor_before_its_day() -> None:
    pack_load(actor=SYSTEM, folder=ROOT / "packs" / "binhai")
    top = Place.objects.get(code="120116")
    grid: Place = city_tree(code="511200").grid
    assert bounds_at(grid, "grids.households", NOW) == ()
    grid.path = top.path + "x/"
    assert [one.most for one in bounds_at(grid, "grids.households", NOW)] == [360]
    assert bounds_at(grid, "grids.households", dt.date(2023, 4, 2)) == ()


@pytest.mark.parametrize(
    ("is_", "count", "side", "by"),
    [
        ("between", 239, Side.UNDER, 1),
        ("between", 240, Side.FITS, 0),
        ("between", 360, Side.FITS, 0),
        ("between", 400, Side.OVER, 40),
        ("over", 240, Side.UNDER, 0),
        ("under", 360, Side.OVER, 0),
    ],
)
def test_a_bound_says_on_which_side_a_count_lies(is_: str, count: int, side: Side, by: int) -> None:
    found = Bound("size", {}, "practice", is_, 240, 360, {}).judged(count)
    assert (found.side, found.by) == (side, by)


def test_a_measure_that_nobody_gives_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"grids\.dogs"):
        measured("grids.dogs", ["1/"])
