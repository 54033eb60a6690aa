# SPDX-License-Identifier: MulanPSL-2.0
"""The order of the queue, and what its views count."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.kernel.accounts.factories import log_in
from linli.modules.appeals.selectors.queue import Filters, cases_queue
from linli.modules.appeals.tests.round import MONDAY, accepted, answered, crew_of, filed, moved
from linli.modules.appeals.tests.town import actor_of

pytestmark = pytest.mark.django_db
QUEUE = "/console/appeals/"


def test_what_is_due_first_stands_first(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        slow = filed(crew, what="物业不管事", class_key="property_service")
        urgent = filed(crew, what="井盖没了", class_key="manholes")
        busy = accepted(crew)
        rows = cases_queue(actor=actor_of(crew.dispatcher), filters=Filters(view="all"))
    due = {case.pk: case.matter.next_due_at for case in (slow, urgent, busy)}
    assert [row.pk for row in rows] == sorted(due, key=lambda pk: (due[pk], pk))


def test_what_no_clock_runs_for_stands_at_the_end(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        waiting = moved(crew, answered(crew), "dispatcher", "pass", how="on_site")
        open_one = filed(crew, what="井盖没了", class_key="manholes")
        rows = cases_queue(actor=actor_of(crew.dispatcher), filters=Filters(view="all"))
    assert waiting.matter.next_due_at is None
    assert [row.pk for row in rows] == [open_one.pk, waiting.pk]


def test_every_tab_says_how_many_it_opens_under_the_filters(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        filed(crew, what="井盖没了", class_key="manholes")
        filed(crew, what="物业不管事", class_key="property_service")
        accepted(crew)
        client = Client()
        log_in(client, crew.dispatcher)
        grid = crew.city.grid.code
        asked = ("", "q=井盖", "class=manholes", f"place={grid}", "channel=phone", "step=received")
        for query in asked:
            page = client.get(f"{QUEUE}?{query}")
            assert page.status_code == 200
            for view, _words, count in page.context["views"]:
                opened = client.get(f"{QUEUE}?{query}&view={view}")
                assert opened.context["page"].paginator.count == count, (query, view)
                assert len(opened.context["lines"]) == count, (query, view)


def test_counting_under_filters_costs_the_page_no_query_more(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        filed(crew, what="井盖没了", class_key="manholes")
        client = Client()
        log_in(client, crew.dispatcher)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as plain:
            client.get(f"{QUEUE}?view=all")
        with CaptureQueriesContext(connection) as narrowed:
            page = client.get(f"{QUEUE}?view=all&q=井盖")
    assert len(page.context["lines"]) == 1
    assert len(narrowed) == len(plain)


def test_the_map_counts_its_views_under_the_filters_too(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        filed(crew, what="井盖没了", class_key="manholes")
        filed(crew, what="物业不管事", class_key="property_service")
        client = Client()
        log_in(client, crew.dispatcher)
        page = client.get(f"{QUEUE}map/?view=all&q=井盖")
    assert {view: count for view, _, count in page.context["views"]}["all"] == 1
