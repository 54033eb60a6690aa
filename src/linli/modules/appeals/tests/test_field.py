# SPDX-License-Identifier: MulanPSL-2.0
"""The field pages of appeals: reports that wait for a signal, orders, work on the spot."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.kernel.accounts.factories import log_in
from linli.kernel.accounts.models import Account
from linli.kernel.files.tests.samples import picture
from linli.kernel.notify.models import Notice
from linli.kernel.people.terms import Privacy
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import HandOver
from linli.modules.appeals import services
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.services import Draft
from linli.modules.appeals.tests.town import Crew, account_of, actor_of, resident, staff
from linli.shells.go import registry as go

pytestmark = pytest.mark.django_db

NEW = "/field/appeals/new/"
WHAT = "7号楼路口积水，车过溅行人一身。"


def text_of(answer: Any) -> str:
    """A page as text."""
    return str(answer.content.decode())


def signed_in(account: Account) -> Client:
    """A browser of somebody who has signed in."""
    client = Client()
    log_in(client, account)
    return client


def worker_of(city: SimpleNamespace) -> Account:
    """The grid worker of the first grid."""
    return staff("grid_worker", city.grid)


def case_of(city: SimpleNamespace, **given: Any) -> Case:
    """A case of the first grid that a resident reported."""
    person = resident(city.grid)
    draft = Draft(what=WHAT, place=city.grid, class_key="flooding", **given)
    return services.appeal_file(actor=actor_of(account_of(person)), draft=draft).case


def parcel(client: Client, account: Account, key: str, **given: Any) -> Any:
    """Send a report the way a phone's outbox does."""
    return client.post(
        NEW,
        {"what": WHAT, "where": "map", "lon": "103.05", "lat": "29.05", **given},
        headers={"Idempotency-Key": key, "Linli-Account": str(account.pk)},
    )


class TestReport:
    def test_the_page_is_kept_by_phones_and_begins_in_the_own_grid(
        self, city: SimpleNamespace
    ) -> None:
        client = signed_in(worker_of(city))
        page = text_of(client.get(NEW))
        assert f'value="{city.grid.code}" selected' in page
        assert "data-outbox" in page
        assert f'"{NEW}"' in text_of(client.get("/sw.js"))

    def test_a_parcel_is_filed_exactly_once(self, city: SimpleNamespace) -> None:
        worker, key = worker_of(city), str(uuid.uuid4())
        client = signed_in(worker)
        photo = SimpleUploadedFile("a.jpg", picture())
        first = parcel(client, worker, key, photos=photo)
        photo.seek(0)
        second = parcel(client, worker, key, photos=photo)
        assert (first.status_code, second.status_code) == (302, 302)
        assert first["Location"] == second["Location"]
        appeal = Appeal.objects.get()
        assert (appeal.channel, appeal.taken_by, appeal.account) == ("grid", worker, None)

    def test_after_the_session_has_ended_the_parcel_is_asked_to_wait(
        self, city: SimpleNamespace
    ) -> None:
        worker, key = worker_of(city), str(uuid.uuid4())
        answer = parcel(Client(), worker, key)
        assert (answer.status_code, answer.json()) == (401, {"code": "sign_in"})
        assert parcel(signed_in(worker), worker, key).status_code == 302
        assert Appeal.objects.count() == 1

    def test_a_parcel_goes_in_under_its_writers_name_only(self, city: SimpleNamespace) -> None:
        worker = worker_of(city)
        other = staff("grid_worker", city.other_grid, name="王小明")
        assert parcel(signed_in(other), worker, str(uuid.uuid4())).status_code == 401
        assert Appeal.objects.count() == 0

    def test_a_script_gets_number_and_address(self, city: SimpleNamespace) -> None:
        client = signed_in(worker_of(city))
        given = {"what": WHAT, "where": "list", "place_1": city.grid.code}
        answer = client.post(NEW, given, headers={"Accept": "application/json"})
        appeal = Appeal.objects.get()
        assert answer.status_code == 201
        assert answer.json()["number"] == appeal.number
        refused = client.post(NEW, {**given, "what": ""}, headers={"Accept": "application/json"})
        assert (refused.status_code, "what" in refused.json()["fields"]) == (422, True)

    def test_what_is_wrong_shows_beside_its_field(self, city: SimpleNamespace) -> None:
        worker = worker_of(city)
        answer = parcel(signed_in(worker), worker, str(uuid.uuid4()), what="")
        assert answer.status_code == 422
        assert 'data-field="what" data-bad' in text_of(answer)

    def test_a_worker_reports_only_where_they_work(self, city: SimpleNamespace) -> None:
        worker = worker_of(city)
        elsewhere = parcel(signed_in(worker), worker, str(uuid.uuid4()), lon="103.3", lat="29.1")
        assert elsewhere.status_code == 422
        assert "您可以做这件事，但不在这个地方。" in text_of(elsewhere)
        assert Appeal.objects.count() == 0

    def test_whoever_told_it_is_told_and_gets_the_code(self, city: SimpleNamespace) -> None:
        worker = worker_of(city)
        other = resident(city.grid, name="黄秀英", phone="13900139000")
        named = {"is_for_other": "yes", "for_name": "黄秀英", "for_phone": "13900139000"}
        answer = parcel(signed_in(worker), worker, str(uuid.uuid4()), **named)
        appeal = Appeal.objects.get()
        assert appeal.query_code in text_of(signed_in(worker).get(answer["Location"]))
        assert Notice.objects.get(text_key="reported_for").account_id == other.account_id
        assert appeal.case.matter.applicant_account_id == other.account_id

    def test_for_a_child_a_guardian_agrees_first(self, city: SimpleNamespace) -> None:
        worker = worker_of(city)
        child = resident(city.grid, name="小明", phone="13900139000")
        child.privacy = Privacy.MINOR
        child.save()
        named = {"is_for_other": "yes", "for_name": "小明", "for_phone": "13900139000"}
        browser = signed_in(worker)
        asked = parcel(browser, worker, str(uuid.uuid4()), **named)
        assert asked.status_code == 422
        assert 'name="is_minor" value="yes" checked' in text_of(asked)
        agreed = {**named, "is_minor": "yes", "has_guardian_consent": "yes"}
        assert parcel(browser, worker, str(uuid.uuid4()), **agreed).status_code == 302
        assert Appeal.objects.get().has_guardian_consent

    def test_what_one_took_in_is_listed_for_nobody_else(self, city: SimpleNamespace) -> None:
        worker = worker_of(city)
        parcel(signed_in(worker), worker, str(uuid.uuid4()))
        title = Case.objects.get().title
        assert title in text_of(signed_in(worker).get("/field/appeals/"))
        other = staff("grid_worker", city.grid, name="王小明")
        assert title not in text_of(signed_in(other).get("/field/appeals/"))
        number = Appeal.objects.get().number
        assert signed_in(other).get(f"/field/appeals/{number}/taken/").status_code == 404

    def test_a_resident_has_no_field_pages(self, city: SimpleNamespace) -> None:
        assert signed_in(account_of(resident(city.grid))).get(NEW).status_code == 404


class TestWork:
    def test_the_first_page_shows_what_is_under_way_in_the_own_grid(
        self, city: SimpleNamespace
    ) -> None:
        case = case_of(city)
        here = signed_in(worker_of(city))
        elsewhere = signed_in(staff("grid_worker", city.other_grid, name="王小明"))
        assert case.title in text_of(here.get("/field/"))
        assert case.title not in text_of(elsewhere.get("/field/"))
        assert here.get(f"/field/appeals/{case.matter.number}/").status_code == 200

    def test_an_order_stands_on_the_days_round_and_is_taken(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        client = signed_in(crew.handler)
        assert case.title in text_of(client.get("/field/"))
        number = case.matter.number
        answer = client.post(f"/field/appeals/{number}/order/accept/")
        assert answer["Location"] == f"/field/appeals/{number}/"
        assert HandOver.objects.get().state == "accepted"

    def test_a_message_leads_a_grid_worker_to_the_case(self, city: SimpleNamespace) -> None:
        number, worker = case_of(city).matter.number, actor_of(worker_of(city))
        assert go.address_of("matter", number, worker) == f"/field/appeals/{number}/"

    def test_an_order_goes_back_only_with_a_reason(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        client = signed_in(crew.handler)
        address = f"/field/appeals/{case.matter.number}/order/refuse/"
        refused = client.post(address, {"note": "是城管的事"})
        assert refused.status_code == 422
        assert "是城管的事" in text_of(refused)
        assert client.post(address, {"reason": "not_ours"}).status_code == 302
        assert HandOver.objects.get().state == "refused"

    def test_somebody_of_another_unit_does_not_see_it(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        stranger = signed_in(staff("handler", city.subdistrict, city.office, name="王五"))
        assert case.title not in text_of(stranger.get("/field/"))
        number = case.matter.number
        assert stranger.get(f"/field/appeals/{number}/").status_code == 404
        assert stranger.post(f"/field/appeals/{number}/order/accept/").status_code == 404

    def test_a_verification_on_the_spot_passes_with_a_photo(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        crew.accept(case)
        crew.answer(case)
        client = signed_in(crew.clerk)
        page = text_of(client.get(f"/field/appeals/{case.matter.number}/?do=pass"))
        assert 'name="how"' in page
        photo = SimpleUploadedFile("a.jpg", picture())
        given = {"expected_step": "verifying", "how": "on_site", "photos": photo}
        address = f"/field/appeals/{case.matter.number}/move/pass/"
        assert client.post(address, {**given, "how": ""}).status_code == 422
        photo.seek(0)
        assert client.post(address, given).status_code == 302
        case.matter.refresh_from_db()
        assert case.matter.step == "calling_back"

    def test_a_verification_fails_only_with_a_reason(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        crew.accept(case)
        crew.answer(case)
        client = signed_in(crew.clerk)
        address = f"/field/appeals/{case.matter.number}/move/fail/"
        given = {"expected_step": "verifying", "how": "on_site"}
        assert client.post(address, given).status_code == 422
        assert client.post(address, {**given, "reason": "half_done"}).status_code == 302
        case.matter.refresh_from_db()
        assert case.matter.step == "handling"

    def test_the_second_of_two_is_told_who_was_first(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        crew.accept(case)
        crew.answer(case)
        address = f"/field/appeals/{case.matter.number}/move/pass/"
        given = {"expected_step": "verifying", "how": "on_site"}
        assert signed_in(crew.clerk).post(address, given).status_code == 302
        late = signed_in(crew.dispatcher).post(address, given)
        assert late.status_code == 409
        assert "赵敏" in text_of(late)

    def test_a_telephone_is_shown_for_a_purpose_and_the_person_can_see_that(
        self, city: SimpleNamespace
    ) -> None:
        crew, case = Crew.of(city), case_of(city)
        crew.dispatch(case)
        crew.accept(case)
        client = signed_in(crew.handler)
        address = f"/field/appeals/{case.matter.number}/contact/"
        page = text_of(client.get(f"/field/appeals/{case.matter.number}/"))
        assert "13800132046" not in page
        assert client.post(address, {"purpose": ""}).status_code == 422
        opened = client.post(address, {"purpose": "约时间上门"})
        assert "13800132046" in text_of(opened)
        assert opened["Cache-Control"] == "no-store"

    def test_a_confidential_reporter_is_named_nowhere(self, city: SimpleNamespace) -> None:
        crew, case = Crew.of(city), case_of(city, is_confidential=True)
        crew.dispatch(case)
        crew.accept(case)
        page = text_of(signed_in(crew.handler).get(f"/field/appeals/{case.matter.number}/"))
        assert "陈桂兰" not in page
        assert workflow.order_open(case.matter) is None
