# SPDX-License-Identifier: MulanPSL-2.0
"""Lawful deletion: what is personal is gone, the proof stays, and a backup does not undo it."""

import hashlib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from linli.base.actor import ANONYMOUS, SYSTEM, UNPROVEN, Actor, ActorKind, Held, Proof
from linli.base.errors import Conflict, Forbidden, Invalid, Unproven
from linli.kernel.access.factories import GrantFactory
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.audit.forgetting import Forgotten, forgotten_now
from linli.kernel.audit.models import AuditRecord, NameKey
from linli.kernel.audit.terms import Verb as AuditVerb
from linli.kernel.events.models import Event as OutboxEvent
from linli.kernel.people import selectors, services
from linli.kernel.people.erasing import (
    erasure_approve,
    erasure_ask,
    erasure_decline,
    key_forget,
    keys_forget,
    person_erase,
)
from linli.kernel.people.models import Erasure, Person
from linli.kernel.people.terms import ERASED_NAME, ErasureState, Event, Perm, Verb
from linli.kernel.places.factories import city_tree

pytestmark = pytest.mark.django_db

NAME, PHONE, ID_NUMBER = "陈桂兰", "13800138000", "11010519491231002X"
CLAUSE, REASON = "个人信息保护法 第四十七条", "本人申请，分管领导批准"
GONE = (NAME, PHONE, ID_NUMBER, "南华里")


@pytest.fixture
def city() -> SimpleNamespace:
    return city_tree()


@pytest.fixture
def person(city: SimpleNamespace) -> Person:
    """Somebody with a log-in, of whom everything is known."""
    made = services.person_register(
        actor=SYSTEM,
        name=NAME,
        place=city.grid,
        phone=PHONE,
        id_number=ID_NUMBER,
        address="南华里小区6号楼2单元301",
    )
    return services.person_link_account(actor=SYSTEM, person=made, account=AccountFactory.create())


def officer(path: str) -> Actor:
    account = AccountFactory.create()
    held = frozenset({Perm.ERASE, Perm.REGISTER, Perm.VIEW})
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        label="方远",
        name_key_id=account.name_key_id,
        grants=(Held("security_administrator", path, None, held),),
        proof=Proof(timezone.now(), has_second_factor=True),
    )


def erase(person: Person, actor: Actor = SYSTEM) -> Person:
    """Erased by the machine, or asked for by somebody and approved by the actor."""
    if actor.is_system:
        return person_erase(actor=actor, person=person, clause=CLAUSE, reason=REASON)
    return erasure_approve(actor=actor, erasure=asked(person))


def asked(person: Person, by: Actor = SYSTEM) -> Erasure:
    return erasure_ask(actor=by, person=person, clause=CLAUSE, reason=REASON)


def test_what_is_personal_is_gone_and_the_row_is_nobodys(
    city: SimpleNamespace, person: Person
) -> None:
    person_id = person.pk
    audit.record(SYSTEM, "x.y.z", on=person, subject_name=NAME)
    erase(person, officer(city.city.path))
    kept = Person.objects.get(pk=person_id)
    assert (kept.name, kept.phone, kept.id_number, kept.address) == (ERASED_NAME, "", "", "")
    assert (kept.phone_index, kept.id_number_index, kept.birth_on) == ("", "", None)
    assert kept.place == city.grid
    assert not any(word in str(Person.objects.filter(pk=person_id).values()) for word in GONE)
    assert not selectors.person_find(actor=SYSTEM, phone=PHONE).exists()
    assert not selectors.people_named(actor=SYSTEM, beginning=ERASED_NAME[:2]).exists()
    account = Account.objects.get(pk=kept.account_id)
    assert (account.username, account.is_active) == (f"erased-{account.pk}", False)
    assert not account.has_usable_password()
    rows = AuditRecord.objects.filter(subject_kind="people.person", subject_key=str(person_id))
    assert {audit.subject_name_of(row) for row in rows if row.subject_name} == {None}
    assert audit.verify().is_whole


def test_the_proof_is_on_record(city: SimpleNamespace, person: Person) -> None:
    assert person.account is not None
    wrapped = {
        "person": NameKey.objects.get(pk=person.name_key_id).wrapped_key,
        "account": NameKey.objects.get(pk=person.account.name_key_id).wrapped_key,
    }
    actor = officer(city.city.path)
    erase(person, actor)
    row = AuditRecord.objects.get(verb=Verb.PERSON_ERASED)
    assert (row.actor_id, row.reason, row.place_path) == (
        actor.account_id, REASON, city.grid.path,
    )  # fmt: skip
    assert row.detail["clause"] == CLAUSE
    assert {"name", "phone", "id_number", "address"} <= set(row.detail["fields"])
    digests = {who: hashlib.sha256(key.encode()).hexdigest() for who, key in wrapped.items()}
    assert row.detail["digests"] == digests
    destroyed = AuditRecord.objects.filter(verb=AuditVerb.NAME_KEY_DESTROYED)
    assert {each.detail["digest"] for each in destroyed} == set(digests.values())
    event = OutboxEvent.objects.get(name=Event.PERSON_ERASED)
    assert event.payload == {"person_id": person.pk, "account_id": person.account_id}


def test_only_who_may_at_the_persons_place_erases(city: SimpleNamespace, person: Person) -> None:
    erasure = asked(person)
    for actor in (officer(city.other_grid.path), ANONYMOUS):
        with pytest.raises(Forbidden):
            asked(person, actor)
        with pytest.raises(Forbidden):
            erasure_approve(actor=actor, erasure=erasure)
        with pytest.raises(Forbidden):
            erasure_decline(actor=actor, erasure=erasure, reason="不该删")
    assert Person.objects.get(pk=person.pk).name == NAME


def test_without_provision_or_order_nothing_is_erased(person: Person) -> None:
    for given in ({"clause": "", "reason": REASON}, {"clause": CLAUSE, "reason": " "}):
        with pytest.raises(Invalid):
            person_erase(actor=SYSTEM, person=person, **given)
    assert Person.objects.get(pk=person.pk).phone == PHONE


def test_nobody_is_erased_in_office_or_twice_or_written_again(
    city: SimpleNamespace, person: Person
) -> None:
    grant = GrantFactory.create(account=person.account, place=city.grid)
    with pytest.raises(Conflict) as in_office:
        erase(person)
    assert in_office.value.code == "person_in_office"
    grant.delete()
    erase(person)
    with pytest.raises(Conflict):
        erase(person)
    with pytest.raises(Conflict):
        services.person_update(actor=SYSTEM, person=person, phone=PHONE)


def test_a_restored_backup_has_the_deletion_done_again(person: Person) -> None:
    assert person.account is not None
    old_person = Person.objects.filter(pk=person.pk).values().get()
    old_account = Account.objects.filter(pk=person.account_id).values().get()
    keys = [person.name_key_id, person.account.name_key_id]
    old_keys = {key.pk: key.wrapped_key for key in NameKey.objects.filter(pk__in=keys)}
    erase(person)
    listed = Forgotten.read(forgotten_now().to_json())
    assert {key for key, _at in listed.keys} == set(keys)
    assert not any(word in listed.to_json() for word in GONE)
    Person.objects.filter(pk=person.pk).update(**old_person)
    Account.objects.filter(pk=person.account_id).update(**old_account)
    for key_id, wrapped in old_keys.items():
        NameKey.objects.filter(pk=key_id).update(wrapped_key=wrapped, destroyed_at=None)
    assert Person.objects.get(pk=person.pk).phone == PHONE
    assert keys_forget(actor=SYSTEM, forgotten=listed) >= 1
    assert Person.objects.get(pk=person.pk).phone == ""
    assert not Account.objects.get(pk=person.account_id).is_active
    assert not NameKey.objects.filter(pk__in=keys).exclude(wrapped_key="").exists()
    assert AuditRecord.objects.filter(verb=Verb.KEY_FORGOTTEN).exists()
    assert keys_forget(actor=SYSTEM, forgotten=listed) == 0
    assert audit.verify().is_whole


def test_only_the_machine_does_it_again_and_only_from_our_own_list(person: Person) -> None:
    with pytest.raises(Forbidden):
        key_forget(actor=ANONYMOUS, key_id=person.name_key_id)
    text = forgotten_now().to_json()
    for wrong in (
        "",
        "[]",
        "{}",
        text.replace('"keys": []', f'"keys": [["{person.name_key_id}", "x"]]'),
    ):
        with pytest.raises(Invalid):
            Forgotten.read(wrong)


def test_the_list_goes_outside_at_once(
    person: Person, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.LINLI_ANCHORS = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        erase(person)
    (file,) = tmp_path.iterdir()
    assert len(Forgotten.read(file.read_text("utf-8")).keys) == 2


def test_it_takes_a_second_person_who_has_just_shown_who_they_are(
    city: SimpleNamespace, person: Person
) -> None:
    one, two = officer(city.city.path), officer(city.city.path)
    tired = replace(one, proof=UNPROVEN)
    with pytest.raises(Unproven):
        asked(person, tired)
    with pytest.raises(Forbidden):
        person_erase(actor=one, person=person, clause=CLAUSE, reason=REASON)
    erasure = asked(person, one)
    assert Person.objects.get(pk=person.pk).name == NAME
    with pytest.raises(Conflict):
        asked(person, two)
    own = replace(two, account_id=person.account_id)
    for same in (one, own):
        with pytest.raises(Forbidden):
            erasure_approve(actor=same, erasure=erasure)
    with pytest.raises(Unproven):
        erasure_approve(actor=replace(two, proof=UNPROVEN), erasure=erasure)
    erasure_approve(actor=two, erasure=erasure)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.decided_by_id) == (ErasureState.DONE, two.account_id)
    with pytest.raises(Conflict):
        erasure_approve(actor=two, erasure=erasure)
    rows = AuditRecord.objects.filter(subject_kind="people.person", subject_key=str(person.pk))
    told = [(row.verb, row.actor_id) for row in rows.order_by("seq")][-2:]
    assert told == [(Verb.ERASURE_ASKED, one.account_id), (Verb.PERSON_ERASED, two.account_id)]


def test_a_no_says_why_and_leaves_the_person(city: SimpleNamespace, person: Person) -> None:
    two = officer(city.city.path)
    erasure = asked(person)
    with pytest.raises(Invalid):
        erasure_decline(actor=two, erasure=erasure, reason=" ")
    erasure_decline(actor=two, erasure=erasure, reason="法律要求保存")
    assert Person.objects.get(pk=person.pk).name == NAME
    assert AuditRecord.objects.get(verb=Verb.ERASURE_DECLINED).reason == "法律要求保存"
    asked(person)
