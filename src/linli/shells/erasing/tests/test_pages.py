# SPDX-License-Identifier: MulanPSL-2.0
"""Erasing a person in the console: one asks, a second decides, the proof is shown."""

from types import SimpleNamespace

from django.test import Client

from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.services import deliver_all
from linli.kernel.notify.models import Notice
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Erasure, Person
from linli.kernel.people.terms import ERASED_NAME, Verb
from linli.shells.places.tests.towns import count_beside, enter, links_of, staff, text_of

LIST, NEW = "/console/erasing/", "/console/erasing/new/"
PHONE, LAW = "13800132046", "个人信息保护法 第四十七条"
SAID = {"clause": LAW, "reason": "本人申请，街道批准", "kept": "办件本身：档案法"}


def somebody(town: SimpleNamespace) -> Person:
    person: Person = PersonFactory.create(name="陈桂兰", place=town.grid, phone=PHONE)
    return person


def asked(client: Client, town: SimpleNamespace) -> Erasure:
    person = somebody(town)
    enter(client, town.admin)
    client.post(f"{NEW}?person={person.pk}&request=SJ-7", SAID)
    return Erasure.objects.get()


def test_one_finds_and_asks_and_a_second_one_erases(client: Client, towns: SimpleNamespace) -> None:
    here, person = towns.here, somebody(towns.here)
    enter(client, here.admin)
    assert NEW in links_of(client.get(LIST), "new")
    found = client.post(NEW, {"number": PHONE})
    assert PHONE not in text_of(found)
    (address,) = links_of(found, "person=")
    said = client.post(address, SAID, follow=True)
    assert "you asked" in text_of(said)
    page = f"{LIST}{Erasure.objects.get().pk}/"
    refused = client.post(page, {"decision": "yes"})
    assert (refused.status_code, Person.objects.get(pk=person.pk).name) == (404, "陈桂兰")
    enter(client, staff("security_administrator", here.city))
    done = client.post(page, {"decision": "yes"}, follow=True)
    row = AuditRecord.objects.get(verb=Verb.PERSON_ERASED)
    assert row.detail["digests"]["person"] in text_of(done)
    assert Person.objects.get(pk=person.pk).name == ERASED_NAME
    assert client.post(page, {"decision": "yes"}).status_code == 409


def test_the_menu_says_that_one_waits_for_the_second_person_alone(
    client: Client, towns: SimpleNamespace
) -> None:
    asked(client, towns.here)
    assert count_beside(client, LIST) == ""
    enter(client, staff("security_administrator", towns.here.city))
    assert count_beside(client, LIST) == "1"
    enter(client, towns.there.admin)
    assert count_beside(client, LIST) == ""


def test_the_second_person_is_told_and_who_asked_hears_of_a_no(
    client: Client, towns: SimpleNamespace
) -> None:
    second = staff("security_administrator", towns.here.city)
    erasure = asked(client, towns.here)
    deliver_all()
    notice = Notice.objects.get(text_key="erasing_asked")
    assert notice.account == second
    assert (LAW in notice.body, "陈桂兰" in notice.body) == (True, False)
    assert notice.link == f"{LIST}{erasure.pk}/"
    enter(client, second)
    client.post(notice.link, {"decision": "no", "reason": "诉讼未结"})
    deliver_all()
    answer = Notice.objects.get(text_key="erasing_declined")
    assert answer.account == towns.here.admin
    assert "诉讼未结" in answer.body


def test_a_no_takes_a_reason(client: Client, towns: SimpleNamespace) -> None:
    erasure = asked(client, towns.here)
    assert erasure.request == "SJ-7"
    enter(client, staff("security_administrator", towns.here.city))
    page = f"{LIST}{erasure.pk}/"
    assert client.post(page, {"decision": "no"}).status_code == 422
    said = text_of(client.post(page, {"decision": "no", "reason": "诉讼未结"}, follow=True))
    assert "诉讼未结" in said
    assert Person.objects.get(pk=erasure.person_id).phone == PHONE


def test_what_is_missing_is_said(client: Client, towns: SimpleNamespace) -> None:
    person = somebody(towns.here)
    enter(client, towns.here.admin)
    answer = client.post(f"{NEW}?person={person.pk}", {"clause": "", "reason": ""})
    assert answer.status_code == 422
    assert "Say which provision asks for it" in text_of(answer)
    assert "Nobody of your places" in text_of(client.post(NEW, {"number": "13900000000"}))


def test_other_cities_and_other_roles_reach_nobody(client: Client, towns: SimpleNamespace) -> None:
    erasure = asked(client, towns.here)
    enter(client, towns.there.admin)
    assert client.get(f"{LIST}{erasure.pk}/").status_code == 404
    assert client.get(f"{NEW}?person={erasure.person_id}").status_code == 404
    assert "Nobody of your places" in text_of(client.post(NEW, {"number": PHONE}))
    for role in ("dispatcher", "system_administrator"):
        enter(client, staff(role, towns.here.city))
        assert client.get(LIST).status_code == 404
    assert Client().get(LIST).status_code == 302
