# SPDX-License-Identifier: MulanPSL-2.0
"""Procedures in the console: what the packs say at a place, and nothing of other cities."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.packs.models import PackLoad
from linli.kernel.units import services as units
from linli.kernel.workflow.factories import definition_keep
from linli.shells.places.tests.towns import enter, links_of, staff, text_of


def test_a_procedure_is_told_in_words_step_by_step(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    listed = client.get("/console/procedures/")
    assert "Appeal handling" in text_of(listed)
    assert links_of(listed, "/procedures/of/appeal/")
    text = text_of(client.get("/console/procedures/of/appeal/"))
    for said in (
        "sign within 30 minutes, accept or send back within 2 working hours",
        "1 time, then the arbiter decides",
        "the platform itself, after 10 minutes",
        "only if: “Class” must be filled in first",
        "not whoever worked on “Being handled”",
        "to fill in: Outcome, What was done",
        "waits for a rating or a vote",
        "1 working day later: puts “Supervise” on the desk of Leader of the subdistrict",
        "tells whoever reported it: “Answered, please rate it”",
        "a bad mark",
        "May order it Leader of the subdistrict",
        "Answers Handler of the lead unit",
    ):
        assert said in text


def test_the_way_is_drawn_with_its_ways_back(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    drawing = client.get("/console/procedures/of/appeal/").context["drawing"]
    assert [stop.name for stop in drawing.stops] == [
        "Received",
        "Offered",
        "Being handled",
        "To be verified",
        "Call-back",
        "Closed",
    ]
    assert {arc.name for arc in drawing.arcs} == {
        "Offered → Received",
        "To be verified → Being handled",
        "Call-back → Being handled",
    }
    assert drawing.stops[0].aside == "→ Not accepted · Withdrawn"


@pytest.mark.parametrize("tab", ["", "of/appeal/", "duties/", "classes/", "calendars/", "packs/"])
def test_every_page_is_there_in_chinese_too(
    client: Client, towns: SimpleNamespace, tab: str
) -> None:
    enter(client, towns.here.admin, "zh-hans")
    text = text_of(client.get(f"/console/procedures/{tab}"))
    assert "办理规矩" in text
    assert "Procedures" not in text


def test_the_duty_list_answers_who_is_responsible_here(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    asked = {"class": "flooding", "at": towns.here.grid.code}
    page = client.get("/console/procedures/duties/", asked)
    first = page.context["answers"][0]
    assert first.lead.unit == towns.here.water
    assert [one.unit for one in first.support] == [towns.here.street]
    assert "Flooding and drains at 第一网格" in text_of(page)
    assert "usual practice 派单目录" in text_of(page)


def test_a_unit_that_is_not_there_leaves_the_answer_to_the_next_row(
    client: Client, towns: SimpleNamespace
) -> None:
    units.unit_end(actor=SYSTEM, unit=towns.here.water, on=clock.today().replace(day=1))
    enter(client, towns.here.admin)
    asked = {"class": "flooding", "at": towns.here.grid.code}
    page = client.get("/console/procedures/duties/", asked)
    assert [row.lead.unit for row in page.context["answers"]][:2] == [None, towns.here.upkeep]
    assert "there is no such unit here or above; the next row answers" in text_of(page)


def test_the_rows_of_one_unit_are_those_that_name_it(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    page = client.get("/console/procedures/duties/", {"unit": "water_affairs"})
    assert {row.lead.key for row in page.context["rows"]} == {"water_affairs"}
    nobody = client.get("/console/procedures/duties/", {"unit": "ministry_of_magic"})
    assert "names this unit as the lead" in text_of(nobody)


def test_classes_show_the_limits_that_clocks_read(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    text = text_of(client.get("/console/procedures/classes/"))
    assert "First contact 2 working hours · Closing 2 working days" in text
    assert "Gas urgent" in text


def test_a_year_shows_holidays_and_make_up_days(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    page = client.get("/console/procedures/calendars/", {"year": "2026"})
    february = page.context["months"][1]
    kinds = {cell.number: cell.kind for week in february.weeks for cell in week if cell.number}
    assert (kinds[13], kinds[14], kinds[16], kinds[7]) == ("work", "make_up", "holiday", "rest")
    assert february.working == 16
    assert "Make-up working day for Spring Festival" in text_of(page)


def test_a_year_without_its_notice_says_that_it_is_provisional(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    page = client.get("/console/procedures/calendars/", {"year": "2027"})
    assert "The holiday notice of 2027 is not loaded yet." in text_of(page)
    strange = client.get("/console/procedures/calendars/", {"year": "1066", "calendar": "moon"})
    assert strange.context["year"] == 2026


def test_packs_of_other_cities_are_not_listed(client: Client, towns: SimpleNamespace) -> None:
    for pack, path in (("base", ""), ("here", "519900/"), ("there", "529900/")):
        PackLoad.objects.create(
            pack=pack, version="0001", place_path=path, loaded_at=clock.now(), counts={}
        )
    enter(client, towns.here.admin)
    text = text_of(client.get("/console/procedures/packs/"))
    assert "base 0001" in text
    assert "here 0001" in text
    assert "there 0001" not in text


def test_a_definition_of_another_city_is_not_in_force_here(
    client: Client, towns: SimpleNamespace
) -> None:
    calendar = {
        "label": {"zh": "云海夜班", "en": "Yunhai nights"},
        "clause": "practice",
        "all_day": True,
    }
    definition_keep("calendar", "night", calendar, place_path=towns.there.city.path)
    enter(client, towns.here.admin)
    assert "Yunhai" not in text_of(client.get("/console/procedures/calendars/"))
    at_theirs = client.get("/console/procedures/", {"at": towns.there.city.code})
    assert at_theirs.status_code == 404
    enter(client, towns.there.admin)
    assert "Yunhai" in text_of(client.get("/console/procedures/calendars/"))


def test_what_is_not_in_force_and_who_may_not_look_get_nothing(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    assert client.get("/console/procedures/of/witchcraft/").status_code == 404
    enter(client, towns.here.resident)
    assert client.get("/console/procedures/").status_code == 404


def test_pages_cost_a_bounded_number_of_queries(client: Client, towns: SimpleNamespace) -> None:
    enter(client, staff("leader", towns.here.city))
    for tab in ("", "of/appeal/", "duties/?class=flooding", "classes/", "calendars/", "packs/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/console/procedures/{tab}").status_code == 200
        assert len(queries) <= 45, (tab, len(queries))
