# SPDX-License-Identifier: MulanPSL-2.0
"""A partner's system and the city: it is let in with a token, reports, hears what happens by signed
messages, handles as a unit, and is shut out; anybody reads what the city has opened.
"""

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.address import networks_read
from linli.config.testing.kept import kept_for_module
from linli.kernel.access import services as access
from linli.kernel.audit.models import AuditRecord
from linli.kernel.jobs import worker
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.modules.appeals.models import Appeal, Case
from linli.modules.exchange import services as exchange
from linli.modules.exchange.services import sending
from tests.stories.conftest import (
    LESHAN,
    NOON,
    City,
    city_make,
    file_appeal,
    matter_of,
)

PHONE = "13812345678"
SCOPES = ["appeals.view", "appeals.register_for"]


@dataclass
class Hub:
    """A city hub: it calls us with a token and is called by us at `address`."""

    token: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """A request as the hub's own programs send it."""
        return Client().generic(
            method,
            path,
            json.dumps(data) if data is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def get(self, path: str, **headers: str) -> Any:
        """Read something."""
        return self.call("GET", path, **headers)


def listening(hub: Hub) -> http.server.ThreadingHTTPServer:
    """The hub's own server; keeps what it is sent."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            hub.heard.append({"headers": dict(self.headers), "body": body})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def _city_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """Leshan without a case; its administrators look after the whole city."""
    del django_db_setup
    with kept_for_module(django_db_blocker), clock.at(NOON):
        one = city_make(LESHAN)
        for role in ("system_administrator", "security_administrator"):
            account = one.accounts[f"role:{role}"]
            access.grant_give(actor=SYSTEM, account=account, role=role, place=one.top)
        yield one


def let_in(
    city: City, role: str, place: Place, *, unit: Unit | None = None, is_acting: bool = False
) -> Hub:
    """Give a partner an account, a role and a token, as the city's administrators do."""
    grant = access.partner_open(
        actor=city.actor("role:security_administrator"),
        username=f"hub-{role}-{is_acting}".lower(),
        role=role,
        place=place,
        unit=unit,
    )
    scopes = ["appeals.view"] if role == "handler" else SCOPES
    issued = access.token_issue(
        actor=city.actor("role:security_administrator"),
        grant=grant,
        label="城市中枢",
        scopes=scopes,
        ends_on=clock.today() + dt.timedelta(days=30),
        is_acting=is_acting,
    )
    return Hub(issued.text)


def report(city: City, what: str = "") -> dict[str, Any]:
    """What the hub reports: a drain, and how to reach the resident."""
    lon, lat = city.point
    words = what or f"6号楼东侧的雨水井堵了，请打{PHONE}联系。"
    return {"what": words, "lon": lon, "lat": lat, "class_key": "flooding", "contact_phone": PHONE}


def moved(hub: Hub, number: str, move: str, step: str, **how: Any) -> Any:
    """Press a button."""
    key = how.pop("key", "")
    headers = {"Idempotency-Key": key} if key else {}
    data = {"expected_step": step, **how}
    return hub.call("POST", f"/api/v1/cases/{number}/moves/{move}", data, **headers)


def test_a_connected_system_takes_a_case_round(city: City, settings: Any) -> None:
    """DAT-07: what a hub reports is handled here, and comes back to it signed, with its answer."""
    hub = let_in(city, "dispatcher", city.places["subdistrict"])
    server = listening(hub)
    settings.LINLI_WEBHOOK_ALLOW = ("127.0.0.1",)
    made = exchange.webhook_set(
        actor=city.actor("role:security_administrator"),
        label="城市中枢",
        address=f"http://127.0.0.1:{server.server_port}/linli",
        events=["appeals.appeal_filed", "appeals.appeal_answered"],
        place=city.places["subdistrict"],
    )
    filed = hub.call("POST", "/api/v1/appeals/", report(city))
    assert filed.status_code == 201, filed.content
    number = filed.json()["number"]
    appeal = Appeal.objects.get(number=number)
    assert (appeal.channel, appeal.contact_phone) == ("api", PHONE)

    _answered_by_the_unit(city, number)
    sending.messages_make()
    sending.sends_ask()
    worker.run_all()
    server.shutdown()
    server.server_close()

    told = [json.loads(each["body"]) for each in hub.heard]
    assert [each["type"] for each in told] == ["appeals.appeal_filed", "appeals.appeal_answered"]
    assert {each["data"]["number"] for each in told} == {number}
    assert {each["data"]["place"] for each in told} == {city.places["community"].code}
    for each in hub.heard:
        assert PHONE not in each["body"]
        assert _signature(made.secret, each) == each["headers"]["webhook-signature"]
    read = hub.get(told[1]["data"]["link"])
    assert read.status_code == 200
    case = read.json()
    assert case["appeals"][0]["reply"] == "井清好了。"
    assert case["appeals"][0]["what"] == "6号楼东侧的雨水井堵了，请打138****5678联系。"
    assert PHONE not in read.content.decode()
    assert {line["who"] for line in case["timeline"]} == {""}


def _signature(secret: str, heard: dict[str, Any]) -> str:
    """The signature as a receiver works it out."""
    head = heard["headers"]
    text = f"{head['webhook-id']}.{head['webhook-timestamp']}.{heard['body']}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _answered_by_the_unit(city: City, number: str) -> None:
    """The dispatcher sends it to the water bureau, whose own system takes it and answers."""
    bureau = let_in(city, "handler", city.top, unit=city.units["water_affairs"], is_acting=True)
    dispatcher = city.client("dispatcher")
    sent = dispatcher.post(
        f"/api/v1/cases/{number}/moves/dispatch",
        json.dumps({"expected_step": "received"}),
        content_type="application/json",
    )
    assert sent.status_code == 200, sent.content
    assert moved(bureau, number, "accept", "offered").status_code == 200
    values = {"how": "phone", "reached": True, "note": "说好明天上午来"}
    assert moved(bureau, number, "contacted", "handling", values=values).status_code == 200
    answer = {"outcome": "solved", "done": "清掏了雨水井", "reply": "井清好了。"}
    done = moved(bureau, number, "answer", "handling", values=answer)
    assert done.status_code == 200, done.content
    assert done.json()["step"] == "verifying"


class TestToken:
    def test_it_reaches_its_place_and_no_other(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["other_subdistrict"])
        number = matter_of(file_appeal(city)).number
        assert hub.get(f"/api/v1/cases/{number}").status_code == 404
        assert hub.get("/api/v1/appeals/?which=seen").json()["total"] == 0
        refused = hub.call("POST", "/api/v1/appeals/", report(city))
        assert refused.status_code == 404
        assert Appeal.objects.count() == 1

    def test_a_token_that_only_reads_presses_no_button(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"])
        number = matter_of(file_appeal(city)).number
        assert hub.get(f"/api/v1/cases/{number}").json()["moves"] == []
        refused = moved(hub, number, "dispatch", "received")
        assert (refused.status_code, refused.json()["code"]) == (403, "scope")
        at = f"/api/v1/appeals/{number}/moves/dispatch"
        assert hub.call("POST", at, {"expected_step": "received"}).status_code == 403
        assert matter_of(Appeal.objects.get()).step == "received"

    def test_what_it_does_not_carry_is_named_in_the_readers_language(self, city: City) -> None:
        hub = let_in(city, "handler", city.top, unit=city.units["water_affairs"])
        in_chinese = hub.call("POST", "/api/v1/appeals/", report(city))
        assert in_chinese.status_code == 403
        assert in_chinese.json()["message"] == "这个令牌不含权限 appeals.register_for。"
        english = {"Accept-Language": "en-GB,en;q=0.9"}
        in_english = hub.call("POST", "/api/v1/appeals/", report(city), **english)
        assert "does not carry the permission" in in_english.json()["message"]
        assert in_english["Content-Language"] == "en"

    @pytest.mark.parametrize("text", ["", "linli_aaaaaaaa_" + "0" * 64, "Basic"])
    def test_without_a_good_one_nothing_is_told(self, city: City, text: str) -> None:
        number = matter_of(file_appeal(city)).number
        answer = Hub(text).get(f"/api/v1/cases/{number}")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] in {"token_unknown", "sign_in"}

    def test_a_bad_token_is_not_read_as_the_session_beside_it(self, city: City) -> None:
        number = matter_of(file_appeal(city)).number
        client = city.client("dispatcher")
        assert client.get(f"/api/v1/cases/{number}").status_code == 200
        bad = {"Authorization": "Bearer linli_x"}
        assert client.get(f"/api/v1/cases/{number}", headers=bad).status_code == 401

    def test_a_revoked_or_expired_one_says_so(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"])
        with clock.at(NOON + dt.timedelta(days=31)):
            assert hub.get("/api/v1/cases/changed").json()["code"] == "token_expired"
        keeper = city.actor("role:security_administrator")
        token = access.token_read(hub.token, address="").token
        access.token_revoke(actor=keeper, token=token)
        answer = hub.get("/api/v1/cases/changed")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")

    def test_it_has_a_limit_of_its_own_and_is_told(
        self, city: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linli.shells.tokens.bearer.CALLS_A_MINUTE", 2)
        hub = let_in(city, "dispatcher", city.places["subdistrict"])
        left = [hub.get("/api/v1/cases/changed")["RateLimit-Remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        stopped = hub.get("/api/v1/cases/changed")
        assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many")
        assert 1 <= int(stopped["Retry-After"]) <= 60
        other = let_in(city, "handler", city.top, unit=city.units["water_affairs"])
        assert other.get("/api/v1/cases/changed").status_code == 200

    def test_the_record_says_by_which_token(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"])
        hub.call("POST", "/api/v1/appeals/", report(city))
        row = AuditRecord.objects.get(verb="appeals.appeal.filed")
        assert row.request_id.startswith(f"token:{hub.token.split('_')[1]}:")
        assert hub.token.rpartition("_")[2] not in json.dumps(
            list(AuditRecord.objects.values_list("detail", "request_id", "reason"))
        )

    def test_it_opens_no_page_and_no_personal_value(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"])
        assert hub.get("/console/").status_code in {302, 401}
        actor = access.token_read(hub.token, address="").actor
        assert not access.may_anywhere(actor, "people.open_personal")


class TestMoves:
    def test_a_move_sent_again_with_its_key_is_made_once(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"], is_acting=True)
        number = matter_of(file_appeal(city)).number
        first = moved(hub, number, "dispatch", "received", key="a-1")
        again = moved(hub, number, "dispatch", "received", key="a-1")
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json()["revision"] == again.json()["revision"]
        without = moved(hub, number, "dispatch", "received", key="a-2")
        assert without.status_code == 409
        assert moved(hub, number, "dispatch", "received").status_code == 409

    def test_a_refused_move_may_be_sent_again_under_its_key(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"], is_acting=True)
        number = matter_of(file_appeal(city)).number
        wrong = moved(hub, number, "reject", "received", key="b-1")
        assert wrong.status_code == 422
        assert moved(hub, number, "reject", "received", key="b-1").status_code == 422

    def test_a_case_that_is_not_there_is_missing(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"], is_acting=True)
        assert moved(hub, "SQ-20200101-0001", "dispatch", "received").status_code == 404


class TestChanged:
    def test_each_case_comes_once_in_the_order_of_its_last_change(self, city: City) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"], is_acting=True)
        numbers = [matter_of(file_appeal(city)).number for _ in range(3)]
        moved(hub, numbers[0], "dispatch", "received")
        assert hub.get("/api/v1/cases/changed").json()["items"] == []
        with clock.at(NOON + dt.timedelta(minutes=1)):
            first = hub.get("/api/v1/cases/changed?size=2").json()
            rest = hub.get(f"/api/v1/cases/changed?since={first['next']}").json()
        found = [each["number"] for each in (*first["items"], *rest["items"])]
        assert found == [numbers[1], numbers[2], numbers[0]]
        assert (first["is_more"], rest["is_more"]) == (True, False)
        with clock.at(NOON + dt.timedelta(minutes=2)):
            moved(hub, numbers[1], "dispatch", "received")
        with clock.at(NOON + dt.timedelta(minutes=3)):
            after = hub.get(f"/api/v1/cases/changed?since={rest['next']}").json()
            assert [each["number"] for each in after["items"]] == [numbers[1]]
            none = hub.get(f"/api/v1/cases/changed?since={after['next']}").json()
            assert none == {"items": [], "next": after["next"], "is_more": False}

    @pytest.mark.parametrize("since", ["x", "-1", "1" * 19, "１"])
    def test_what_is_no_cursor_is_refused(self, city: City, since: str) -> None:
        hub = let_in(city, "dispatcher", city.places["subdistrict"])
        answer = hub.get(f"/api/v1/cases/changed?since={since}")
        assert (answer.status_code, answer.json()["code"]) == (422, "no_cursor")


class TestOpenData:
    def test_nothing_of_cases_is_open_until_a_city_opens_it(self, city: City) -> None:
        file_appeal(city)
        client = Client()
        assert client.get("/api/open/cases.json").json()["rows"] == []
        sets = client.get("/api/open/").json()["datasets"]
        assert {each["identifier"]: each["is_open"] for each in sets} == {
            "cases": False,
            "classes": True,
            "places": True,
        }

    def test_what_is_open_says_nothing_of_persons(self, city: City) -> None:
        shown = matter_of(file_appeal(city, what=f"雨水井堵了，打{PHONE}。"))
        file_appeal(city, is_confidential=True)
        file_appeal(city, class_key="minimum_living")
        file_appeal(city, class_key="", what="有件事想问一下。")
        self._open(city)
        rows = Client().get("/api/open/cases.json").json()["rows"]
        assert [row["number"] for row in rows] == [shown.number]
        assert rows[0] == {
            "number": shown.number,
            "class": "flooding",
            "class_name": "积水排水",
            "community": city.places["community"].code,
            "community_name": "柳荫社区",
            "opened": "2026-03-10",
            "step": "received",
            "closed": None,
            "response_in_time": None,
            "resolution_in_time": None,
        }

    def test_it_is_open_for_its_place_only_and_until_it_is_closed(self, city: City) -> None:
        file_appeal(city)
        opening = self._open(city, "other_subdistrict")
        client = Client()
        assert client.get("/api/open/cases.json").json()["rows"] == []
        here = self._open(city)
        codes = [city.places[key].code for key in ("community", "other_subdistrict", "top")]
        counts = [
            len(client.get(f"/api/open/cases.json?place={code}").json()["rows"]) for code in codes
        ]
        assert counts == [1, 0, 1]
        keeper = city.actor("role:security_administrator")
        for each in (opening, here):
            exchange.data_close(actor=keeper, opening=each)
        assert client.get("/api/open/cases.json").json()["rows"] == []

    def test_pages_follow_one_another_in_json_and_csv(self, city: City) -> None:
        numbers = [matter_of(file_appeal(city)).number for _ in range(3)]
        self._open(city)
        client = Client()
        first = client.get("/api/open/cases.json?size=2").json()
        second = client.get(f"/api/open/cases.json?size=2&after={first['next']}").json()
        found = [row["number"] for row in (*first["rows"], *second["rows"])]
        assert (found, second["next"]) == (sorted(numbers), "")
        table = client.get("/api/open/cases.csv?size=2")
        assert table["Content-Type"] == "text/csv; charset=utf-8"
        lines = table.content.decode().splitlines()
        assert lines[0].split(",") == first["columns"]
        assert len(lines) == 3
        link = re.fullmatch(r'<http://testserver(.+)>; rel="next"', table["Link"])
        assert link is not None
        assert len(client.get(link[1]).content.decode().splitlines()) == 2

    def test_it_may_be_kept_and_read_by_any_page(self, city: City) -> None:
        del city
        client = Client()
        answer = client.get("/api/open/classes.json")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "public" in answer["Cache-Control"]
        same = client.get("/api/open/classes.json", headers={"If-None-Match": answer["ETag"]})
        assert (same.status_code, same.content) == (304, b"")
        other = client.get("/api/open/places.json", headers={"If-None-Match": answer["ETag"]})
        assert other.status_code == 200
        assert client.post("/api/open/classes.json").status_code == 405

    def test_places_end_with_the_community(self, city: City) -> None:
        rows = Client().get("/api/open/places.json").json()["rows"]
        assert city.places["community"].code in {row["code"] for row in rows}
        assert {row["level"] for row in rows} <= {
            "province",
            "city",
            "district",
            "subdistrict",
            "community",
        }

    def test_it_has_a_limit_an_address(
        self, city: City, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        del city
        monkeypatch.setattr("linli.modules.exchange.api.CALLS_A_MINUTE", 1)
        client = Client()
        assert client.get("/api/open/").status_code == 200
        stopped = client.get("/api/open/")
        assert (stopped.status_code, stopped["Access-Control-Allow-Origin"]) == (429, "*")
        assert int(stopped["Retry-After"]) >= 1
        assert client.get("/api/open/", REMOTE_ADDR="10.9.9.9").status_code == 200
        forged: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": "10.9.9.8"}
        assert client.get("/api/open/", **forged).status_code == 429
        settings.LINLI_TRUSTED_PROXIES = networks_read("127.0.0.1")
        assert client.get("/api/open/", **forged).status_code == 200

    @pytest.mark.parametrize("path", ["people.json", "cases.xml", "cases.json?place=999"])
    def test_what_is_not_there_is_missing(self, city: City, path: str) -> None:
        del city
        assert Client().get(f"/api/open/{path}").status_code == 404

    def _open(self, city: City, key: str = "subdistrict") -> Any:
        return exchange.data_open(
            actor=city.actor("role:security_administrator"),
            data_set="cases",
            place=city.places[key],
        )


def test_whoever_follows_by_polling_sees_each_case(city: City) -> None:
    """What a hub that only asks sees in the end is what there is."""
    hub = let_in(city, "dispatcher", city.places["subdistrict"])
    for _ in range(5):
        file_appeal(city)
    known: dict[str, int] = {}
    since, more = "", True
    with clock.at(NOON + dt.timedelta(minutes=1)):
        while more:
            page = hub.get(f"/api/v1/cases/changed?size=2&since={since}").json()
            known |= {each["number"]: each["revision"] for each in page["items"]}
            since, more = page["next"], page["is_more"]
    rows = Case.objects.values_list("matter__number", "matter__revision")
    assert known == dict(rows)
