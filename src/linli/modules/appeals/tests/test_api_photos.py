# SPDX-License-Identifier: MulanPSL-2.0
"""Photos by API: with a query code, with a session, with a token; and who gets them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.accounts.factories import log_in
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files.models import StoredFile
from linli.kernel.files.rules import LARGEST
from linli.kernel.files.terms import Verb as FileVerb
from linli.kernel.files.tests.samples import HEIC, PDF, SVG, bomb, photo_with_place, picture
from linli.modules.appeals import services
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.terms import Verb
from linli.modules.appeals.tests.partner import (
    APPEALS,
    CASES,
    Hub,
    anybody,
    hub_at,
    photographed,
    sent,
)
from linli.modules.appeals.tests.town import Crew, account_of, actor_of, resident, staff

pytestmark = pytest.mark.django_db

REPORT = {"what": "6号楼东侧的雨水井堵了。", "lon": 103.05, "lat": 29.05}
RED, SMALL = picture(), picture(size=(30, 20))


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.LINLI_DATA = tmp_path


def signed_in(account: Any) -> Client:
    """A client with a session."""
    client = Client()
    log_in(client, account)
    return client


def filed(client: Client, **given: Any) -> dict[str, Any]:
    """Report something; gives the answer."""
    answer = sent(client, APPEALS, REPORT | given)
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def filed_publicly() -> tuple[str, str]:
    """Report something without an account; gives the address of its photos, and the code."""
    told = sent(anybody(), f"{APPEALS}public/", REPORT).json()
    return f"{APPEALS}public/{told['number']}/photos/?code={told['query_code']}", told["number"]


def at(number: str) -> str:
    """Where photos of an appeal are sent to."""
    return f"{APPEALS}{number}/photos/"


def kept() -> int:
    """How many photos there are."""
    return StoredFile.objects.count()


class TestWithTheCode:
    def test_a_stranger_adds_photos_and_fetches_them(self, city: SimpleNamespace) -> None:
        address, number = filed_publicly()
        answer = photographed(anybody(), address, RED, PDF)
        assert (answer.status_code, answer.json()) == (201, {"number": number, "count": 2})
        seen = anybody().get(address.replace("/photos/", "")).json()["photos"]
        assert [each["content_type"] for each in seen] == ["image/jpeg", "application/pdf"]
        assert (seen[0]["width"], seen[0]["height"]) == (60, 40)
        whole, small = anybody().get(seen[0]["address"]), anybody().get(seen[0]["small"])
        assert whole["Content-Type"] == small["Content-Type"] == "image/jpeg"
        assert whole["X-Content-Type-Options"] == "nosniff"
        assert seen[1]["small"] == ""
        assert anybody().get(seen[1]["address"])["Content-Disposition"].startswith("attachment")

    def test_a_wrong_code_opens_nothing(self, city: SimpleNamespace) -> None:
        address, number = filed_publicly()
        photographed(anybody(), address, RED)
        (photo,) = anybody().get(address.replace("/photos/", "")).json()["photos"]
        wrong = f"{APPEALS}public/{number}/photos/"
        refused = photographed(anybody(), f"{wrong}?code=22222222", SMALL)
        assert (refused.status_code, refused.json()["code"]) == (404, "missing")
        assert kept() == 1
        fetched = anybody().get(f"{wrong}{photo['key']}?code=22222222")
        none = anybody().get(f"{wrong}{'0' * 32}?code=22222222")
        assert (fetched.status_code, fetched.json()) == (404, none.json())
        assert anybody().get(f"{APPEALS}photos/{photo['key']}").status_code == 401

    def test_the_code_of_another_appeal_opens_nothing(self, city: SimpleNamespace) -> None:
        mine, _number = filed_publicly()
        photographed(anybody(), mine, RED)
        (photo,) = anybody().get(mine.replace("/photos/", "")).json()["photos"]
        other, _number = filed_publicly()
        assert anybody().get(other.replace("?", f"{photo['key']}?")).status_code == 404

    def test_codes_cannot_be_tried_without_end(self, city: SimpleNamespace) -> None:
        _address, number = filed_publicly()
        wrong = f"{APPEALS}public/{number}/photos/?code=22222222"
        statuses = [photographed(anybody(), wrong, RED).status_code for _ in range(11)]
        assert statuses == [404] * 10 + [429]

    def test_looks_are_limited(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linli.modules.appeals.api.photos.LOOKS_A_MINUTE", 1)
        address, _number = filed_publicly()
        photographed(anybody(), address, RED)
        (photo,) = anybody().get(address.replace("/photos/", "")).json()["photos"]
        assert [anybody().get(photo["address"]).status_code for _ in range(2)] == [200, 429]


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (SVG, "file_type"),
            (HEIC, "file_heic"),
            (RED[:200], "file_broken"),
            (b"", "file_empty"),
            (bomb(8000, 8000), "file_pixels"),
            (RED + b"\0" * LARGEST, "file_large"),
        ],
        ids=["svg", "heic", "damaged", "empty", "pixels", "large"],
    )
    def test_what_cannot_be_kept_is_refused_and_takes_the_rest_with_it(
        self, city: SimpleNamespace, data: bytes, code: str
    ) -> None:
        address, _number = filed_publicly()
        answer = photographed(anybody(), address, RED, data)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["fields"].keys() == {"photos"}
        assert kept() == 0
        assert not AuditRecord.objects.filter(verb=FileVerb.FILE_STORED).exists()

    def test_no_photo_is_said_by_field(self, city: SimpleNamespace) -> None:
        address, _number = filed_publicly()
        for answer in (anybody().post(address, {}), sent(anybody(), address, {"photos": []})):
            assert answer.status_code == 422
            assert answer.json()["fields"].keys() == {"photos"}

    def test_there_are_nine_at_most_however_they_come(self, city: SimpleNamespace) -> None:
        address, _number = filed_publicly()
        photos = [picture(size=(20 + size, 20)) for size in range(10)]
        assert photographed(anybody(), address, *photos).json()["code"] == "too_many_photos"
        assert kept() == 0
        assert photographed(anybody(), address, *photos[:8]).json()["count"] == 8
        more = photographed(anybody(), address, *photos[8:])
        assert (more.status_code, more.json()["code"]) == (422, "too_many_photos")
        assert photographed(anybody(), address, *photos[:9]).json()["count"] == 9

    def test_the_same_photo_sent_again_changes_nothing(self, city: SimpleNamespace) -> None:
        address, _number = filed_publicly()
        first = photographed(anybody(), address, RED, RED, SMALL)
        revision, records = Case.objects.get().matter.revision, AuditRecord.objects.count()
        again = photographed(anybody(), address, SMALL, RED)
        assert first.json() == again.json()
        assert kept() == 2
        assert Case.objects.get().matter.revision == revision
        assert AuditRecord.objects.count() == records

    def test_the_same_photo_of_another_appeal_is_its_own(self, city: SimpleNamespace) -> None:
        for _ in range(2):
            address, _number = filed_publicly()
            assert photographed(anybody(), address, RED).json()["count"] == 1
        assert kept() == 2

    def test_where_it_was_taken_is_gone(self, city: SimpleNamespace) -> None:
        address, _number = filed_publicly()
        photographed(anybody(), address, photo_with_place())
        (photo,) = anybody().get(address.replace("/photos/", "")).json()["photos"]
        assert b"Exif" not in anybody().get(photo["address"]).content

    def test_sendings_are_limited(
        self, city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("linli.modules.appeals.api.photos.SENDINGS_AN_HOUR", 1)
        address, _number = filed_publicly()
        statuses = [photographed(anybody(), address, RED).status_code for _ in range(2)]
        assert statuses == [201, 429]


class TestSession:
    def test_a_resident_adds_to_their_own_and_nobody_to_anothers(
        self, city: SimpleNamespace
    ) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own)["number"]
        assert photographed(own, at(number), RED).json()["count"] == 1
        other = signed_in(account_of(resident(city.grid, name="王五", phone="13700137000")))
        clerk = signed_in(staff("community_clerk", city.community))
        for client in (other, clerk):
            refused = photographed(client, at(number), SMALL)
            assert (refused.status_code, refused.json()["code"]) == (404, "missing")
        assert anybody().post(at(number), {}).status_code == 401
        assert kept() == 1

    def test_a_write_needs_the_csrf_token(self, city: SimpleNamespace) -> None:
        account = account_of(resident(city.grid))
        number = filed(signed_in(account))["number"]
        client = Client(enforce_csrf_checks=True)
        log_in(client, account)
        assert photographed(client, at(number), RED).status_code == 403
        assert kept() == 0

    def test_it_is_on_the_record_and_in_the_history(self, city: SimpleNamespace) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own)["number"]
        photographed(own, at(number), RED, SMALL)
        row = AuditRecord.objects.get(verb=Verb.CORRECTED)
        assert (row.subject_key, row.detail) == (number, {"photos": 2})
        assert (
            AuditRecord.objects.filter(verb=FileVerb.FILE_STORED, subject_key=number).count() == 2
        )
        clerk = signed_in(staff("community_clerk", city.community))
        told = clerk.get(f"{CASES}{number}").json()
        assert told["timeline"][0]["said"] == "补了2张照片。"

    def test_a_confidential_reporter_is_named_nowhere(self, city: SimpleNamespace) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own, is_confidential=True)["number"]
        assert photographed(own, at(number), RED).status_code == 201
        assert StoredFile.objects.get().uploaded_by is None
        rows = AuditRecord.objects.filter(subject_key=number)
        assert {row.actor_id for row in rows} == {None}
        clerk = signed_in(staff("community_clerk", city.community))
        assert "陈桂兰" not in clerk.get(f"{CASES}{number}").content.decode()

    def test_what_has_ended_takes_no_more(self, city: SimpleNamespace) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own)["number"]
        move = {"expected_step": "received", "reason": "solved_itself"}
        withdrawn = sent(own, f"{APPEALS}{number}/moves/withdraw", move)
        if withdrawn.status_code != 200:
            Appeal.objects.update(withdrawn_at=Appeal.objects.get().filed_at)
        refused = photographed(own, at(number), RED)
        assert (refused.status_code, refused.json()["code"]) == (409, "ended")
        assert kept() == 0

    def test_staff_of_the_place_see_them_and_others_do_not(self, city: SimpleNamespace) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own)["number"]
        photographed(own, at(number), RED)
        here = signed_in(staff("community_clerk", city.community))
        elsewhere = signed_in(staff("community_clerk", city.other_community, name="王五"))
        (photo,) = here.get(f"{APPEALS}{number}").json()["photos"]
        (same,) = here.get(f"{CASES}{number}").json()["appeals"][0]["photos"]
        assert photo == same
        assert here.get(photo["address"]).status_code == 200
        assert own.get(photo["address"]).status_code == 200
        refused, none = elsewhere.get(photo["address"]), here.get(f"{APPEALS}photos/{'0' * 32}")
        assert (refused.status_code, refused.json()) == (404, none.json())

    def test_photos_of_the_work_stand_at_their_line(self, city: SimpleNamespace) -> None:
        crew = Crew.of(city)
        filed(signed_in(account_of(resident(city.grid))))
        case = Case.objects.get()
        crew.dispatch(case)
        crew.accept(case)
        _answered_with_a_photo(crew, case)
        handler = signed_in(crew.handler)
        lines = handler.get(f"{CASES}{case.matter.number}").json()["timeline"]
        (photo,) = [photo for line in lines for photo in line["photos"]]
        assert handler.get(photo["address"]).status_code == 200

    def test_a_case_with_more_photos_asks_no_more(self, city: SimpleNamespace) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own)["number"]
        clerk = signed_in(staff("community_clerk", city.community))
        for address in (f"{APPEALS}{number}", f"{CASES}{number}"):
            photographed(own, at(number), RED)
            _asked(clerk, address)  # what is read once for all requests
            few = _asked(clerk, address)
            photographed(own, at(number), *(picture(size=(30 + n, 20)) for n in range(5)))
            assert _asked(clerk, address) == few


class TestToken:
    def test_a_hub_adds_photos_to_what_it_filed(self, city: SimpleNamespace) -> None:
        hub = hub_at(city.subdistrict)
        number = filed(hub)["number"]
        assert photographed(hub, at(number), RED).json() == {"number": number, "count": 1}
        (photo,) = hub.get(f"{APPEALS}{number}").json()["photos"]
        fetched = hub.get(photo["address"])
        assert fetched.status_code == 200
        assert fetched["RateLimit-Remaining"]

    def test_what_others_filed_is_not_its_to_add_to(self, city: SimpleNamespace) -> None:
        number = filed(signed_in(account_of(resident(city.grid))))["number"]
        first, second = hub_at(city.subdistrict), hub_at(city.subdistrict)
        own = filed(first)["number"]
        for hub, which in ((first, number), (second, own)):
            assert photographed(hub, at(which), RED).status_code == 404
        assert kept() == 0

    def test_a_token_reaches_its_place_and_no_other(self, city: SimpleNamespace) -> None:
        own = signed_in(account_of(resident(city.grid)))
        number = filed(own)["number"]
        photographed(own, at(number), RED)
        key = StoredFile.objects.get().key
        far = hub_at(city.other_subdistrict)
        assert far.get(f"{APPEALS}photos/{key}").status_code == 404
        assert far.get(f"{CASES}{number}").status_code == 404

    def test_it_needs_its_scope(self, city: SimpleNamespace) -> None:
        hub = hub_at(city.subdistrict)
        number = filed(hub)["number"]
        photographed(hub, at(number), RED)
        key = StoredFile.objects.get().key
        reads = hub_at(city.subdistrict, "appeals.view")
        files = hub_at(city.subdistrict, "appeals.register_for")
        assert photographed(reads, at(number), RED).json()["code"] == "scope"
        refused = files.get(f"{APPEALS}photos/{key}")
        assert (refused.status_code, refused.json()["code"]) == (403, "scope")

    def test_a_bad_token_is_refused(self, city: SimpleNamespace) -> None:
        number = filed(hub_at(city.subdistrict))["number"]
        assert photographed(Hub("linli_x"), at(number), RED).status_code == 401

    def test_whoever_took_it_in_adds_only_while_they_may(self, city: SimpleNamespace) -> None:
        account = staff("grid_worker", city.grid)
        worker = signed_in(account)
        number = filed(worker, channel="grid")["number"]
        assert photographed(worker, at(number), RED).json()["count"] == 1
        account.grants.all().delete()
        assert photographed(worker, at(number), SMALL).status_code == 404
        assert kept() == 1


def _answered_with_a_photo(crew: Crew, case: Case) -> None:
    """The unit speaks with the resident and answers with a photo of the work."""
    case.matter.refresh_from_db()
    for move, values, photos in (
        ("contacted", {"how": "phone", "reached": "yes", "note": "说好明天上午来"}, {}),
        (
            "answer",
            {"outcome": "solved", "done": "清掏了雨水井", "reply": "井清好了。"},
            {"photos": [SimpleUploadedFile("a.jpg", RED)]},
        ),
    ):
        services.case_move(
            actor=actor_of(crew.handler),
            case=case,
            move=move,
            expected_step="handling",
            values=dict(values),
            photos=photos,
        )
        case.matter.refresh_from_db()


def _asked(client: Client, address: str) -> int:
    """How many questions an answer asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
