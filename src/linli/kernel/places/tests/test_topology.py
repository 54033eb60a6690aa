# SPDX-License-Identifier: MulanPSL-2.0
"""Boundaries fit, or it is said where they do not."""

import json

import pytest
from click.testing import CliRunner

from linli.kernel.places.commands import places
from linli.kernel.places.factories import PlaceFactory, square
from linli.kernel.places.models import Place
from linli.kernel.places.topology import Finding, Flaw, topology_check

pytestmark = pytest.mark.django_db


def put(code: str, parent: Place | None, west: float, width: float) -> Place:
    """A rectangle one degree high."""
    ring = [[west, 0], [west + width, 0], [west + width, 1], [west, 1], [west, 0]]
    boundary = {"type": "Polygon", "coordinates": [ring]}
    level = "city" if parent is None else "district"
    found: Place = PlaceFactory.create(code=code, parent=parent, level=level, boundary=boundary)
    return found


def told() -> list[tuple[Flaw, str, str, float]]:
    return [(each.flaw, each.code, each.other, each.share) for each in topology_check()]


def test_places_that_fill_the_one_above_fit() -> None:
    city = put("510100", None, 0, 1)
    put("510101", city, 0, 0.5)
    put("510102", city, 0.5, 0.5)
    assert topology_check() == []
    assert CliRunner().invoke(places, ["check"]).exit_code == 0


def test_a_gap_is_told_with_its_share() -> None:
    city = put("510100", None, 0, 1)
    put("510101", city, 0, 0.5)
    put("510102", city, 0.6, 0.4)
    assert told() == [(Flaw.GAP, "510100", "", 0.1)]


def test_an_overlap_is_told_with_both() -> None:
    city = put("510100", None, 0, 1)
    put("510101", city, 0, 0.6)
    put("510102", city, 0.5, 0.5)
    assert told() == [(Flaw.OVERLAP, "510101", "510102", 0.2)]


def test_what_lies_outside_is_told() -> None:
    city = put("510100", None, 0, 1)
    put("510101", city, 0, 1.25)
    assert told() == [(Flaw.OUTSIDE, "510101", "510100", 0.2)]


def test_houses_need_not_fill_a_grid() -> None:
    grid = PlaceFactory.create(code="g1", level="grid", boundary=square(0, 0, 1))
    PlaceFactory.create(code="g1-b1", level="building", parent=grid, boundary=square(0, 0, 0.1))
    assert topology_check() == []


def test_the_command_prints_json_and_fails() -> None:
    city = put("510100", None, 0, 1)
    put("510101", city, 0, 0.5)
    answer = CliRunner().invoke(places, ["check", "--json"])
    assert answer.exit_code == 1
    (found,) = json.loads(answer.stdout)
    assert Finding(**found).flaw == Flaw.GAP
    assert CliRunner().invoke(places, ["check", "--place", "9"]).exit_code == 1
