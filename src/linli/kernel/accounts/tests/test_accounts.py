# SPDX-License-Identifier: MulanPSL-2.0
"""Log-ins: opening, closing, passwords, preferences."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY, authenticate
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from linli.base.actor import SYSTEM, Actor, ActorKind, Held
from linli.base.address import networks_read
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.accounts import rules, selectors, services
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.terms import Language, Perm, TextSize, Theme, Verb
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.shells.identity.adapter import AccountAdapter

PASSWORD = "lv-deng-ye-wan-8"
HERE = "51/5111/"


def keeper(*paths: str) -> Actor:
    """An administrator of accounts at these places."""
    permissions = frozenset({Perm.VIEW, Perm.MANAGE})
    grants = tuple(Held("administrator", path, None, permissions) for path in paths)
    return Actor(kind=ActorKind.ACCOUNT, account_id=10**9, grants=grants)


@pytest.mark.parametrize("typed", ["chen.gl", "ＣＨＥＮ.gl", "  Chen.GL ", "陈桂兰", "a", "18号楼"])
def test_a_name_is_kept_one_way(typed: str) -> None:
    assert rules.is_username(rules.username_of(typed))
    assert rules.username_of(rules.username_of(typed)) == rules.username_of(typed)


@pytest.mark.parametrize("typed", ["", " ", ".a", "a.", "a b", "<b>", "a" * 65, "a\n", "_"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    assert not rules.is_username(rules.username_of(typed) + ("\n" if "\n" in typed else ""))


@given(st.text(max_size=70))
def test_a_name_that_is_taken_has_no_blank_and_no_sign_of_markup(typed: str) -> None:
    name = rules.username_of(typed)
    if rules.is_username(name):
        assert 1 <= len(name) <= 64
        assert not set(name) & set(" <>'\"&;/\\\n\t")


@pytest.mark.django_db
class TestOpening:
    def test_an_account_is_opened_and_can_log_in_however_the_name_is_typed(self) -> None:
        account = services.account_create(
            actor=keeper("51/"), username="ＣHEN.gl", password=PASSWORD, place_path=HERE
        )
        assert account.username == "chen.gl"
        assert account.name_key.wrapped_key
        request = RequestFactory().post("/accounts/login/")
        found = AccountAdapter(request).authenticate(
            request, username=" Chen.GL", password=PASSWORD
        )
        assert found == account
        assert Account.objects.get_by_natural_key("CHEN.gl") == account
        assert selectors.account_find("CHEN.gl") == account

    def test_it_is_on_record_and_announced(self) -> None:
        account = services.account_create(actor=SYSTEM, username="chen", place_path=HERE)
        row = AuditRecord.objects.get()
        assert (row.verb, row.subject_key) == (Verb.ACCOUNT_CREATED, str(account.pk))
        assert (row.place_path, row.detail) == (HERE, {})
        event = Event.objects.get()
        assert (event.name, event.payload) == (
            "accounts.account_created",
            {"account_id": account.pk},
        )

    @pytest.mark.parametrize("paths", [(), ("37/",), ("51/5111/511102/",)])
    def test_an_administrator_of_another_place_may_not(self, paths: tuple[str, ...]) -> None:
        with pytest.raises(Forbidden):
            services.account_create(actor=keeper(*paths), username="chen", place_path=HERE)
        with pytest.raises(Forbidden):
            services.account_create(actor=keeper("51/"), username="chen")
        assert not Account.objects.exists()

    @pytest.mark.parametrize("taken", ["chen", "CHEN", "ｃｈｅｎ"])
    def test_a_taken_name_is_refused_in_any_case(self, taken: str) -> None:
        services.account_create(actor=SYSTEM, username="chen")
        with pytest.raises(Conflict) as refused:
            services.account_create(actor=SYSTEM, username=taken)
        assert "username" in refused.value.fields
        assert Account.objects.count() == 1

    def test_the_database_itself_keeps_names_apart(self) -> None:
        AccountFactory.create(username="chen")
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountFactory.create(username="CHEN")

    def test_a_bad_name_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            services.account_create(actor=SYSTEM, username="<b>x</b>")
        assert refused.value.code == "username_invalid"

    def test_a_weak_password_is_refused_and_nothing_is_written(self) -> None:
        with pytest.raises(Invalid) as refused:
            services.account_create(actor=SYSTEM, username="chen", password="123456")
        assert refused.value.code == "password_weak"
        assert not AuditRecord.objects.exists()

    def test_without_a_password_nobody_gets_in(self) -> None:
        account = services.account_create(actor=SYSTEM, username="chen", is_demo=True)
        assert not account.has_usable_password()
        assert selectors.accounts_demo() == [account]


@pytest.mark.django_db
class TestPasswords:
    def test_everybody_sets_their_own(self) -> None:
        account = AccountFactory.create()
        own = services.self_actor(account)
        services.password_set(actor=own, account=account, password=PASSWORD)
        account.refresh_from_db()
        assert account.check_password(PASSWORD)
        row = AuditRecord.objects.get()
        assert (row.verb, row.actor_id) == (Verb.PASSWORD_SET, account.pk)
        assert PASSWORD not in str(row.__dict__)

    def test_an_administrator_sets_it_for_accounts_of_the_place_only(self) -> None:
        account = AccountFactory.create(place_path=HERE)
        services.password_set(actor=keeper("51/"), account=account, password=PASSWORD)
        with pytest.raises(Forbidden):
            services.password_set(actor=keeper("37/"), account=account, password=PASSWORD)
        other = AccountFactory.create(place_path=HERE)
        with pytest.raises(Forbidden):
            services.password_set(
                actor=services.self_actor(other), account=account, password=PASSWORD
            )


@pytest.mark.django_db
class TestClosing:
    def test_a_closed_account_cannot_log_in_until_it_is_reopened(self) -> None:
        account = AccountFactory.create(place_path=HERE)
        services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
        request = RequestFactory().post("/accounts/login/")
        who = {"username": account.username, "password": PASSWORD}
        assert authenticate(request, **who) == account
        services.account_close(actor=keeper("51/"), account=account, reason="调走了")
        assert authenticate(request, **who) is None
        with pytest.raises(Conflict):
            services.account_close(actor=SYSTEM, account=account)
        services.account_reopen(actor=keeper("51/"), account=account)
        assert authenticate(request, **who) == account
        with pytest.raises(Conflict):
            services.account_reopen(actor=SYSTEM, account=account)
        verbs = AuditRecord.objects.order_by("seq").values_list("verb", "reason")
        assert list(verbs)[1:] == [(Verb.ACCOUNT_CLOSED, "调走了"), (Verb.ACCOUNT_REOPENED, "")]

    def test_an_administrator_of_another_place_may_not(self) -> None:
        account = AccountFactory.create(place_path=HERE)
        for service in (services.account_close, services.account_reopen):
            with pytest.raises(Forbidden):
                service(actor=keeper("37/"), account=account)


@pytest.mark.django_db
class TestPreferences:
    def test_everybody_chooses_for_themselves(self) -> None:
        account = AccountFactory.create()
        services.preferences_set(
            actor=services.self_actor(account),
            account=account,
            language=Language.EN,
            text_size=TextSize.LARGE,
        )
        account.refresh_from_db()
        assert (account.language, account.text_size) == ("en", "large")
        assert account.theme == Theme.AUTO
        assert AuditRecord.objects.get().detail == {"language": "en", "text_size": "large"}
        with pytest.raises(Forbidden):
            services.preferences_set(actor=SYSTEM, account=account, theme=Theme.DARK)

    def test_choosing_nothing_writes_nothing(self) -> None:
        account = AccountFactory.create()
        services.preferences_set(actor=services.self_actor(account), account=account)
        assert not AuditRecord.objects.exists()


@pytest.mark.django_db
def test_accounts_of_another_city_are_not_seen() -> None:
    mine = AccountFactory.create(place_path=HERE)
    AccountFactory.create(place_path="37/3714/")
    AccountFactory.create()
    assert list(selectors.accounts_visible(actor=keeper("51/"))) == [mine]
    assert list(selectors.accounts_visible(actor=keeper())) == []
    assert selectors.accounts_visible(actor=SYSTEM).count() == 3


def test_an_account_has_no_way_round_the_grants() -> None:
    for name in ("is_superuser", "is_staff", "has_perm", "groups", "email", "first_name"):
        assert not hasattr(Account, name)


@pytest.mark.django_db
def test_a_log_in_is_on_record_and_a_wrong_password_gets_nobody_in(client: Client) -> None:
    account = AccountFactory.create(username="chen.gl", place_path=HERE)
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    page = reverse("account_login")
    client.post(page, {"login": "chen.gl", "password": "wrong"})
    assert SESSION_KEY not in client.session
    client.post(page, {"login": " ＣHEN.gl", "password": PASSWORD})
    assert client.session[SESSION_KEY] == str(account.pk)
    row = AuditRecord.objects.get(verb=Verb.SESSION_OPENED)
    assert row.actor_id == account.pk


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    fields = {"username": "zhang", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", fields).status_code == 404
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_password_changed_on_its_page_is_on_record(client: Client) -> None:
    account = AccountFactory.create()
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    log_in(client, account)
    fields = {"oldpassword": PASSWORD, "password1": PASSWORD + "9", "password2": PASSWORD + "9"}
    client.post(reverse("account_change_password"), fields)
    account.refresh_from_db()
    assert account.check_password(PASSWORD + "9")
    row = AuditRecord.objects.order_by("-seq")[0]
    assert (row.verb, row.actor_id) == (Verb.PASSWORD_SET, account.pk)


@pytest.mark.django_db
def test_wrong_passwords_lock_one_name_and_not_the_whole_office() -> None:
    for name in ("liao.f", "guo.xd"):
        services.account_create(actor=SYSTEM, username=name, password=PASSWORD)
    client, address = Client(), reverse("account_login")
    for _time in range(5):
        answer = client.post(address, {"login": "Liao.F", "password": "wrong"})
    assert answer.status_code == 429
    client.post(address, {"login": "liao.f", "password": PASSWORD})
    assert SESSION_KEY not in client.session
    client.post(address, {"login": "guo.xd", "password": PASSWORD})
    assert SESSION_KEY in client.session


@pytest.mark.django_db
def test_behind_a_proxy_wrong_passwords_are_counted_for_each_address(settings: Settings) -> None:
    settings.LINLI_TRUSTED_PROXIES = networks_read("127.0.0.1")
    typed = {"login": "zhao.m", "password": "wrong"}
    for address in ("203.0.113.9", "198.51.100.1, 203.0.113.9", "2001:db8::7"):
        Client().post(reverse("account_login"), typed, HTTP_X_FORWARDED_FOR=address)
    counted = AccessAttempt.objects.values_list("ip_address", "failures_since_start")
    assert dict(counted) == {"203.0.113.9": 2, "2001:db8::7": 1}


def test_the_log_in_counts_by_the_address_behind_the_proxy(settings: Settings) -> None:
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert AccountAdapter().get_client_ip(request) == "127.0.0.1"
    settings.LINLI_TRUSTED_PROXIES = networks_read("127.0.0.1")
    assert AccountAdapter().get_client_ip(request) == "203.0.113.9"


@pytest.mark.django_db
def test_a_name_that_was_typed_wrong_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    typed = "13800138000"
    Client().post(reverse("account_login"), {"login": typed, "password": "wrong"})
    (attempt,) = AccessAttempt.objects.all()
    assert attempt.username
    assert typed not in str(attempt.__dict__)
    assert typed not in caplog.text
