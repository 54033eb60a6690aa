# SPDX-License-Identifier: MulanPSL-2.0
"""Coming in by phone: as the pages have it, with a gateway that is a process of its own."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.base.actor import SYSTEM
from linli.config.environment import HTTP_GATEWAY
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.access.models import RateLimitCount
from linli.kernel.accounts import services
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.terms import Verb
from linli.kernel.audit.models import AuditRecord
from linli.kernel.jobs.worker import run_all
from linli.kernel.notify import letters
from linli.kernel.notify.models import Letter
from linli.kernel.notify.tests.servers import Outside, outside
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.shells.identity.tests.test_pages import PASSWORD

pytestmark = pytest.mark.django_db

PHONE, NOBODYS = "13800138000", "13900139000"


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    """Pages whose words the tests read."""
    client.cookies["linli_language"] = "en"


@pytest.fixture
def sms(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    """A gateway that takes everything."""
    with outside("sms.py", tmp_path / "sms", manner="200") as found:
        settings.LINLI_SMS, settings.LINLI_SMS_SERVER = HTTP_GATEWAY, found.as_sms
        settings.LINLI_WEBHOOK_ALLOW = ("127.0.0.0/8",)
        yield found


def resident(**facts: Any) -> Person:
    """Somebody on file with this phone, and a log-in."""
    account = facts.pop("account", None) or AccountFactory.create()
    person: Person = PersonFactory.create(account=account, phone=PHONE, **facts)
    return person


def ask(client: Client, phone: str = PHONE, **more: Any) -> Any:
    """Have a code sent, whatever was asked for before."""
    RateLimitCount.objects.all().delete()
    return client.post(reverse("phone_code"), {"phone": phone}, **more)


def code_of(sms: Outside) -> str:
    """The code in the newest message, once the worker has sent it."""
    letters.letters_ask()
    run_all()
    found = re.search(r"\d{6}", sms.texts()[-1]["body"]["text"])
    assert found is not None
    return found[0]


def come_in(client: Client, code: str, **more: Any) -> Any:
    """Type the code."""
    return client.post(reverse("phone"), {"phone": PHONE, "code": code, **more})


def who_is_in(client: Client) -> str:
    return str(client.session.get(SESSION_KEY, ""))


def test_a_resident_comes_in_by_the_code_on_the_phone(client: Client, sms: Outside) -> None:
    person = resident()
    assert ask(client).status_code == 200
    answer = come_in(client, code_of(sms), next="/portal/me/")
    assert answer["Location"] == "/portal/me/"
    assert who_is_in(client) == str(person.account_id)
    row = AuditRecord.objects.get(verb=Verb.SESSION_OPENED)
    assert row.actor_id == person.account_id
    assert Letter.objects.get().address == ""


def test_whoever_is_on_file_without_a_log_in_gets_one(client: Client, sms: Outside) -> None:
    person = PersonFactory.create(phone=PHONE)
    ask(client)
    assert come_in(client, code_of(sms))["Location"] == reverse("portal:home")
    person.refresh_from_db()
    assert who_is_in(client) == str(person.account_id)


def shape(page: Any) -> str:
    """A page without what differs at every call."""
    text = re.sub(r'(nonce|csrfmiddlewaretoken|value|content)="[^"]*"', "", page.content.decode())
    return re.sub(r"'nonce-[^']*'|\d+ seconds?", "", text)


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The database's work without its values."""
    return [
        re.sub(r"'[^']*'|\bs\d+_x\d+\b|\b\d+\b", "?", each["sql"])
        for each in captured.captured_queries
    ]


@pytest.mark.both_databases
def test_an_unknown_number_gets_the_same_words_and_the_same_work(sms: Outside) -> None:
    resident()
    pages, work = [], []
    for phone in (PHONE, NOBODYS):
        client = Client()
        RateLimitCount.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            first = client.post(reverse("phone_code"), {"phone": phone})
            second = client.post(reverse("phone"), {"phone": phone, "code": "abc"})
            third = client.post(reverse("phone_code"), {"phone": phone})
        answers = (first, second, third)
        assert [each.status_code for each in answers] == [200, 422, 429]
        pages.append([shape(each) for each in answers])
        work.append(statements(captured))
    assert pages[0] == pages[1]
    assert work[0] == work[1]
    letters.letters_ask()
    run_all()
    assert [each["body"]["phone"] for each in sms.texts()] == [PHONE]
    assert Letter.objects.count() == 1


def test_nothing_is_sent_while_the_page_waits(client: Client, sms: Outside) -> None:
    sms.behave("hang")
    resident()
    assert ask(client).status_code == 200
    assert sms.texts() == []


def test_three_wrong_codes_end_it_and_that_is_said(client: Client, sms: Outside) -> None:
    resident()
    ask(client)
    code = code_of(sms)
    for _try in range(3):
        answer = come_in(client, "abcdef")
        assert answer.status_code == 422
        assert "after three wrong ones" in answer.content.decode()
    assert come_in(client, code).status_code == 422
    assert who_is_in(client) == ""


def test_a_minute_passes_between_two_codes_and_twenty_a_day_leave_for_an_address(
    client: Client, sms: Outside, settings: Any
) -> None:
    resident()
    ask(client)
    answer = client.post(reverse("phone_code"), {"phone": PHONE})
    assert answer.status_code == 429
    assert "try again in" in answer.content.decode()
    assert int(answer["Retry-After"]) <= 60
    settings.LINLI_TRUSTED_PROXIES = ()
    RateLimitCount.objects.all().delete()
    for number in range(20):
        client.post(reverse("phone_code"), {"phone": f"138001381{number:02}"})
    answer = client.post(
        reverse("phone_code"), {"phone": NOBODYS}, HTTP_X_FORWARDED_FOR="203.0.113.9"
    )
    assert answer.status_code == 429


def test_behind_a_trusted_proxy_each_address_counts_for_itself(
    client: Client, sms: Outside, settings: Any
) -> None:
    from linli.base.address import networks_read

    settings.LINLI_TRUSTED_PROXIES = networks_read("127.0.0.1")
    codes = [
        client.post(
            reverse("phone_code"),
            {"phone": f"138001381{number:02}"},
            HTTP_X_FORWARDED_FOR="203.0.113.9" if number < 21 else "203.0.113.10",
        ).status_code
        for number in range(22)
    ]
    assert codes == [*[200] * 20, 429, 200]


def test_codes_are_typed_sixty_times_an_hour_at_most(client: Client, sms: Outside) -> None:
    said = [come_in(client, "1").status_code for _try in range(61)]
    assert said == [*[422] * 60, 429]


def test_a_family_with_one_phone_says_who_it_is(client: Client, sms: Outside) -> None:
    mother, son = resident(name="陈桂兰"), resident(name="陈小明")
    ask(client)
    answer = come_in(client, code_of(sms))
    assert who_is_in(client) == ""
    page = client.get(answer["Location"])
    assert "陈桂兰" in page.content.decode()
    other = PersonFactory.create()
    client.post(reverse("who"), {"person": other.pk})
    assert who_is_in(client) == ""
    client.post(reverse("who"), {"person": son.pk})
    assert who_is_in(client) == str(son.account_id)
    assert who_is_in(client) != str(mother.account_id)


def test_nobody_chooses_without_a_code(client: Client, sms: Outside) -> None:
    person = resident()
    answer = client.post(reverse("who"), {"person": person.pk})
    assert answer["Location"] == reverse("phone")
    assert who_is_in(client) == ""


def test_whoever_set_up_a_second_factor_is_asked_for_it(client: Client, sms: Outside) -> None:
    person = resident()
    TOTP.activate(person.account, generate_totp_secret())
    ask(client)
    answer = come_in(client, code_of(sms))
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert who_is_in(client) == ""


def test_staff_come_in_by_no_phone(client: Client, sms: Outside) -> None:
    person = resident()
    role_define("clerk", ["people.view_person"])
    GrantFactory.create(account=person.account, role="clerk")
    ask(client)
    letters.letters_ask()
    run_all()
    assert sms.texts() == []


def forgotten(client: Client, sms: Outside) -> Account:
    """A resident who has come in by phone, having forgotten the password."""
    account: Account = AccountFactory.create()
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    resident(account=account)
    ask(client)
    come_in(client, code_of(sms))
    return account


def test_a_forgotten_password_is_set_anew_and_other_devices_are_out(
    client: Client, sms: Outside
) -> None:
    account = forgotten(client, sms)
    other = Client()
    log_in(other, account)
    wrong = client.post(reverse("password_new"), {"password1": PASSWORD, "password2": "x"})
    assert wrong.status_code == 422
    new = "明天-也要-出门-9a"
    client.post(reverse("password_new"), {"password1": new, "password2": new})
    account.refresh_from_db()
    assert account.check_password(new)
    assert who_is_in(client) == str(account.pk)
    assert who_is_in(other) == ""
    assert AuditRecord.objects.filter(verb=Verb.PASSWORD_SET, actor_id=account.pk).exists()
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": account.username, "password": new})
    assert who_is_in(fresh) == str(account.pk)


def test_not_without_the_phone(client: Client) -> None:
    log_in(client, AccountFactory.create(), by="password")
    assert client.get(reverse("password_new")).status_code == 404


def test_the_way_is_shut_where_no_text_leaves(client: Client) -> None:
    for name in ("phone", "phone_code", "who"):
        assert client.post(reverse(name), {"phone": PHONE}).status_code == 404
    assert reverse("phone") not in client.get(reverse("account_login")).content.decode()


def test_both_ways_lead_to_one_another_and_back(client: Client, sms: Outside) -> None:
    chosen = {"next": "/portal/me/", "way": "password"}
    page = client.get(reverse("account_login"), chosen).content.decode()
    assert f"{reverse('phone')}?next=%2Fportal%2Fme%2F" in page
    page = client.get(reverse("phone"), {"next": "/portal/me/"}).content.decode()
    assert f"{reverse('account_login')}?next=%2Fportal%2Fme%2F&amp;way=password" in page
    page = client.get(reverse("phone"), {"next": "https://evil.example/"}).content.decode()
    assert 'name="next" value="/"' in page


def test_who_was_signed_out_of_a_page_for_residents_is_shown_the_phone_first(
    client: Client, sms: Outside, settings: Any
) -> None:
    login = reverse("account_login")
    asked = {"next": "/portal/me/", "ended": "rest"}
    first = client.get(login, asked)
    assert first["Location"] == f"{reverse('phone')}?next=%2Fportal%2Fme%2F&ended=rest"
    assert client.get(login, {"next": "/console/"}).status_code == 200
    settings.LINLI_SMS = ""
    assert client.get(login, asked).status_code == 200


def test_no_number_stands_in_an_address_or_is_kept(client: Client, sms: Outside) -> None:
    resident()
    answer = ask(client)
    assert "Location" not in answer
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM accounts_session")
        assert not [row for row in cursor.fetchall() if PHONE in str(row)]


def test_the_portal_leads_residents_to_the_phone_where_that_is_open(
    client: Client, sms: Outside, settings: Any
) -> None:
    home = reverse("portal:home")
    assert f'href="{reverse("phone")}?next=' in client.get(home).content.decode()
    settings.LINLI_SMS = ""
    assert f'href="{reverse("account_login")}?next=' in client.get(home).content.decode()
