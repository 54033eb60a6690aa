# SPDX-License-Identifier: MulanPSL-2.0
"""A resident is lawfully erased: nothing of them is left in any part, but what they asked for."""

import pytest

from linli.base.actor import SYSTEM
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.services import deliver_pending
from linli.kernel.notify.models import Notice
from linli.kernel.people.erasing import person_erase
from linli.kernel.people.models import Person
from linli.kernel.people.terms import ERASED_NAME
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.terms import Verb
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db


def test_nothing_of_an_erased_resident_is_left_and_their_appeals_are(city: City) -> None:
    person = Person.objects.get(pk=city.people["resident"].pk)
    neighbor = city.people["neighbor"]
    filed = Appeal.objects.filter(account=person.account_id)
    number = filed.count()
    filed.update(contact_name=person.name, contact_phone=person.phone, for_name="阚璟")
    filed.order_by("pk").filter(pk=filed.earliest("pk").pk).update(for_person=neighbor)
    Appeal.objects.exclude(account=person.account_id).update(
        for_person=person, for_name=person.name, for_phone=person.phone
    )
    assert number
    assert Notice.objects.filter(account=person.account_id).exists()
    person_erase(
        actor=SYSTEM, person=person, clause="个人信息保护法 第四十七条", reason="本人申请，已批准"
    )
    deliver_pending()
    assert Person.objects.get(pk=person.pk).name == ERASED_NAME
    assert set(filed.values_list("contact_name", "contact_phone", "contact_phone_index")) == {
        ("", "", "")
    }
    assert set(filed.values_list("for_name", flat=True)) == {"阚璟"}
    others = Appeal.objects.filter(for_person=person)
    assert set(others.values_list("for_name", "for_phone")) == {("", "")}
    assert filed.count() == number
    assert not Notice.objects.filter(account=person.account_id).exists()
    assert Notice.objects.exists()
    row = AuditRecord.objects.get(verb=Verb.CONTACTS_ERASED)
    assert row.detail == {"appeals": number + others.count()}
    assert not any(
        audit.subject_name_of(each)
        for each in AuditRecord.objects.filter(subject_kind="people.person", subject_key=person.pk)
    )
    assert audit.verify().is_whole
