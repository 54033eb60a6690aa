# SPDX-License-Identifier: MulanPSL-2.0
"""The list of matters and the page of one: what they show, and to whom."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.kernel.workflow.factories import appeal_open
from linli.kernel.workflow.tests.procedures import press as moved
from linli.kernel.workflow.tests.procedures import whistled
from linli.shells.matters.tests.conftest import SeenBy
from linli.shells.matters.tests.procedures import hazard, sent, taken
from linli.shells.places.tests.towns import enter, links_of, text_of

LIST = "/console/matters/"
MOST_LIST, MOST_PAGE = 30, 55


def cost(client: Client, address: str) -> int:
    client.get(address)  # what is kept for later is read once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


class TestList:
    def test_it_shows_what_waits_and_nothing_that_a_module_shows(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        own, appeal = hazard(city), appeal_open(city)
        page = seen_by(city.dispatcher).get(LIST)
        assert links_of(page, f"{LIST}{own.number}/")
        assert appeal.number not in text_of(page)
        assert [line.number for line in page.context["lines"]] == [own.number]
        assert {view: count for view, _, count in page.context["views"]} == {
            "mine": 1,
            "all": 1,
            "late": 0,
            "supervised": 0,
        }

    def test_views_narrow(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = sent(city)
        client = seen_by(city.dispatcher)
        assert "Nothing waits for you" in text_of(client.get(LIST))
        assert links_of(client.get(f"{LIST}?view=all"), matter.number)
        assert "Nothing is late" in text_of(client.get(f"{LIST}?view=late"))
        with clock.at(clock.now() + dt.timedelta(days=30)):
            assert links_of(client.get(f"{LIST}?view=late"), matter.number)

    def test_search_and_procedure_stand_in_the_address(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        first, second = hazard(city, "台阶松动"), hazard(city, "扶手断了")
        called = whistled(city, city.water)
        client = seen_by(city.dispatcher)

        def found(**asked: str) -> set[str]:
            page = client.get(LIST, {"view": "all", **asked})
            return {line.number for line in page.context["lines"]}

        assert found(q="扶手") == {second.number}
        assert found(q=first.number.lower()) == {first.number}
        assert found(workflow="callout") == {called.number}
        assert found(workflow="no_such", q="") == set()
        assert first.number in found(page="no number")

    def test_every_tab_says_how_many_it_opens_under_the_filters(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        hazard(city, "台阶松动")
        hazard(city, "扶手断了")
        whistled(city, city.water)
        client = seen_by(city.dispatcher)
        for query in ("", "q=扶手", "workflow=callout", "workflow=callout&q=扶手"):
            for view, _words, count in client.get(f"{LIST}?{query}").context["views"]:
                opened = client.get(f"{LIST}?{query}&view={view}")
                assert len(opened.context["lines"]) == count, (query, view)
        assert cost(client, f"{LIST}?view=all&q=扶手") <= cost(client, f"{LIST}?view=all")

    def test_another_subdistrict_sees_nothing(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        hazard(city)
        page = seen_by(city.stranger).get(f"{LIST}?view=all")
        assert page.context["lines"] == []

    def test_a_long_list_has_pages(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        for _number in range(21):
            hazard(city)
        client = seen_by(city.dispatcher)
        assert len(client.get(LIST).context["lines"]) == 20
        assert len(client.get(f"{LIST}?page=2").context["lines"]) == 1

    def test_more_lines_cost_no_more_queries(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        hazard(city)
        client = seen_by(city.dispatcher)
        few = cost(client, LIST)
        for _number in range(6):
            hazard(city)
        assert cost(client, LIST) == few <= MOST_LIST


class TestMenu:
    def test_it_says_how_many_wait(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        hazard(city)
        page = seen_by(city.dispatcher).get("/console/")
        (entry,) = [each for each in page.context["menu"]() if each.address == LIST]
        assert entry.count == 1


class TestPage:
    def test_it_says_how_the_matter_stands(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = taken(city)
        page = seen_by(city.dispatcher).get(f"{LIST}{matter.number}/")
        text = text_of(page)
        for said in ("台阶松动", "Being mended", "Mending", "第三级", "区水务局", "Accepted"):
            assert said in text
        assert [stage.state for stage in page.context["sheet"].stages] == [
            "done",
            "done",
            "now",
            "next",
        ]
        assert "sent by 柳荫街道办事处" in text

    def test_a_guessed_number_tells_nothing(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter, appeal = hazard(city), appeal_open(city)
        stranger = seen_by(city.stranger)
        foreign = stranger.get(f"{LIST}{matter.number}/")
        nothing = stranger.get(f"{LIST}TJ-20260306-9999/")
        assert foreign.status_code == nothing.status_code == 404
        assert text_of(foreign) == text_of(nothing)
        assert stranger.get(f"/go/matter/{matter.number}/").status_code == 404
        assert seen_by(city.dispatcher).get(f"{LIST}{appeal.number}/").status_code == 404
        assert seen_by(city.resident).get(f"{LIST}{matter.number}/").status_code == 404

    def test_the_way_of_a_notice_leads_here(self, city: SimpleNamespace, seen_by: SeenBy) -> None:
        matter = hazard(city)
        there = seen_by(city.dispatcher).get(f"/go/matter/{matter.number}/")
        assert there["Location"] == f"{LIST}{matter.number}/"

    def test_it_names_its_children_and_a_child_its_parent(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        parent = whistled(city, city.water, city.upkeep)
        own = parent.children.get(called_unit=city.water)
        page = seen_by(city.dispatcher).get(f"{LIST}{parent.number}/")
        assert links_of(page, f"/go/matter/{own.number}/")
        assert page.context["sheet"].standing.who == "区水务局, 区城管局"
        moved(city.handler, own, "finish")
        page = seen_by(city.dispatcher).get(f"{LIST}{parent.number}/")
        assert "1 of 2 finished" in text_of(page)
        assert page.context["sheet"].standing.who == "区城管局"
        page = seen_by(city.dispatcher).get(f"{LIST}{own.number}/")
        assert links_of(page, f"/go/matter/{parent.number}/")

    def test_what_the_reader_may_not_see_is_no_link(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        parent = whistled(city, city.water)
        own = parent.children.get()
        page = seen_by(city.handler).get(f"{LIST}{own.number}/")
        assert parent.number in text_of(page)
        assert not links_of(page, parent.number)

    def test_it_asks_few_questions_however_much_has_happened(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        parent = whistled(city, city.water)
        client = seen_by(city.dispatcher)
        few = cost(client, f"{LIST}{parent.number}/")
        moved(city.handler, parent.children.get(), "finish")
        moved(city.dispatcher, parent, "redo")
        assert cost(client, f"{LIST}{parent.number}/") <= few <= MOST_PAGE

    def test_what_is_asked_again_by_itself_is_only_the_part(
        self, city: SimpleNamespace, seen_by: SeenBy
    ) -> None:
        address = f"{LIST}{hazard(city).number}/"
        headers = {"HX-Request": "true", "HX-Target": "matter-top"}
        part = seen_by(city.dispatcher).get(address, headers=headers).content.decode()
        assert "<html" not in part
        assert 'id="matter-side"' in part
        assert "<dialog" not in part


@pytest.mark.parametrize("address", [LIST, f"{LIST}?view=all", f"{LIST}new/"])
def test_pages_are_there_in_chinese(city: SimpleNamespace, client: Client, address: str) -> None:
    hazard(city)
    enter(client, city.dispatcher, "zh-hans")
    assert "事项" in text_of(client.get(address))


def test_what_waits_for_a_field_worker_is_a_stop_of_the_day(
    city: SimpleNamespace, seen_by: SeenBy
) -> None:
    matter = sent(city)
    page = seen_by(city.handler).get("/field/")
    (stop,) = page.context["stops"]
    assert stop.href == f"/go/matter/{matter.number}/"
    assert "Have a look" in page.content.decode()
