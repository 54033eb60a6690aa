# SPDX-License-Identifier: MulanPSL-2.0
"""Today's page of a grid worker."""

import re

import pytest
from django.http import HttpRequest
from django.test import Client

from linli.config.testing.numbers import faults, read
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts.factories import log_in
from linli.shells.field import stops as round_of
from linli.shells.field.stops import Stop
from linli.shells.frame.faces import field

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody with work in a grid, and two stops today, one of them done."""

    def today(request: HttpRequest) -> list[Stop]:
        del request
        open_stop = Stop("雨水井核查", "看警示桩", "6号楼", lon=118.1, lat=24.5, flag="上次没清完")
        return [Stop("消防通道", is_done=True), open_stop]

    monkeypatch.setattr(round_of, "_sources", [today])
    monkeypatch.setattr(field, "cards", list(field.cards))
    field.card("today", "frame/parts/empty.html", needs="test.walk")(lambda request: None)
    role_define("walker", ["test.walk"])
    grant = GrantFactory.create(role="walker")
    log_in(client, grant.account)
    return client


def test_the_round_shows_what_is_next_and_how_much_is_done(worker: Client) -> None:
    page = worker.get("/field/").content.decode()
    assert "走了1处，还有1处" in re.sub(r"<[^>]+>", "", page)
    assert "上次没清完" in page
    assert "2处完成1处" in page


def test_what_is_done_is_listed_behind_its_number(worker: Client) -> None:
    page = worker.get("/field/").content.decode()
    shown = read(page)
    assert [(one.href, one.value) for one in shown.numbers if one.value is not None] == [
        ("#stops-done", 1),
        ("#stops-left", 1),
        ("#stops-left", 1),
    ]
    assert not list(faults("/field/", page, lambda _: ""))
    assert "消防通道" in page


def test_the_map_gets_the_open_stops_as_data(worker: Client) -> None:
    page = worker.get("/field/").content.decode()
    assert '"lon": 118.1' in page
    assert page.count('"state": "next"') == 1


def test_only_the_round_is_fetched_when_something_happens(worker: Client) -> None:
    part = worker.get("/field/", headers={"HX-Request": "true"}).content.decode()
    assert "雨水井核查" in part
    assert "<html" not in part


@pytest.mark.parametrize("address", ["/field/messages/", "/field/me/", "/field/outbox/"])
def test_the_other_tabs_open(worker: Client, address: str) -> None:
    assert worker.get(address).status_code == 200


def test_a_resident_finds_no_field_face(client: Client) -> None:
    log_in(client, GrantFactory.create(role="nobody").account)
    assert client.get("/field/").status_code == 404
