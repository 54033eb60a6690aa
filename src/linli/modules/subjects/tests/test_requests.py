# SPDX-License-Identifier: MulanPSL-2.0
"""Requests about one's own data, from the portal to the answer: copy, correction, deletion."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from linli.base import clock
from linli.base.actor import SYSTEM, UNPROVEN, Actor
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.kernel.access.factories import proven
from linli.kernel.access.selectors import actor_for
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.services import deliver_pending
from linli.kernel.notify.models import Notice
from linli.kernel.people import erasing
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.kernel.workflow.selectors import clock_views
from linli.modules.subjects import jobs, services
from linli.modules.subjects.models import DataRequest
from linli.modules.subjects.terms import Verb
from linli.shells.places.tests.towns import enter, links_of, staff, text_of

MINE, DESK = "/portal/me/data/", "/console/data-requests/"
PHONE, LAW = "13800132046", "档案法 第二十七条"


def resident(place: Place, name: str = "陈桂兰") -> Account:
    account: Account = AccountFactory.create()
    PersonFactory.create(account=account, place=place, name=name, phone=PHONE)
    return account


def officer(town: SimpleNamespace) -> Account:
    return staff("privacy_officer", town.city, name="沈知微")


def filed(account: Account, kind: str = "deletion", **given: Any) -> DataRequest:
    return services.request_file(actor=proven(account), kind=kind, **given)


def answered(actor: Actor, request: DataRequest, move: str, **given: str) -> DataRequest:
    step = DataRequest.objects.get(pk=request.pk).matter.step
    said = {"answer": "已处理", **given}
    return services.request_answer(actor=actor, request=request, move=move, step=step, **said)


def fresh(request: DataRequest) -> DataRequest:
    return DataRequest.objects.select_related("matter").get(pk=request.pk)


class TestFiling:
    def test_it_has_a_number_and_two_clocks(self, towns: SimpleNamespace) -> None:
        request = filed(resident(towns.here.grid))
        clocks = {each.name: each for each in clock_views(request.matter)}
        assert {"answer", "outer"} <= clocks.keys()
        days = clocks["outer"].due_at - request.matter.opened_at
        assert days <= dt.timedelta(days=31)
        assert clocks["answer"].due_at < clocks["outer"].due_at
        row = AuditRecord.objects.get(verb=Verb.FILED)
        assert row.detail == {"kind": "deletion"}

    def test_what_is_missing_or_asked_already_is_refused(self, towns: SimpleNamespace) -> None:
        account = resident(towns.here.grid)
        for given in (
            {"kind": "all"},
            {"kind": "correction", "wish": "x"},
            {"kind": "correction", "fact": "phone"},
            {"kind": "access", "wish": "长" * 1001},
        ):
            with pytest.raises(Invalid):
                filed(account, **given)
        filed(account)
        with pytest.raises(Conflict):
            filed(account)
        with pytest.raises(Forbidden):
            filed(AccountFactory.create())


class TestCopies:
    def test_it_is_made_fetched_with_proof_and_removed(self, towns: SimpleNamespace) -> None:
        account = resident(towns.here.grid)
        request = filed(account, "access", language="en")
        jobs.copy_make_job(request.pk)
        jobs.copy_make_job(request.pk)
        made = fresh(request)
        assert (made.matter.end, AuditRecord.objects.filter(verb=Verb.COPY_MADE).count()) == (
            "done", 1,
        )  # fmt: skip
        text = services.copy_fetch(actor=proven(account), request=made)
        assert PHONE in text
        assert "陈桂兰" in text
        assert "[People and households]" in text
        with pytest.raises(Unproven):
            services.copy_fetch(actor=actor_for(account, proof=UNPROVEN), request=made)
        with clock.at(clock.now() + dt.timedelta(days=31)):
            jobs.copies_remove()
        assert fresh(request).copy == ""
        with pytest.raises(Forbidden):
            services.copy_fetch(actor=proven(account), request=made)

    def test_it_is_for_nobody_else_and_holds_nobody_else(self, towns: SimpleNamespace) -> None:
        resident(towns.here.grid, "李爱华")
        account = resident(towns.here.grid)
        request = filed(account, "access")
        jobs.copy_make_job(request.pk)
        assert "李爱华" not in fresh(request).copy
        for other in (resident(towns.here.grid), officer(towns.here)):
            with pytest.raises(Forbidden):
                services.copy_fetch(actor=proven(other), request=fresh(request))
        with pytest.raises(Forbidden):
            services.copy_make(actor=proven(account), request=request)


class TestAnswers:
    def test_a_correction_is_put_into_the_register(self, towns: SimpleNamespace) -> None:
        account = resident(towns.here.grid)
        request = filed(account, "correction", fact="phone", wish="13900000001")
        answered(proven(officer(towns.here)), request, "grant")
        assert Person.objects.get(account=account).phone == "13900000001"
        assert fresh(request).matter.end == "done"
        assert Notice.objects.filter(account=account, text_key="data_answered").exists()

    def test_a_refusal_names_the_law(self, towns: SimpleNamespace) -> None:
        request = filed(resident(towns.here.grid))
        actor = proven(officer(towns.here))
        with pytest.raises(Invalid):
            answered(actor, request, "refuse")
        answered(actor, request, "refuse", law=LAW)
        assert (fresh(request).law, fresh(request).matter.end) == (LAW, "refused")
        with pytest.raises(Forbidden):
            answered(actor, request, "refuse", law=LAW)

    def test_only_who_may_there_answers(self, towns: SimpleNamespace) -> None:
        account = resident(towns.here.grid)
        request = filed(account)
        for other in (officer(towns.there), account, staff("dispatcher", towns.here.city)):
            with pytest.raises(Forbidden):
                answered(proven(other), request, "refuse", law=LAW)
        assert fresh(request).matter.step == "received"

    def test_a_correction_is_no_deletion(self, towns: SimpleNamespace) -> None:
        request = filed(resident(towns.here.grid), "correction", fact="other", wish="生日")
        for move in ("erase", "deliver", "withdraw"):
            with pytest.raises((Forbidden, Invalid)):
                answered(proven(officer(towns.here)), request, move)

    def test_one_takes_back_ones_own_only(self, towns: SimpleNamespace) -> None:
        account = resident(towns.here.grid)
        request = filed(account)
        with pytest.raises(Forbidden):
            services.request_withdraw(
                actor=proven(resident(towns.here.grid)), request=request, step="received"
            )
        services.request_withdraw(actor=proven(account), request=request, step="received")
        assert fresh(request).matter.end == "withdrawn"


class TestDeletion:
    def test_it_ends_in_the_lawful_erasure(self, towns: SimpleNamespace) -> None:
        here, account = towns.here, resident(towns.here.grid)
        request = filed(account, wish="请全部删掉")
        answered(proven(officer(here)), request, "erase")
        assert fresh(request).matter.ended_at is None
        assert Notice.objects.filter(account=here.admin, text_key="data_to_erase").exists()
        person = Person.objects.get(account=account)
        asked = erasing.erasure_ask(
            actor=proven(here.admin), person=person, clause="第四十七条", reason="本人申请"
        )
        second = proven(staff("security_administrator", here.city))
        erasing.erasure_approve(actor=second, erasure=asked)
        deliver_pending()
        done = fresh(request)
        assert (done.matter.end, done.wish, done.answer) == ("done", "", "")

    def test_a_no_brings_it_back_to_be_answered(self, towns: SimpleNamespace) -> None:
        here, account = towns.here, resident(towns.here.grid)
        request = filed(account)
        answered(proven(officer(here)), request, "erase")
        asked = erasing.erasure_ask(
            actor=SYSTEM,
            person=Person.objects.get(account=account),
            clause="第四十七条",
            reason="本人申请",
        )
        erasing.erasure_decline(actor=proven(here.admin), erasure=asked, reason="诉讼未结")
        deliver_pending()
        assert fresh(request).matter.step == "received"
        with pytest.raises(Forbidden):
            services.requests_return(actor=proven(here.admin), person_id=1)
        with pytest.raises(Forbidden):
            services.requests_empty(actor=proven(here.admin), person_id=1)


class TestPages:
    def test_a_resident_asks_follows_and_is_answered(
        self, client: Client, towns: SimpleNamespace
    ) -> None:
        account = resident(towns.here.grid)
        enter(client, account)
        assert f"{MINE}requests/new/?kind=deletion" in links_of(client.get(MINE), "requests")
        said = client.post(
            f"{MINE}requests/new/",
            {"kind": "correction", "fact": "address", "wish": "南华里6号楼"},
            follow=True,
        )
        assert "南华里6号楼" in text_of(said)
        number = DataRequest.objects.get().matter.number
        enter(client, officer(towns.here))
        listed = client.get(DESK)
        assert number in text_of(listed)
        assert PHONE not in text_of(listed)
        page = f"{DESK}{number}/"
        assert "南华里6号楼" in text_of(client.get(page))
        sent = {"move": "grant", "step": "received", "answer": "改好了"}
        assert "Answered." in text_of(client.post(page, sent, follow=True))
        assert client.post(page, sent).status_code in (404, 409)
        enter(client, account)
        assert "改好了" in text_of(client.get(f"{MINE}requests/{number}/"))

    def test_a_refusal_stays_on_the_form(self, client: Client, towns: SimpleNamespace) -> None:
        enter(client, resident(towns.here.grid))
        answer = client.post(f"{MINE}requests/new/", {"kind": "correction", "wish": "这句话"})
        assert answer.status_code == 422
        assert "这句话" in text_of(answer)

    def test_strangers_find_nothing(self, client: Client, towns: SimpleNamespace) -> None:
        account = resident(towns.here.grid)
        request = filed(account, "access")
        jobs.copy_make_job(request.pk)
        page = f"{MINE}requests/{request.matter.number}/"
        enter(client, account)
        copy = client.get(f"{page}copy/")
        assert copy["Content-Disposition"].startswith("attachment")
        assert PHONE in copy.content.decode()
        enter(client, resident(towns.here.grid))
        for address in (page, f"{page}copy/"):
            assert client.get(address).status_code == 404
        assert client.post(f"{page}withdraw/").status_code == 404
        for other in (officer(towns.there), towns.here.admin):
            enter(client, other)
            assert client.get(f"{DESK}{request.matter.number}/").status_code == 404
        assert Client().get(page).status_code == 302

    def test_whoever_erases_is_led_to_the_erasing(
        self, client: Client, towns: SimpleNamespace
    ) -> None:
        request = filed(resident(towns.here.grid))
        answered(proven(officer(towns.here)), request, "erase")
        enter(client, towns.here.admin)
        found = client.get(f"/go/matter/{request.matter.number}/")
        assert f"/console/erasing/new/?person={request.person_id}" in found["Location"]
