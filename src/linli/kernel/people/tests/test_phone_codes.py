# SPDX-License-Identifier: MulanPSL-2.0
"""Codes by phone: who is sent one, how often, how it is guessed, and what is on record."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from linli.base.errors import Forbidden, Invalid, TooMany
from linli.config.testing.together import at_once
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.models import RateLimitCount
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people import phone_codes
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import PhoneCode
from linli.kernel.people.terms import CODE_LASTS, Privacy, Verb

pytestmark = pytest.mark.django_db

PHONE, NOBODYS = "13800138000", "13900139000"
AT = dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)


def resident(phone: str = PHONE, **facts: Any) -> Account:
    """Somebody with a log-in and this phone."""
    account = AccountFactory.create(**facts)
    PersonFactory.create(account=account, phone=phone)
    return account


def asked(phone: str = PHONE, address: str = "192.0.2.1") -> phone_codes.Outgoing:
    """Somebody asks for a code."""
    plain = phone_codes.phone_code_count(phone=phone, address=address)
    return phone_codes.phone_code_make(phone=plain)


def made(phone: str = PHONE) -> str:
    """A code as it would be sent, whatever was asked for before."""
    RateLimitCount.objects.all().delete()
    outgoing = asked(phone)
    assert outgoing.code not in repr(outgoing)
    return outgoing.code


def let_in(phone: str = PHONE, *, typed: str) -> list[Account | None]:
    """The log-ins of those whom a code lets in."""
    return [person.account for person in phone_codes.phone_code_check(phone=phone, typed=typed)]


def other_than(code: str) -> str:
    """Six digits that are wrong."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def verbs() -> list[str]:
    """What was recorded about codes, in its order."""
    found = AuditRecord.objects.filter(verb__startswith="people.phone_code")
    return list(found.order_by("pk").values_list("verb", flat=True))


def test_a_code_lets_in_once_and_is_recorded_without_the_number() -> None:
    account = resident()
    code = made("+86 138-0013-8000")
    assert let_in(typed=f" {code} ") == [account]
    assert let_in(typed=code) == []
    assert verbs() == [Verb.PHONE_CODE_MADE, Verb.PHONE_CODE_USED]
    row = PhoneCode.objects.values().get()
    assert not {PHONE, code} & {str(value) for value in row.values()}
    assert not [each for each in AuditRecord.objects.all() if PHONE in str(each.detail)]


def test_a_family_with_one_phone_is_let_in_to_choose() -> None:
    family = [resident(), resident()]
    assert let_in(typed=made()) == family


def test_an_unknown_number_gets_the_same_answer_and_nobody_is_to_be_sent_it() -> None:
    resident(is_active=False)
    for phone in (NOBODYS, PHONE):
        assert asked(phone, "192.0.2.1").code
        assert not phone_codes.is_known(phone=phone)
        with pytest.raises(TooMany):
            asked(phone, "192.0.2.1")
        assert let_in(phone, typed="000000") == []
    assert PhoneCode.objects.count() == 2


def test_whoever_holds_a_role_comes_in_by_no_phone_alone() -> None:
    account = resident()
    code = made()
    role_define("community_clerk", ["people.view_person"])
    GrantFactory.create(account=account)
    assert let_in(typed=code) == []
    assert not phone_codes.is_known(phone=PHONE)


def test_whoever_is_on_file_gets_a_log_in_with_the_first_code() -> None:
    person = PersonFactory.create(phone=PHONE)
    assert phone_codes.is_known(phone=PHONE)
    assert phone_codes.phone_code_check(phone=PHONE, typed=made()) == [person]
    account = phone_codes.resident_account(person=person)
    assert (account.name_key_id, account.has_usable_password()) == (person.name_key_id, False)
    assert phone_codes.resident_account(person=person) == account
    row = AuditRecord.objects.get(verb=Verb.ACCOUNT_LINKED)
    assert (row.subject_key, row.detail) == (str(person.pk), {"account_id": account.pk})


def test_no_log_in_is_opened_for_a_child_or_for_whoever_was_erased() -> None:
    child = PersonFactory.create(phone=PHONE, privacy=Privacy.MINOR)
    gone = PersonFactory.create(phone=PHONE, erased_at=timezone.now())
    assert not phone_codes.is_known(phone=PHONE)
    assert let_in(typed=made()) == []
    for person in (child, gone):
        with pytest.raises(Forbidden):
            phone_codes.resident_account(person=person)
    assert not Account.objects.exists()


@pytest.mark.parametrize("typed", ["", "12345"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        asked(typed, "192.0.2.1")
    assert not RateLimitCount.objects.exists()


def test_three_wrong_tries_kill_a_code() -> None:
    account = resident()
    code = made()
    for _try in range(2):
        assert let_in(typed=other_than(code)) == []
    assert let_in(typed=code) == [account]
    code = made()
    for _try in range(3):
        assert let_in(typed=other_than(code)) == []
    assert let_in(typed=code) == []
    assert verbs().count(Verb.PHONE_CODE_WRONG) == 5


def test_a_new_code_ends_the_older() -> None:
    account = resident()
    older = newer = made()
    while newer == older:
        newer = made()
    assert let_in(typed=older) == []
    assert let_in(typed=newer) == [account]


def test_a_code_is_over_after_its_time() -> None:
    resident()
    code = made()
    PhoneCode.objects.update(made_at=timezone.now() - CODE_LASTS)
    assert let_in(typed=code) == []


def test_one_a_minute_and_five_a_day_for_a_phone() -> None:
    resident()
    with time_machine.travel(AT, tick=False) as clock:
        for _time in range(5):
            asked(PHONE, "192.0.2.1")
            with pytest.raises(TooMany):
                asked(PHONE, "192.0.2.2")
            clock.shift(60)
        with pytest.raises(TooMany):
            asked(PHONE, "192.0.2.3")
        clock.shift(dt.timedelta(days=1))
        asked(PHONE, "192.0.2.1")


def test_twenty_a_day_for_an_address() -> None:
    with time_machine.travel(AT, tick=False):
        for number in range(20):
            asked(f"138001380{number:02}", "192.0.2.1")
        with pytest.raises(TooMany):
            asked(NOBODYS, "192.0.2.1")
        asked(NOBODYS, "192.0.2.2")


@pytest.mark.django_db(transaction=True)
def test_many_who_guess_at_once_have_three_tries_in_all() -> None:
    resident()
    code = made()
    wrong = other_than(code)
    at_once(*[partial(phone_codes.phone_code_check, phone=PHONE, typed=wrong)] * 6)
    assert PhoneCode.objects.get().tries == 3
    assert verbs().count(Verb.PHONE_CODE_WRONG) == 3
    assert let_in(typed=code) == []
