# SPDX-License-Identifier: MulanPSL-2.0
"""The tree as a map with figures, within what the leader looks after."""

from collections.abc import Sequence

import pytest
from django.http import HttpRequest
from django.test import Client

from linli.base.actor import Actor
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts.factories import log_in
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.places.models import Place
from linli.shells.cockpit import figures as registry
from linli.shells.cockpit.figures import Figure, Reading
from linli.shells.frame.faces import cockpit

pytestmark = pytest.mark.django_db


def _square(west: float) -> dict[str, object]:
    ring = [[west, 24.5], [west + 0.1, 24.5], [west + 0.1, 24.6], [west, 24.6], [west, 24.5]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def city() -> dict[str, Place]:
    """A district with two subdistricts, and another district beside it."""
    district = PlaceFactory.create(level="district", name="临江区")
    return {
        "district": district,
        "east": PlaceFactory.create(
            level="subdistrict", name="望江街道", parent=district, boundary=_square(118.1)
        ),
        "west": PlaceFactory.create(
            level="subdistrict", name="渡口街道", parent=district, boundary=_square(118.0)
        ),
        "other": PlaceFactory.create(level="district", name="云栖区"),
    }


@pytest.fixture
def leader(client: Client, city: dict[str, Place], monkeypatch: pytest.MonkeyPatch) -> Client:
    """The head of the district, with one figure and one measure."""
    monkeypatch.setattr(registry, "_figures", [])
    monkeypatch.setattr(registry, "_measures", {})
    monkeypatch.setattr(cockpit, "cards", [])

    @registry.figures()
    def of_today(request: HttpRequest, place: Place) -> list[Figure]:
        del request
        return [Figure("今天反映", 128, note=place.name, href="/rows/")]

    @registry.measure("on_time", "按时办结", steps=(88, 91, 94, 97), unit="%")
    def on_time(actor: Actor, places: Sequence[Place]) -> dict[str, Reading]:
        del actor
        found = {place.name: place.code for place in places}
        return {found["望江街道"]: Reading(94.6, "94.6%", late=2)}

    cockpit.card("list", "frame/parts/messages.html", needs="test.lead")(lambda request: None)
    role_define("head", ["test.lead", "places.view"])
    grant = GrantFactory.create(role="head", place=city["district"])
    log_in(client, grant.account)
    return client


def test_the_first_page_is_the_place_one_looks_after(leader: Client) -> None:
    page = leader.get("/cockpit/").content.decode()
    assert "<h1>临江区</h1>" in page
    assert ">128</a>" in page


def test_every_place_on_the_map_is_a_link_with_its_figure_and_color(
    leader: Client, city: dict[str, Place]
) -> None:
    page = leader.get("/cockpit/").content.decode()
    assert f"?at={city['east'].code}&amp;show=on_time" in page
    assert "<title>望江街道 94.6%</title>" in page
    assert 'class="place-face r4"' in page
    assert 'class="place-face r0"' in page


def test_one_goes_down_the_tree_and_up_again(leader: Client, city: dict[str, Place]) -> None:
    page = leader.get("/cockpit/", {"at": city["east"].code}).content.decode()
    assert "<h1>望江街道</h1>" in page
    assert f'<a href="/cockpit/?at={city["district"].code}">临江区</a>' in page


def test_nobody_looks_into_another_district(leader: Client, city: dict[str, Place]) -> None:
    assert leader.get("/cockpit/", {"at": city["other"].code}).status_code == 404
    assert leader.get("/cockpit/", {"at": "999999"}).status_code == 404


def test_only_the_figures_are_fetched_when_something_happens(leader: Client) -> None:
    part = leader.get("/cockpit/", headers={"HX-Request": "true"}).content.decode()
    assert "128" in part
    assert '<svg class="map"' not in part


def test_a_place_with_nothing_below_says_so(leader: Client, city: dict[str, Place]) -> None:
    page = leader.get("/cockpit/", {"at": city["west"].code}).content.decode()
    assert "这里下面没有更小的地方" in page
