# SPDX-License-Identifier: MulanPSL-2.0
"""How often somebody may send, whatever comes of it, and by which address they are known."""

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from linli.base.actor import SYSTEM
from linli.base.address import networks_read
from linli.kernel.access import services as access
from linli.kernel.access.terms import AbuseKind
from linli.kernel.files.tests.samples import SVG
from linli.modules.appeals import rules
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.tests.test_portal import (
    NEW,
    NO_NUMBER,
    WHAT,
    filled,
    page_of,
    reported,
    signed_in,
    text_of,
)
from linli.modules.appeals.tests.town import PHONE, resident

pytestmark = pytest.mark.django_db

PUBLIC = "/api/v1/appeals/public/"
ONE, OTHER = "203.0.113.9", "2001:db8::7"


@pytest.fixture(autouse=True)
def _hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that is reached soon."""
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 3)
    monkeypatch.setattr(rules, "ADDITIONS_AN_HOUR", 3)


def bad_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", SVG, content_type="image/jpeg")


def posted(address: str, body: dict[str, Any], **meta: Any) -> int:
    """The status of a report by the API, without an account."""
    answer = Client().post(address, json.dumps(body), content_type="application/json", **meta)
    return int(answer.status_code)


class TestRefusedCountToo:
    def test_reports_with_a_bad_file_come_to_their_limit(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        statuses = [client.post(NEW, filled(photos=bad_photo())).status_code for _ in range(5)]
        assert statuses == [422, 422, 422, 429, 429]
        assert Appeal.objects.count() == 0

    def test_so_do_incomplete_ones_of_an_account(self, city: SimpleNamespace) -> None:
        browser = signed_in(resident(city.grid))
        statuses = [browser.post(NEW, filled(what="")).status_code for _ in range(4)]
        assert statuses == [422, 422, 422, 429]

    def test_and_those_by_the_api(self, city: SimpleNamespace) -> None:
        body = {"what": "", "lon": 103.05, "lat": 29.05}
        assert [posted(PUBLIC, body) for _ in range(4)] == [422, 422, 422, 429]

    def test_a_look_at_the_places_below_is_no_report(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        statuses = [client.post(NEW, filled(_step="places")).status_code for _ in range(5)]
        assert statuses == [200] * 5

    def test_what_was_typed_stays_and_the_page_says_when_to_try_again(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        for _ in range(3):
            client.post(NEW, filled(what=""))
        answer = client.post(NEW, filled())
        assert WHAT in text_of(answer)
        assert int(answer["Retry-After"]) > 0

    def test_pairs_are_not_tried_for_ever_under_a_key_of_a_form(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        def tried(code: str) -> int:
            sent = {"number": NO_NUMBER, "code": code, "_once": str(uuid.uuid4())}
            return int(client.post("/portal/appeals/find/", sent).status_code)

        assert [tried(f"{number:08}") for number in range(11)] == [422] * 10 + [429]

    def test_a_good_report_is_counted_in_one_statement(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            reported(client)
        counted = [one for one in seen if "access_ratelimitcount" in one["sql"]]
        assert len(counted) == 1
        assert seen.captured_queries.index(counted[0]) < _first(seen, "frame_submission")


def _first(seen: CaptureQueriesContext, table: str) -> int:
    return next(at for at, one in enumerate(seen.captured_queries) if table in one["sql"])


class TestAddresses:
    @pytest.fixture
    def proxied(self, settings: Settings) -> None:
        settings.LINLI_TRUSTED_PROXIES = networks_read("127.0.0.1")

    def sent(self, address: str, **meta: Any) -> int:
        form = filled(what="")
        return int(Client().post(NEW, form, HTTP_X_FORWARDED_FOR=address, **meta).status_code)

    def test_behind_a_proxy_people_are_told_apart(
        self, proxied: None, city: SimpleNamespace
    ) -> None:
        assert [self.sent(ONE) for _ in range(4)] == [422, 422, 422, 429]
        assert self.sent(OTHER) == 422
        assert self.sent(f"198.51.100.1, {ONE}") == 429

    def test_who_comes_directly_is_known_by_no_header(
        self, proxied: None, city: SimpleNamespace
    ) -> None:
        found = [self.sent(f"198.51.100.{n}", REMOTE_ADDR=ONE) for n in range(4)]
        assert found == [422, 422, 422, 429]

    def test_the_abuse_list_knows_the_address_behind_the_proxy(
        self, proxied: None, city: SimpleNamespace
    ) -> None:
        access.abuse_add(actor=SYSTEM, kind=AbuseKind.ADDRESS, key=ONE, at=city.city, reason="刷单")
        body = {"what": WHAT, "lon": 103.05, "lat": 29.05}
        assert posted(PUBLIC, body, HTTP_X_FORWARDED_FOR=ONE) == 422
        assert posted(PUBLIC, body, HTTP_X_FORWARDED_FOR=OTHER) == 201


class TestAdditions:
    def test_one_appeal_is_not_added_to_without_end(
        self, client: Client, city: SimpleNamespace
    ) -> None:
        appeal = reported(client)
        sent = [
            {"what": what, "_once": str(uuid.uuid4())} for what in ("", "x", "还有一处", "又来")
        ]
        answers = [client.post(page_of(appeal, "add/"), each) for each in sent]
        assert [each.status_code for each in answers] == [422, 422, 302, 429]
        assert "又来" in text_of(answers[-1])
        assert client.post(page_of(reported(client), "add/"), {"what": "再说"}).status_code == 302

    def test_a_stranger_uses_up_nobodys_limit(self, client: Client, city: SimpleNamespace) -> None:
        appeal = reported(client)
        page = page_of(appeal, "add/")
        assert [Client().post(page, {"what": "x"}).status_code for _ in range(4)] == [404] * 4
        assert client.post(page, {"what": "还有一处"}).status_code == 302

    @pytest.mark.parametrize(
        ("kind", "key"), [(AbuseKind.ADDRESS, "127.0.0.1"), (AbuseKind.PHONE, PHONE)]
    )
    def test_who_is_on_the_abuse_list_adds_nothing(
        self, client: Client, city: SimpleNamespace, kind: AbuseKind, key: str
    ) -> None:
        appeal = reported(client, contact_phone=PHONE)
        access.abuse_add(actor=SYSTEM, kind=kind, key=key, at=city.city, reason="一天三百条广告")
        answer = client.post(page_of(appeal, "add/"), {"what": "还有一处"})
        assert answer.status_code == 422
        assert "一天三百条广告" in text_of(answer)
        assert "还有一处" in text_of(answer)
