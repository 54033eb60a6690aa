# SPDX-License-Identifier: MulanPSL-2.0
"""Places in the console: what one sees, what stays unseen, and what it costs."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.base.actor import SYSTEM
from linli.kernel.access.factories import GrantFactory
from linli.kernel.audit import services as audit
from linli.kernel.places import services
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.places.terms import Verb
from linli.shells.places.tests.towns import enter, links_of, staff, text_of


def test_the_tree_opens_along_the_way_and_counts_what_lies_below(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    page = client.get("/console/places/", {"at": towns.here.subdistrict.code})
    assert page.status_code == 200
    text = text_of(page)
    assert "春江市" in text
    assert "柳荫社区 community · grid 2" in text
    assert links_of(page, f"?at={towns.here.community.code}")
    assert 'class="place-face' in page.content.decode()


def test_nobody_sees_a_place_of_another_city(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.there.admin)
    assert "春江市" not in text_of(client.get("/console/places/"))
    assert "No place of yours" in text_of(client.get("/console/places/", {"q": "春江"}))
    there = client.get(f"/console/places/{towns.here.community.code}/")
    nowhere = client.get("/console/places/519902009009/")
    assert there.status_code == nowhere.status_code == 404
    assert text_of(there) == text_of(nowhere)
    listed = client.get("/console/places/", {"at": towns.here.city.code})
    assert listed.status_code == 404


def test_a_community_clerk_starts_at_the_community(client: Client, towns: SimpleNamespace) -> None:
    clerk = staff("community_clerk", towns.here.community)
    enter(client, clerk)
    text = text_of(client.get("/console/places/"))
    assert "柳荫社区" in text
    assert "春江市" not in text
    assert client.get(f"/console/places/{towns.here.other_community.code}/").status_code == 404
    page = client.get(f"/console/places/{towns.here.grid.code}/")
    assert links_of(page, f"/places/{towns.here.community.code}/")
    assert not links_of(page, f"/places/{towns.here.city.code}/")


def test_each_figure_of_a_place_opens_that_many_rows(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.admin)
    page = client.get(f"/console/places/{towns.here.district.code}/")
    opened = links_of(page, "/below/")
    assert opened[-1].endswith(f"/{towns.here.subdistrict.code}/below/community/?right=yes")
    for address, count in zip(opened, (2, 2, 2, 2), strict=True):
        rows = client.get(address)
        assert rows.context["page"].paginator.count == count
        assert len(rows.context["rows"]) == count


def test_a_former_code_leads_to_the_place_of_today(client: Client, towns: SimpleNamespace) -> None:
    services.place_alias_add(actor=SYSTEM, place=towns.here.community, code="519902001777")
    enter(client, towns.here.admin)
    page = client.get("/console/places/519902001777/")
    assert page["Location"] == f"/console/places/{towns.here.community.code}/"
    text = text_of(client.get(page["Location"]))
    assert "519902001777" in text


def test_a_place_names_its_units_and_the_pages_about_it(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.auditor)
    page = client.get(f"/console/places/{towns.here.subdistrict.code}/")
    assert "柳荫街道办事处" in text_of(page)
    assert links_of(page, f"/console/units/{towns.here.street.pk}/")
    assert links_of(page, f"subject=places.place:{towns.here.subdistrict.pk}")


def test_what_was_imported_is_listed_with_its_counts(
    client: Client, towns: SimpleNamespace
) -> None:
    enter(client, towns.here.auditor)
    assert "Nothing was imported yet" in text_of(client.get("/console/places/imports/"))
    detail = {"taken": 7, "rows": 9, "added": 5, "boundaries": 0, "repaired": 1, "skipped": 2}
    audit.record(SYSTEM, Verb.PLACES_IMPORTED, at=towns.here.city, detail=detail)
    audit.record(SYSTEM, Verb.PLACES_IMPORTED, at=towns.there.city, detail=detail)
    text = text_of(client.get("/console/places/imports/"))
    assert text.count("7 of 9 rows taken") == 1
    assert "5 new places, 0 boundaries, 1 mended, 2 skipped" in text


def test_without_the_permission_there_is_no_page(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.resident)
    assert client.get("/console/places/").status_code == 404
    client.logout()
    assert client.get("/console/places/").status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_ended_place_says_so(client: Client, towns: SimpleNamespace, language: str) -> None:
    services.place_end(actor=SYSTEM, place=towns.here.other_grid, on=dt.date(2026, 3, 1))
    enter(client, towns.here.admin, language)
    text = text_of(client.get(f"/console/places/{towns.here.other_grid.code}/"))
    assert ("最后一天是3月1日" if language == "zh-hans" else "its last day was 1 Mar") in text


def test_more_places_cost_no_more_queries(client: Client, towns: SimpleNamespace) -> None:
    enter(client, towns.here.admin)
    code = towns.here.community.code

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            for address in (f"?at={code}", f"{code}/"):
                assert client.get(f"/console/places/{address}").status_code == 200
        return len(queries)

    cost()  # what is kept for later is read once
    few = cost()
    for number in range(6):
        PlaceFactory.create(code=f"{code}-x{number}", level="grid", parent=towns.here.community)
    assert cost() == few <= 47


def test_somebody_with_two_posts_begins_at_both(client: Client, towns: SimpleNamespace) -> None:
    clerk = staff("community_clerk", towns.here.community)
    GrantFactory.create(account=clerk, role="community_clerk", place=towns.here.other_community)
    enter(client, clerk)
    text = text_of(client.get("/console/places/"))
    assert "柳荫社区" in text
    assert "河畔社区" in text
