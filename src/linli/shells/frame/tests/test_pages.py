# SPDX-License-Identifier: MulanPSL-2.0
"""The frame's own pages: components, sign-in, following what happens, the service worker."""

import json
import re
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from linli.base.version import VERSION
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.events import services as events
from linli.kernel.people.factories import PersonFactory
from linli.shells.frame import live, presence, submissions

SignIn = Callable[..., Account]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_component_renders_in_both_languages(client: Client, language: str) -> None:
    client.cookies["linli_language"] = language
    page = client.get("/components/").content.decode()
    assert page.count('class="rail"') == 5
    assert 'data-tone="late"' in page
    assert ("下一步" if language == "zh-hans" else "Next step") in page


def test_no_page_of_the_frame_carries_inline_style_or_script(client: Client) -> None:
    for address in ("/components/", "/portal/", "/accounts/login/", "/nothing/"):
        page = client.get(address).content.decode()
        assert not re.search(r"\sstyle=|\son\w+=", page)
        scripts = re.findall(r"<script\b[^>]*>", page)
        assert all('type="application/json"' in tag or "src=" in tag for tag in scripts)


def test_signing_in_leads_back_to_where_one_was(client: Client) -> None:
    account = AccountFactory.create(username="chen")
    account.set_password("a long enough phrase")
    account.save()
    page = client.get("/accounts/login/?next=/portal/outbox/").content.decode()
    assert 'name="next" value="/portal/outbox/"' in page
    form = {"login": "chen", "password": "a long enough phrase", "next": "/portal/outbox/"}
    assert client.post("/accounts/login/", form)["Location"] == "/portal/outbox/"


def test_a_wrong_password_is_said_in_words_and_the_name_stays(client: Client) -> None:
    AccountFactory.create(username="chen")
    page = client.post("/accounts/login/", {"login": "chen", "password": "wrong"}).content.decode()
    assert 'data-tone="late"' in page
    assert 'value="chen"' in page


def test_signing_out_asks_first_and_says_what_stays(client: Client, signed_in: SignIn) -> None:
    signed_in()
    assert "还没发出的会留在这台设备上" in client.get("/accounts/logout/").content.decode()


def test_a_page_hears_of_what_happens_at_its_places_only(client: Client) -> None:
    asked = {"of": live.token(["37/"]), "since": live.mark(["37/"])}
    assert client.get("/live/", asked).status_code == 204
    events.announce("test.elsewhere", place_path="44/01/")
    assert client.get("/live/", asked).status_code == 204
    events.announce("test.here", place_path="37/02/")
    asked["since"] = client.get("/live/", asked).json()["mark"]
    assert asked["since"] == live.mark(["37/"])
    assert client.get("/live/", asked).status_code == 204


def test_nobody_can_ask_about_a_place_that_no_page_showed_them(client: Client) -> None:
    assert client.get("/live/", {"of": '["37/"]', "since": ""}).status_code == 404


def test_a_seal_runs_out_after_a_day_and_the_page_can_say_so(
    client: Client, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in()
    yesterday = time.time() - live.LONGEST - 60
    with monkeypatch.context() as then:
        then.setattr("django.core.signing.time.time", lambda: yesterday)
        asked = {"of": live.token(["37/"]), "since": live.mark(["37/"])}
        busy = {"of": presence.token("matter", 7)}
    assert client.get("/live/", asked).status_code == 404
    assert client.get("/busy/", busy).status_code == 404
    assert "stale_reload" in client.get("/portal/").content.decode()


def test_two_people_at_one_matter_learn_of_each_other(client: Client, signed_in: SignIn) -> None:
    token = presence.token("matter", 7)
    PersonFactory.create(name="林晓雯", account=signed_in())
    assert client.get("/busy/", {"of": token}).json() == {"names": []}
    signed_in()
    assert client.get("/busy/", {"of": token}).json() == {"names": ["林晓雯"]}
    assert client.get("/busy/", {"of": presence.token("matter", 8)}).json() == {"names": []}


def test_a_stranger_is_nobody_at_a_matter(client: Client) -> None:
    assert client.get("/busy/", {"of": presence.token("matter", 7)}).status_code == 401
    assert client.get("/busy/", {"of": "matter:7"}).status_code == 404


def test_the_worker_is_told_what_to_keep_and_is_never_cached(client: Client) -> None:
    response = client.get("/sw.js")
    told = json.loads(
        response.content.decode().split("\n")[0].removeprefix("self.LINLI = ").rstrip(";")
    )
    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/"
    assert "/portal/" in told["pages"]
    assert "/field/outbox/" in told["pages"]


def test_the_bare_address_leads_everybody_to_their_place(client: Client, signed_in: SignIn) -> None:
    assert client.get("/")["Location"] == "/portal/"
    signed_in()
    assert client.get("/")["Location"] == "/portal/"


def test_maps_are_told_where_tiles_are_if_the_house_names_some(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "data-tiles" not in client.get("/portal/").content.decode()
    monkeypatch.setattr(settings, "LINLI_TILE_URL", "https://tiles.example/{z}/{x}/{y}.png")
    page = client.get("/portal/").content.decode()
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in page


@pytest.mark.parametrize("address", ["/portal/", "/portal/nothing/", "/accounts/login/"])
def test_every_page_ends_with_the_version(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert page.index("</main>") < page.index(f"邻里 {VERSION}</aside>")


def test_a_page_that_broke_says_the_version_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "once", lambda *_: 1 / 0)
    answer = Client(raise_request_exception=False).get("/portal/")
    assert answer.status_code == 500
    assert f"邻里 {VERSION}</aside>" in answer.content.decode()
