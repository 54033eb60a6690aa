# SPDX-License-Identifier: MulanPSL-2.0
"""The map of cases by API: what the queue's map shows, under the same rights."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.accounts.factories import log_in
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors.clusters import MOST_ACROSS, Area, cases_clustered
from linli.modules.appeals.selectors.queue import VIEWS, Filters
from linli.modules.appeals.tests.partner import CASES, hub_at
from linli.modules.appeals.tests.round import crew_of, filed
from linli.modules.appeals.tests.town import actor_of

pytestmark = pytest.mark.django_db

WEST, SOUTH = 103.70, 29.50
BOX = {"west": 103.69, "south": 29.49, "east": 103.81, "north": 29.61}


@pytest.fixture
def crew(city: SimpleNamespace) -> SimpleNamespace:
    """Six cases: five in front of one house, one by itself."""
    found = crew_of(city)
    for number in range(5):
        drawn(filed(found, what=f"{number}号楼前积水"), WEST + number / 1e4, SOUTH)
    lone = filed(found, what="路灯不亮", class_key="street_lights", place=city.other_grid)
    found.lone = drawn(lone, WEST + 0.09, SOUTH + 0.05)
    return found


def drawn(case: Case, lon: float, lat: float) -> Case:
    """A case that lies at a point."""
    Case.objects.filter(pk=case.pk).update(lon=lon, lat=lat)
    return case


def signed_in(account: Any) -> Client:
    """A client with a session."""
    client = Client()
    log_in(client, account)
    return client


def asked(client: Client, **given: Any) -> Any:
    """What stands on the map."""
    return client.get(f"{CASES}map/", BOX | given)


def test_it_says_what_the_map_of_the_queue_shows(crew: SimpleNamespace) -> None:
    told = asked(signed_in(crew.dispatcher)).json()
    area = Area(*BOX.values())
    found = cases_clustered(actor=actor_of(crew.dispatcher), filters=Filters(view="all"), area=area)
    assert [(each["count"], each["number"]) for each in told["spots"]] == [
        (each.count, each.number) for each in found
    ]
    assert (told["total"], told["cell"]) == (6, area.cell)
    many, one = told["spots"]
    assert (many["count"], many["number"], many["link"]) == (5, "", "")
    assert one["number"] == crew.lone.matter.number
    assert signed_in(crew.dispatcher).get(one["link"]).json()["title"] == "路灯不亮"


def test_coming_nearer_draws_less_together(crew: SimpleNamespace) -> None:
    client = signed_in(crew.dispatcher)
    near = {"west": WEST - 1e-5, "east": WEST + 1e-3, "south": SOUTH - 1e-5, "north": SOUTH + 1e-3}
    counts = [len(asked(client, zoom=zoom, **near).json()["spots"]) for zoom in (3, 20)]
    assert counts == [1, 5]
    assert asked(client, zoom=20, **near).json()["total"] == 5


def test_a_fine_zoom_of_a_country_stays_short(crew: SimpleNamespace) -> None:
    box = {"west": 73, "east": 135, "south": 18, "north": 54}
    told = asked(signed_in(crew.dispatcher), zoom=22, **box).json()
    assert told["cell"] == 62 / MOST_ACROSS
    assert told["total"] == 6


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_queue_may_be_asked_for(crew: SimpleNamespace, view: str) -> None:
    assert asked(signed_in(crew.dispatcher), view=view).status_code == 200


def test_it_is_narrowed_as_the_list_is(crew: SimpleNamespace) -> None:
    client = signed_in(crew.dispatcher)
    totals = [
        asked(client, **given).json()["total"]
        for given in (
            {"q": "路灯"},
            {"class_key": "street_lights"},
            {"place": crew.city.grid.code},
            {"place": crew.city.community.code},
            {"channel": "portal"},
            {"channel": "phone"},
            {"step": "received"},
            {"step": "handling"},
        )
    ]
    assert totals == [1, 1, 5, 6, 6, 0, 6, 0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"west": "a"}, "west"),
        ({"zoom": 23}, "zoom"),
        ({"view": "everything"}, "view"),
        ({"channel": "fax"}, "channel"),
        ({"class_key": "nothing"}, "class_key"),
        ({"place": "999"}, "place"),
    ],
)
def test_a_filter_that_is_not_there_is_refused_at_its_field(
    crew: SimpleNamespace, given: dict[str, Any], field: str
) -> None:
    answer = asked(signed_in(crew.dispatcher), **given)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


@pytest.mark.parametrize("given", [{"west": 104, "east": 103}, {"north": "nan"}, {"east": 181}])
def test_what_is_no_area_is_refused(crew: SimpleNamespace, given: dict[str, Any]) -> None:
    answer = asked(signed_in(crew.dispatcher), **given)
    assert (answer.status_code, answer.json()["code"]) == (422, "area")


def test_an_area_must_be_given(crew: SimpleNamespace) -> None:
    answer = signed_in(crew.dispatcher).get(f"{CASES}map/")
    assert answer.status_code == 422
    assert answer.json()["fields"].keys() == set(BOX)


def test_nobody_sees_points_of_another_place(crew: SimpleNamespace) -> None:
    stranger = signed_in(crew.stranger)
    assert asked(stranger).json()["spots"] == []
    foreign = asked(stranger, place=crew.city.grid.code)
    none = asked(stranger, place="999")
    assert (foreign.status_code, none.status_code) == (422, 422)
    assert foreign.json()["code"] == none.json()["code"] == "place_unknown"
    assert asked(Client()).status_code == 401


def test_a_token_needs_its_scope_and_reaches_its_place(crew: SimpleNamespace) -> None:
    city = crew.city
    assert asked(hub_at(city.subdistrict)).json()["total"] == 6
    assert asked(hub_at(city.other_subdistrict)).json()["total"] == 0
    refused = asked(hub_at(city.subdistrict, "appeals.register_for"))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope")


def test_it_asks_once_however_many_there_are(crew: SimpleNamespace) -> None:
    client = signed_in(crew.dispatcher)
    _asked(client)  # what is read once for all requests
    few = _asked(client)
    for number in range(20):
        drawn(filed(crew, what=f"{number}号楼漏水"), WEST + number / 300, SOUTH + 0.02)
    assert _asked(client) == few <= 6


def _asked(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert asked(client).status_code == 200
    return len(found)
