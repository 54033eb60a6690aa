# SPDX-License-Identifier: MulanPSL-2.0
"""The way in: second factors, devices, and the page where somebody shows once more who they are."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client, RequestFactory, TestCase
from django.urls import reverse

from linli.base.actor import SYSTEM
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts import services
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account, Session
from linli.kernel.accounts.rules import session_id_of
from linli.kernel.accounts.terms import Verb
from linli.kernel.audit.models import AuditRecord
from linli.shells.frame.middleware import actor_of

pytestmark = pytest.mark.django_db

PASSWORD = "梧桐里-4-rain"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile"


def somebody(*, administrator: str = "") -> Account:
    """Somebody with a password, perhaps one of the three administrators."""
    account: Account = AccountFactory.create()
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    if administrator:
        role = role_define("administrator")
        role.body |= {"administrator": administrator}
        role.save()
        GrantFactory.create(account=account, role="administrator")
    return account


def sign_in(client: Client, account: Account) -> None:
    """Name and password, as typed."""
    page = reverse("account_login")
    client.post(page, {"login": account.username, "password": PASSWORD}, HTTP_USER_AGENT=PHONE)


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(counters())))))


def proof_in(client: Client, account: Account) -> tuple[bool, bool]:
    """Whether the client's session is proven at all, and by a second factor."""
    request = RequestFactory().get("/")
    request.session, request.user = client.session, account
    proof = actor_of(request).proof
    return proof.at is not None, proof.has_second_factor


def test_a_code_from_an_app_is_asked_for_once_it_is_set_up(client: Client) -> None:
    account, secret = somebody(), generate_totp_secret()
    TOTP.activate(account, secret)
    sign_in(client, account)
    assert SESSION_KEY not in client.session
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert SESSION_KEY not in client.session
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.session[SESSION_KEY] == str(account.pk)
    assert proof_in(client, account) == (True, True)


def test_the_secret_of_the_app_lies_encrypted() -> None:
    secret = generate_totp_secret()
    TOTP.activate(somebody(), secret)
    assert secret not in str(Authenticator.objects.get().data)


def test_it_is_set_up_on_its_page_and_recorded(client: Client) -> None:
    account = somebody()
    sign_in(client, account)
    assert proof_in(client, account) == (True, False)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    row = AuditRecord.objects.latest("seq")
    assert (row.verb, row.actor_id) == (Verb.FACTOR_ADDED, account.pk)
    shown = client.get(reverse("mfa_index")).content.decode()
    assert "10" in shown


def test_a_session_knows_its_device_and_a_resident_rests_longer(client: Client) -> None:
    sign_in(client, somebody())
    resident = Session.objects.exclude(account=None).get()
    assert (resident.device, resident.address) == ("Chrome · Android", "127.0.*.*")
    assert resident.rest_minutes == 30
    staff = Client()
    sign_in(staff, somebody(administrator="system"))
    assert Session.objects.get(session_key=staff.session.session_key).rest_minutes == 15


def test_an_administrator_is_signed_in_at_one_place_only() -> None:
    here, there = Client(), Client()
    account = somebody(administrator="audit")
    sign_in(here, account)
    sign_in(there, account)
    assert SESSION_KEY not in here.session
    assert SESSION_KEY in there.session


def test_others_may_be_signed_in_on_several_devices_and_end_one() -> None:
    here, there = Client(), Client()
    account = somebody()
    for each in (here, there):
        sign_in(each, account)
    page = here.get(reverse("mfa_index")).content.decode()
    assert page.count("Chrome · Android") == 3  # both, and the one that can be signed out by name
    here.post(reverse("device_end"), {"device": session_id_of(str(there.session.session_key))})
    assert SESSION_KEY not in there.session
    assert SESSION_KEY in here.session


def test_nobody_ends_the_session_of_somebody_else(client: Client) -> None:
    other = Client()
    sign_in(other, somebody())
    sign_in(client, somebody())
    client.post(reverse("device_end"), {"device": session_id_of(str(other.session.session_key))})
    client.post(reverse("devices_end"))
    assert SESSION_KEY in other.session


@pytest.mark.parametrize("name", ["mfa_index", "prove"])
def test_a_stranger_is_asked_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["device_end", "devices_end"])
def test_a_stranger_ends_nothing(client: Client, name: str) -> None:
    assert client.post(reverse(name))["Location"].startswith(reverse("account_login"))


def test_whoever_has_no_second_factor_is_led_to_set_one_up(client: Client) -> None:
    sign_in(client, somebody())
    answer = client.get(reverse("prove"), {"for": "second_factor", "next": "/me/"})
    assert answer["Location"] == reverse("mfa_index")


def test_whoever_has_one_shows_it_and_goes_on_where_they_were(client: Client) -> None:
    account, secret = somebody(), generate_totp_secret()
    log_in(client, account, by="password")
    TOTP.activate(account, secret)
    assert proof_in(client, account) == (True, False)
    answer = client.get(reverse("prove"), {"for": "second_factor", "next": "/me/"})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    answer = client.post(answer["Location"], {"code": code_of(secret), "next": "/me/"})
    assert answer["Location"] == "/me/"
    assert proof_in(client, account) == (True, True)


def test_nobody_is_led_to_another_site(client: Client) -> None:
    sign_in(client, somebody())
    for wanted in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = client.get(reverse("prove"), {"next": wanted})
        assert "evil" not in answer["Location"]


def test_why_somebody_was_signed_out_is_said(client: Client) -> None:
    client.cookies["linli_language"] = "en"
    account = somebody()
    sign_in(client, account)
    services.sessions_end(actor=SYSTEM, account=account)
    answer = client.get("/portal/me/", follow=True)
    assert "You were signed out here" in answer.content.decode()


def test_lost_factors_are_taken_off_by_an_administrator_only() -> None:
    account = somebody()
    TOTP.activate(account, generate_totp_secret())
    client = Client()
    log_in(client, account)
    assert services.factors_clear(actor=SYSTEM, account=account, reason="本人带身份证到窗口") == 1
    assert not Authenticator.objects.exists()
    assert SESSION_KEY not in client.session


def test_whoever_has_no_password_changes_none(client: Client) -> None:
    log_in(client, AccountFactory.create())
    page = reverse("account_change_password")
    assert client.get(page)["Location"] == reverse("mfa_index")
    assert page not in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.both_databases
def test_wrong_codes_are_counted_in_the_database(client: Client) -> None:
    account = somebody()
    TOTP.activate(account, generate_totp_secret())
    sign_in(client, account)
    said = [
        client.post(reverse("mfa_authenticate"), {"code": "000000"}).content for _try in range(11)
    ]
    assert said[0] != said[-1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_throttle")
        assert cursor.fetchone()[0] > 0
