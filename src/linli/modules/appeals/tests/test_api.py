# SPDX-License-Identifier: MulanPSL-2.0
"""The API of appeals, with a session and without."""

import json
import os
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.tests.town import Crew, account_of, resident, staff

API = "/api/v1/appeals/"
WHAT = "6号楼东侧的雨水井堵了。"
POINT = {"lon": 103.05, "lat": 29.05}


def signed_in(account: Account) -> Client:
    """A client with a session, without the CSRF check."""
    client = Client()
    log_in(client, account)
    return client


def sent(client: Client, address: str, data: dict[str, Any], **headers: str) -> Any:
    """Post JSON."""
    return client.post(address, json.dumps(data), content_type="application/json", headers=headers)


@pytest.mark.django_db
class TestPublic:
    def test_it_is_filed_and_followed_without_an_account(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        filed = sent(client, f"{API}public/", {"what": WHAT, **POINT})
        assert filed.status_code == 201
        told = filed.json()
        assert told["place"] == {"code": city.grid.code, "name": "第一网格"}
        found = client.get(f"{API}public/{told['number']}", {"code": told["query_code"]})
        assert found.status_code == 200
        assert found.json()["standing"]["due_at"]

    def test_a_key_makes_it_one_appeal(self, client: Client, city: SimpleNamespace) -> None:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        numbers = {
            sent(client, f"{API}public/", {"what": WHAT, **POINT}, **key).json()["number"]
            for _ in range(2)
        }
        assert len(numbers) == 1
        assert Appeal.objects.count() == 1

    def test_what_is_wrong_is_said_by_field(self, client: Client, city: SimpleNamespace) -> None:
        answer = sent(client, f"{API}public/", {"what": ""})
        assert answer.status_code == 422
        told = answer.json()
        assert told.keys() == {"code", "message", "fields"}
        assert told["fields"].keys() == {"what", "place"}

    def test_what_cannot_be_read_is_said_by_field(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        answer = sent(client, f"{API}public/", {"what": WHAT, "lon": "east"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")
        assert "lon" in answer.json()["fields"]

    def test_a_wrong_code_is_the_same_as_no_appeal(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        told = sent(client, f"{API}public/", {"what": WHAT, **POINT}).json()
        wrong = client.get(f"{API}public/{told['number']}", {"code": "22222222"})
        none = client.get(f"{API}public/SQ-20200101-0001", {"code": told["query_code"]})
        assert (wrong.status_code, wrong.json()) == (404, none.json())

    def test_codes_cannot_be_tried_without_end(self, client: Client, city: SimpleNamespace) -> None:
        address = f"{API}public/SQ-20200101-0001"
        statuses = [client.get(address, {"code": "22222222"}).status_code for _ in range(11)]
        assert statuses == [404] * 10 + [429]

    def test_classes_and_places_are_for_everybody(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        classes = client.get(f"{API}classes").json()
        assert {"key": "flooding", "name": "积水排水", "part_of": "city_services"} in classes
        assert client.get(f"{API}places/at?lon=103.05&lat=29.05").json()["code"] == city.grid.code
        assert client.get(f"{API}places/at?lon=0&lat=0").status_code == 404


@pytest.mark.django_db
class TestSession:
    def test_without_a_session_it_asks_to_sign_in(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        assert client.get(API).json()["code"] == "sign_in"
        assert sent(client, API, {"what": WHAT, **POINT}).status_code == 401

    def test_a_write_needs_the_csrf_token(self, city: SimpleNamespace) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(account_of(resident(city.grid)))
        assert sent(client, API, {"what": WHAT, **POINT}).status_code == 403
        assert Appeal.objects.count() == 0

    def test_a_resident_files_and_reads_their_own(self, city: SimpleNamespace) -> None:
        client = signed_in(account_of(resident(city.grid)))
        number = sent(client, API, {"what": WHAT, "at_home": True}).json()["number"]
        assert client.get(f"{API}{number}").json()["what"] == WHAT
        page = client.get(API).json()
        assert (page["total"], page["items"][0]["number"]) == (1, number)
        other = signed_in(account_of(resident(city.grid, name="王五", phone="13700137000")))
        assert other.get(API).json()["total"] == 0
        assert other.get(f"{API}{number}").status_code == 404

    def test_a_channel_of_staff_needs_its_right(self, city: SimpleNamespace) -> None:
        report = {"what": WHAT, "channel": "grid", **POINT}
        nobody = signed_in(account_of(resident(city.grid)))
        assert sent(nobody, API, report).status_code == 404
        worker = signed_in(staff("grid_worker", city.grid))
        assert sent(worker, API, report).status_code == 201
        assert worker.get(API, {"which": "taken"}).json()["total"] == 1

    def test_staff_see_what_lies_at_their_places(self, city: SimpleNamespace) -> None:
        sent(signed_in(account_of(resident(city.grid))), API, {"what": WHAT, **POINT})
        here = signed_in(staff("community_clerk", city.community))
        elsewhere = signed_in(staff("community_clerk", city.other_community, name="王五"))
        assert here.get(API, {"which": "seen"}).json()["total"] == 1
        assert elsewhere.get(API, {"which": "seen"}).json()["total"] == 0
        assert elsewhere.get(f"{API}{Appeal.objects.get().number}").status_code == 404

    def test_buttons_are_shown_and_pressed(self, city: SimpleNamespace) -> None:
        crew = Crew.of(city)
        number = sent(
            signed_in(account_of(resident(city.grid))), API, {"what": WHAT, **POINT}
        ).json()["number"]
        dispatcher = signed_in(crew.dispatcher)
        moves = {each["key"] for each in dispatcher.get(f"{API}{number}").json()["moves"]}
        assert {"dispatch", "reject"} <= moves
        address = f"{API}{number}/moves/"
        moved = sent(dispatcher, f"{address}dispatch", {"expected_step": "received"})
        assert moved.json()["step"] == "offered"
        handler = signed_in(crew.handler)
        assert sent(handler, f"{address}refuse", {"expected_step": "offered"}).status_code == 422
        assert sent(handler, f"{address}accept", {"expected_step": "offered"}).status_code == 200
        assert Case.objects.get().matter.step == "handling"
        second = sent(dispatcher, f"{address}dispatch", {"expected_step": "received"})
        assert second.status_code == 409


@pytest.mark.django_db
def test_the_description_in_the_repository_is_the_one_that_is_served(client: Client) -> None:
    """With LINLI_WRITE_OPENAPI=1 it writes the description anew."""
    served = client.get("/api/v1/openapi.json").json()
    kept = Path(settings.LINLI_PACKS).parent / "docs" / "openapi.json"
    if os.environ.get("LINLI_WRITE_OPENAPI"):
        text = json.dumps(served, ensure_ascii=False, indent=1, sort_keys=True)
        kept.write_text(f"{text}\n", encoding="utf-8")
    assert served == json.loads(kept.read_text(encoding="utf-8"))
