# SPDX-License-Identifier: MulanPSL-2.0
"""What older keys made is made anew: all of it, nothing lost, from where it stopped."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models, transaction

from linli.base import clock, crypto
from linli.base.actor import ANONYMOUS, SYSTEM
from linli.base.crypto import Purpose
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit import names
from linli.kernel.audit import services as audit
from linli.kernel.audit.anchoring import Note, note_of
from linli.kernel.audit.models import AuditRecord, NameKey
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.keys import renewing
from linli.kernel.keys.carriers import Carrier, carried, carriers
from linli.kernel.keys.models import Renewal
from linli.kernel.keys.renewing import renew, renewals_begin_again
from linli.kernel.keys.selectors import progress
from linli.kernel.keys.services import key_retire, key_rotate
from linli.kernel.keys.terms import BESIDE, Verb
from linli.kernel.people import selectors as people
from linli.kernel.people import services as people_services
from linli.kernel.people.models import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("ring_file")]

PHONE = "13800132046"
ID_NUMBER = "511102196803154529"
LATER = max(BESIDE.values()) + dt.timedelta(hours=1)


def somebody(number: int = 0) -> Person:
    return people_services.person_register(
        actor=SYSTEM, name="陈桂兰", phone=str(int(PHONE) + number), address="柳荫6号楼2单元301"
    )


def rotate(*purposes: Purpose) -> None:
    key_rotate(actor=SYSTEM, purposes=purposes or list(Purpose))


def oldest(purpose: Purpose) -> str:
    return crypto.ring().keys(purpose)[-1].id


def carrier(name: str) -> Carrier:
    return next(each for each in carriers() if each.name == name)


def stored(person: Person, column: str) -> str:
    text = models.functions.Cast(column, models.TextField())
    rows = Person.objects.filter(pk=person.pk).annotate(text=text)
    return str(rows.values_list("text", flat=True).get())


def test_every_value_is_made_anew_and_reads_as_before() -> None:
    made = [somebody(number) for number in range(5)]
    audit.record(SYSTEM, "x.y.z", on=made[0], subject_name=made[0].name)
    row = AuditRecord.objects.get(verb="x.y.z")
    old = {purpose: oldest(purpose) for purpose in Purpose}
    rotate()
    assert people.person_find(actor=SYSTEM, phone=PHONE).exists(), (
        "found while nothing is renewed yet"
    )
    assert renew() > 0
    for purpose in Purpose:
        assert carried(old[purpose], purpose) == {}
    ring = crypto.ring()
    assert stored(made[0], "phone").startswith(ring.newest(Purpose.FIELD).id)
    assert stored(made[0], "phone_index").startswith(ring.newest(Purpose.INDEX).id)
    assert Person.objects.get(pk=made[0].pk).phone == PHONE
    assert people.person_find(actor=SYSTEM, phone=PHONE).exists()
    names._opened.clear()
    assert names.unseal(row.subject_name) == "陈桂兰"
    renew()
    assert progress().is_done


def test_it_is_on_record_what_was_rotated_and_what_was_renewed() -> None:
    somebody()
    rotate(Purpose.FIELD)
    newest = crypto.ring().newest(Purpose.FIELD).id
    renew()
    renew()
    told = AuditRecord.objects.get(verb=Verb.ROTATED)
    assert (told.subject_key, told.detail) == (newest, {"purpose": "field"})
    done = AuditRecord.objects.filter(verb=Verb.RENEWED, subject_key=newest)
    assert {"column": "people.person.phone", "rows": 1, "stuck": 0} in [x.detail for x in done]
    renewals_begin_again()
    renew()
    assert done.count() == 2, "a round that found nothing is not worth a word"


def test_only_the_machine_rotates_and_retires() -> None:
    with pytest.raises(Forbidden):
        key_rotate(actor=ANONYMOUS, purposes=[Purpose.FIELD])
    with pytest.raises(Forbidden):
        key_retire(actor=ANONYMOUS, key_id=oldest(Purpose.FIELD))
    assert len(crypto.ring().keys(Purpose.FIELD)) == 1


def test_what_was_written_meanwhile_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    person = somebody()
    rotate(Purpose.FIELD, Purpose.INDEX)
    put = Carrier.put

    def written_in_between(each: Carrier, *given: Any) -> bool:
        if each.name == "people.person.phone":
            people_services.person_update(actor=SYSTEM, person=person, phone="13900135571")
        return put(each, *given)

    with monkeypatch.context() as patched:
        patched.setattr(Carrier, "put", written_in_between)
        renew()
    kept = Person.objects.get(pk=person.pk)
    assert kept.phone == "13900135571"
    assert people.person_find(actor=SYSTEM, phone="13900135571").exists()
    assert not people.person_find(actor=SYSTEM, phone=PHONE).exists()


def test_what_slipped_in_behind_the_round_is_taken_by_the_next() -> None:
    somebody()
    older = Path(settings.LINLI_KEYS_FILE).read_bytes()
    rotate(Purpose.FIELD)
    newer = Path(settings.LINLI_KEYS_FILE).read_bytes()
    renew()
    Path(settings.LINLI_KEYS_FILE).write_bytes(older)
    late = somebody(1)
    Path(settings.LINLI_KEYS_FILE).write_bytes(newer)
    assert carried(oldest(Purpose.FIELD), Purpose.FIELD)
    renewals_begin_again()
    renew()
    assert carried(oldest(Purpose.FIELD), Purpose.FIELD) == {}
    assert Person.objects.get(pk=late.pk).phone == str(int(PHONE) + 1)


def test_it_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "BATCH", 2)
    made = [somebody(number) for number in range(7)]
    rotate(Purpose.FIELD)
    phones = carrier("people.person.phone")
    assert renewing._batch_renew(phones) == 2
    assert Renewal.objects.get(name=phones.name).after == str(made[1].pk)
    assert renewing._batch_renew(phones) == 2
    assert phones.older().count() == 3
    renew()
    assert phones.older().count() == 0


def test_a_second_rotation_in_the_middle_of_the_first_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(renewing, "BATCH", 2)
    made = [somebody(number) for number in range(5)]
    rotate(Purpose.FIELD)
    renewing._batch_renew(carrier("people.person.phone"))
    rotate(Purpose.FIELD)
    renew()
    newest = crypto.ring().newest(Purpose.FIELD).id
    assert all(stored(person, "phone").startswith(newest) for person in made)
    assert progress().is_done


def test_two_workers_at_once_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "BATCH", 3)
    made = [somebody(number) for number in range(20)]
    rotate()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            renew()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    renew()
    assert faults == []
    for purpose in (Purpose.FIELD, Purpose.INDEX, Purpose.AUDIT):
        assert carried(oldest(purpose), purpose) == {}
    for number, person in enumerate(made):
        assert Person.objects.get(pk=person.pk).phone == str(int(PHONE) + number)


def test_a_row_that_somebody_holds_is_left_for_the_next_round() -> None:
    if connection.vendor == "sqlite":
        return  # one writer at a time: nobody holds a row beside another
    person = somebody()
    rotate(Purpose.FIELD)
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            held.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    renew()
    assert carrier("people.person.phone").older().count() == 1
    assert not progress().is_done
    go_on.set()
    thread.join()
    renew()
    assert carrier("people.person.phone").older().count() == 0


def test_what_no_key_opens_is_counted_and_stops_nobody() -> None:
    broken, whole = somebody(), somebody(1)
    key = crypto.ring().newest(Purpose.FIELD).id
    spoiled = models.Value(f"{key}.{'A' * 60}", models.TextField())
    Person.objects.filter(pk=broken.pk).update(phone=spoiled)
    rotate(Purpose.FIELD)
    renew()
    assert stored(whole, "phone").startswith(crypto.ring().newest(Purpose.FIELD).id)
    assert (progress().is_done, progress().stuck) == (True, 1)
    with clock.at(clock.now() + LATER), pytest.raises(Conflict, match=r"people\.person\.phone: 1"):
        key_retire(actor=SYSTEM, key_id=key)


def test_a_destroyed_name_key_is_not_brought_back() -> None:
    person = somebody()
    audit.name_key_destroy(actor=SYSTEM, key_id=person.name_key_id)
    rotate(Purpose.AUDIT)
    renew()
    assert NameKey.objects.get(pk=person.name_key_id).wrapped_key == ""


def test_an_id_number_under_the_older_key_is_still_one_person() -> None:
    people_services.person_register(actor=SYSTEM, name="陈桂兰", id_number=ID_NUMBER)
    rotate(Purpose.INDEX)
    with pytest.raises(Conflict):
        people_services.person_register(actor=SYSTEM, name="陈桂兰", id_number=ID_NUMBER)
    assert Person.objects.count() == 1


class TestRetire:
    def test_it_is_refused_while_something_carries_the_key(self) -> None:
        somebody()
        rotate()
        with clock.at(clock.now() + LATER):
            with pytest.raises(Conflict, match=r"people\.person\.address: 1"):
                key_retire(actor=SYSTEM, key_id=oldest(Purpose.FIELD))
            renew()
            for purpose in Purpose:
                gone = oldest(purpose)
                key_retire(actor=SYSTEM, key_id=gone)
                assert crypto.ring().find(purpose, gone) is None
        assert Person.objects.get().phone == PHONE
        assert AuditRecord.objects.filter(verb=Verb.RETIRED).count() == len(Purpose)

    def test_a_key_that_writes_or_is_unknown_is_refused(self) -> None:
        with pytest.raises(Conflict) as writes:
            key_retire(actor=SYSTEM, key_id=oldest(Purpose.FIELD))
        assert writes.value.code == "key_writes"
        with pytest.raises(Invalid):
            key_retire(actor=SYSTEM, key_id="k000000")

    @pytest.mark.parametrize(
        ("purpose", "hours"),
        [
            (Purpose.FIELD, 1),
            (Purpose.WEBHOOK, 1),
            (Purpose.SESSION, 24 * 14),
            (Purpose.BACKUP, 24 * 400),
        ],
    )
    def test_an_older_key_stays_beside_the_next_for_a_while(
        self, purpose: Purpose, hours: int
    ) -> None:
        rotate(purpose)
        gone = oldest(purpose)
        end = clock.now() + dt.timedelta(hours=hours)
        with clock.at(end - dt.timedelta(minutes=1)), pytest.raises(Conflict) as early:
            key_retire(actor=SYSTEM, key_id=gone)
        assert early.value.code == "key_needed"
        assert len(crypto.ring().session_fallbacks()) == int(purpose is Purpose.SESSION)
        with clock.at(end + dt.timedelta(minutes=1)):
            key_retire(actor=SYSTEM, key_id=gone)


def test_a_note_of_an_older_key_is_ours_even_when_the_key_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linli.kernel.audit.sealing.SETTLING", 0.05)
    audit.record(SYSTEM, "x.y.z")
    seal_all()
    seal = seal_newest()
    assert seal is not None
    text, gone = note_of(seal).to_json(), oldest(Purpose.AUDIT)
    rotate(Purpose.AUDIT)
    assert Note.read(text).key == gone
    assert note_of(seal).key != gone
    with clock.at(clock.now() + LATER):
        renew()
        key_retire(actor=SYSTEM, key_id=gone)
    assert Note.read(text).key == gone
    with pytest.raises(Invalid):
        Note.read(text.replace(seal.chain, "0" * 64))
