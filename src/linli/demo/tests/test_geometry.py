# SPDX-License-Identifier: MulanPSL-2.0
"""The drawn city: borders that are shared exactly, numbers that are nobody's."""

import datetime as dt
from itertools import cycle

import pytest
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from linli.base import checks
from linli.demo import geometry, names
from linli.demo.census import census
from linli.demo.chance import chance_of
from linli.demo.plan import CityPlan, PlannedPlace, city_plan
from linli.demo.sizes import SIZES, Size
from linli.demo.staff import posts
from linli.kernel.people import rules
from linli.kernel.places.geometry import boundary_read

SMALL = SIZES["small"]
LARGE = Size("large", 6, 6, 5, 6, 5, 0)


@pytest.fixture(scope="module", params=[(SMALL, 1), (SMALL, 7), (LARGE, 2)], ids=str)
def plan(request: pytest.FixtureRequest) -> CityPlan:
    """Cities of two sizes and several seeds."""
    size, seed = request.param
    return city_plan("511100", "city", size, seed)


def drawn(place: PlannedPlace) -> BaseGeometry:
    """The shape of a place."""
    assert place.boundary is not None
    return shape(place.boundary)


@pytest.mark.parametrize("level", ["subdistrict", "community", "grid"])
def test_neighbors_share_their_borders_without_gap_or_overlap(plan: CityPlan, level: str) -> None:
    shapes = [drawn(place) for place in plan.district.at(level)]
    whole = drawn(plan.district)

    assert all(one.is_valid for one in shapes)
    assert shapely.coverage_is_valid(shapes)
    covered = shapely.coverage_union_all(shapes)
    assert covered.symmetric_difference(whole).area < 1e-12
    assert not shapely.get_num_interior_rings(covered)


def test_every_place_is_exactly_the_sum_of_what_lies_below_it(plan: CityPlan) -> None:
    for place in plan.district.walk():
        below = [part for part in place.parts if part.level != "compound" and part.boundary]
        if place.level in ("district", "subdistrict", "community"):
            together = shapely.coverage_union_all([drawn(part) for part in below])
            assert together.symmetric_difference(drawn(place)).area < 1e-12


def test_buildings_lie_inside_their_grid(plan: CityPlan) -> None:
    for grid in plan.district.at("grid"):
        around = drawn(grid)
        for house in grid.parts:
            assert house.lon is not None
            assert house.lat is not None
            assert around.contains(shapely.Point(house.lon, house.lat))
            assert drawn(house).area < around.area / 50


def test_no_boundary_needs_mending(plan: CityPlan) -> None:
    for place in plan.district.walk():
        if place.boundary is not None:
            kept = boundary_read(place.boundary)
            assert kept.mended == ""
            assert shape(kept.geometry).equals(shape(place.boundary))


def test_cut_off_corners_go_to_a_neighbor() -> None:
    whole = shapely.Polygon([(0, 0), (900, 0), (900, 900), (450, 120), (0, 900)])
    parts = geometry.cells(whole, 5, chance_of("corners"))

    covered = geometry.coverage(whole, parts)

    assert len(covered) == 5
    assert sum(part.area for part in covered) == pytest.approx(whole.area, rel=1e-4)


def test_the_same_seed_draws_the_same_city() -> None:
    first, second = (city_plan("511100", "city", SMALL, 4) for _ in range(2))

    assert first == second
    assert city_plan("511100", "city", SMALL, 5) != first


def test_a_small_city_has_its_numbers() -> None:
    plan = city_plan("511100", "city", SMALL, 7)
    levels = ("district", "subdistrict", "community", "grid", "building")

    assert [len(plan.district.at(level)) for level in levels] == [1, 3, 9, 27, 162]
    assert len({place.code for place in plan.district.walk()}) == 211
    assert not plan.is_top
    assert city_plan("120116", "district", SMALL, 7).is_top


def test_people_have_numbers_that_pass_and_are_nobodys() -> None:
    grids = city_plan("511100", "city", SMALL, 7).district.at("grid")
    homes = census(grids, households=5, year=2026, seed=7)
    people = [person for home in homes for person in home.people]

    assert 300 <= len(people) <= 400
    assert len({home.dwelling for home in homes}) == len(homes) == 135
    assert len({person.id_number for person in people}) == len(people)
    for person in people:
        assert checks.id_number(person.id_number) == rules.id_number_cleaned(person.id_number)
        assert rules.birth_on_of(person.id_number) == person.birth_on
        assert person.id_number.startswith("511190")
        if person.phone:
            assert checks.phone(person.phone).startswith("154")
    assert all(2 <= len(person.name) <= 8 and " " not in person.name for person in people)
    assert people[0].name == "陈桂兰"
    assert people[0].has_account


def test_the_same_seed_settles_the_same_people() -> None:
    grids = city_plan("511100", "city", SMALL, 7).district.at("grid")
    year = dt.date(2026, 1, 1).year

    first, second = (census(grids, households=5, year=year, seed=9) for _ in range(2))

    assert first == second
    assert census(grids, households=5, year=year, seed=10) != first


def test_people_born_on_one_day_have_numbers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    days = cycle([dt.date(1950, 1, 2), dt.date(1950, 1, 3)])
    monkeypatch.setattr(names, "birth_date", lambda *_: next(days))
    grids = city_plan("511100", "city", SMALL, 7).district.at("grid")
    homes = census(grids, households=18, year=2026, seed=7)
    numbers = [person.id_number for home in homes for person in home.people]

    assert len(set(numbers)) == len(numbers) > 1000


def test_staff_who_have_one_name_are_namesakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "person_name", lambda *_: "王芳")
    plan = city_plan("511100", "city", SMALL, 7)
    found = posts(plan, ["water_affairs"], "leshan", 7)

    assert len({post.username for post in found}) == len(found)
    assert [post.name for post in found].count("王芳") > 40
