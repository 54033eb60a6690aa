# SPDX-License-Identifier: MulanPSL-2.0
"""Passwords change in time: who works here chooses a new one when the old one is too old."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts import services
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.rules import is_password_old

pytestmark = pytest.mark.django_db

PASSWORD, NEWER = "梧桐里-4-rain", "银杏巷-5-snow"


def worker(*, days: int, administrator: str = "") -> Account:
    """Somebody with a role whose password was set so many days ago."""
    account: Account = AccountFactory.create()
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    role = role_define("worker", ["notify.view"])
    role.body |= {"administrator": administrator or None}
    role.save()
    GrantFactory.create(account=account, role="worker")
    set_at = timezone.now() - dt.timedelta(days=days, minutes=1)
    Account.objects.filter(pk=account.pk).update(password_set_at=set_at)
    return account


def come_in(client: Client, account: Account, password: str = PASSWORD) -> None:
    """Sign in by name and password."""
    client.post(reverse("account_login"), {"login": account.username, "password": password})


def is_led_to_change(client: Client) -> bool:
    """Whether a page is answered with the one on which a password is changed."""
    answer = client.get("/portal/me/")
    return answer.headers.get("Location", "").startswith(reverse("account_change_password"))


@pytest.mark.parametrize(
    ("days", "administrator", "is_due"),
    [(364, "", False), (365, "", True), (179, "audit", False), (180, "audit", True)],
)
def test_it_is_asked_for_after_a_year_and_of_administrators_after_half(
    client: Client, days: int, administrator: str, is_due: bool
) -> None:
    come_in(client, worker(days=days, administrator=administrator))
    assert is_led_to_change(client) is is_due


def test_the_days_are_a_setting_and_none_is_never(client: Client, settings: Settings) -> None:
    settings.LINLI_PASSWORD_DAYS = (0, 0)
    come_in(client, worker(days=4000))
    assert not is_led_to_change(client)


def test_a_new_password_opens_the_pages_and_leads_back(client: Client) -> None:
    account = worker(days=400)
    come_in(client, account)
    page = client.get("/portal/me/")["Location"]
    assert "使用期限" in client.get(page).content.decode()
    fields = {"oldpassword": PASSWORD, "next": "/portal/me/"}
    same = client.post(page, fields | {"password1": PASSWORD, "password2": PASSWORD})
    assert same.status_code == 200
    assert is_led_to_change(client)
    answer = client.post(page, fields | {"password1": NEWER, "password2": NEWER})
    assert answer["Location"] == "/portal/me/"
    assert not is_led_to_change(client)
    other = Client()
    come_in(other, account, NEWER)
    assert not is_led_to_change(other)


def test_what_a_phone_sends_meanwhile_waits_there(client: Client) -> None:
    account = worker(days=400)
    come_in(client, account)
    headers = {"Idempotency-Key": "a" * 36, "Linli-Account": str(account.pk)}
    answer = client.post("/portal/me/", {}, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"code": "sign_in"})


def test_whoever_comes_in_without_the_password_and_residents_are_not_asked() -> None:
    account, resident, by_key = worker(days=400), AccountFactory.create(), Client()
    log_in(by_key, account)
    assert not is_led_to_change(by_key)
    services.password_set(actor=SYSTEM, account=resident, password=PASSWORD)
    Account.objects.update(password_set_at=timezone.now() - dt.timedelta(days=4000))
    client = Client()
    come_in(client, resident)
    assert not is_led_to_change(client)


def test_the_same_password_is_no_new_one() -> None:
    account = worker(days=0)
    with pytest.raises(Invalid):
        services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    services.password_set(actor=SYSTEM, account=account, password=NEWER)
    account.refresh_from_db()
    assert account.password_set_at
    assert timezone.now() - account.password_set_at < dt.timedelta(minutes=1)


def test_a_password_of_which_nobody_knows_the_age_is_left() -> None:
    assert not is_password_old(None, timezone.now(), 1)
