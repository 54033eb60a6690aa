# SPDX-License-Identifier: MulanPSL-2.0
"""The queue as a map."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base.errors import Invalid
from linli.kernel.accounts.factories import log_in
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors.clusters import (
    Area,
    area_of,
    area_whole,
    cases_clustered,
)
from linli.modules.appeals.selectors.queue import Filters
from linli.modules.appeals.tests.round import crew_of, filed
from linli.modules.appeals.tests.town import actor_of

pytestmark = pytest.mark.django_db

ALL = Filters(view="all")
WEST, SOUTH = 103.70, 29.50


@pytest.fixture
def crew(city: SimpleNamespace) -> SimpleNamespace:
    """The people of the round."""
    return crew_of(city)


def at(case: Case, lon: float, lat: float) -> Case:
    """A case that lies at a point."""
    Case.objects.filter(pk=case.pk).update(lon=lon, lat=lat)
    return case


def page_of(account: Any, address: str) -> Any:
    """What somebody gets at an address."""
    client = Client()
    log_in(client, account)
    return client.get(address)


def test_near_cases_are_drawn_together_and_a_lone_one_leads_to_its_page(
    crew: SimpleNamespace,
) -> None:
    for number in range(5):
        at(filed(crew, what=f"{number}号楼前积水"), WEST + number / 1e5, SOUTH)
    lone = at(filed(crew, what="路灯不亮"), WEST + 0.09, SOUTH + 0.05)
    area = Area(WEST - 0.001, SOUTH - 0.001, WEST + 0.1, SOUTH + 0.1)
    many, one = cases_clustered(actor=actor_of(crew.dispatcher), filters=ALL, area=area)
    assert (many.count, many.number) == (5, "")
    assert (one.count, one.number) == (1, lone.matter.number)
    assert many.lon == pytest.approx(WEST + 2 / 1e5, abs=1e-6)


def test_every_case_of_an_area_is_counted_once_with_one_question(crew: SimpleNamespace) -> None:
    for number in range(30):
        at(
            filed(crew, what=f"{number}号楼前积水"),
            WEST + number % 6 / 100,
            SOUTH + number % 5 / 100,
        )
    area = Area(WEST, SOUTH, WEST + 0.035, SOUTH + 0.05)
    reader = actor_of(crew.dispatcher)
    with CaptureQueriesContext(connection) as asked:
        found = cases_clustered(actor=reader, filters=ALL, area=area)
    assert len(asked) == 1
    inside = Case.objects.filter(lon__lt=WEST + 0.035).count()
    assert sum(each.count for each in found) == inside == 20


def test_the_box_holds_all_that_have_a_point(crew: SimpleNamespace) -> None:
    assert area_whole(actor=actor_of(crew.dispatcher), filters=ALL) == (None, 0, 0)
    at(filed(crew), WEST, SOUTH)
    at(filed(crew, what="路灯不亮"), WEST + 0.1, SOUTH)
    filed(crew, what="井盖响")
    area, drawn, without = area_whole(actor=actor_of(crew.dispatcher), filters=ALL)
    assert area is not None
    assert area.west < WEST < WEST + 0.1 < area.east
    assert (drawn, without) == (2, 1)


def test_nobody_sees_points_of_another_place(crew: SimpleNamespace) -> None:
    at(filed(crew), WEST, SOUTH)
    area = Area(WEST - 1, SOUTH - 1, WEST + 1, SOUTH + 1)
    assert cases_clustered(actor=actor_of(crew.stranger), filters=ALL, area=area) == []
    answer = page_of(
        crew.stranger, "/console/appeals/map/spots/?view=all&west=103&south=29&east=104&north=30"
    )
    assert answer.json() == {"clusters": []}


@pytest.mark.parametrize(
    "box", [(1, 1, 1, 2), (2, 1, 1, 2), (1, 3, 2, 2), (-181, 1, 2, 3), (1, 1, 2, 91)]
)
def test_what_is_no_area_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(Invalid):
        area_of(*box)


@pytest.mark.parametrize(
    "query", ["", "west=a&south=1&east=2&north=3", "west=nan&south=1&east=2&north=3"]
)
def test_the_page_refuses_what_is_no_area(crew: SimpleNamespace, query: str) -> None:
    assert page_of(crew.dispatcher, f"/console/appeals/map/spots/?{query}").status_code == 422


def test_the_page_says_the_same_in_words(crew: SimpleNamespace) -> None:
    at(filed(crew), WEST, SOUTH)
    filed(crew, what="井盖响")
    page = page_of(crew.dispatcher, "/console/appeals/map/?view=all")
    text = page.content.decode()
    assert page.status_code == 200
    assert (page.context["drawn"], page.context["without"]) == (1, 1)
    (place,) = page.context["places"]
    assert (place.code, place.count) == (crew.city.community.code, 2)
    assert f"/console/appeals/?view=all&amp;place={place.code}" in text
    listed = page_of(crew.dispatcher, f"/console/appeals/?view=all&place={place.code}")
    assert len(listed.context["lines"]) == place.count


def test_an_empty_map_has_a_next_step(crew: SimpleNamespace) -> None:
    page = page_of(crew.dispatcher, "/console/appeals/map/?view=late")
    assert page.status_code == 200
    assert "/console/appeals/map/?view=all" in page.content.decode()
