# SPDX-License-Identifier: MulanPSL-2.0
"""Signing in through the provider of a single sign-on: a real one, as a process of its own."""

import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from time_machine import travel

from linli.base.actor import SYSTEM, Proof
from linli.base.provider import Provider
from linli.config.testing.processes import process_beside
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.accounts import services
from linli.kernel.accounts.factories import AccountFactory, log_in
from linli.kernel.accounts.models import Account, Session, SignOn
from linli.kernel.accounts.sign_on import sign_on_bind
from linli.kernel.accounts.terms import Verb
from linli.kernel.audit.models import AuditRecord
from linli.shells.frame.middleware import actor_of
from linli.shells.identity import oidc

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HERE = Path(__file__).parent
PASSWORD = "梧桐里-4-rain"
SUBJECT = "5111-004711"
STRONG = "urn:gov:two-factors"


class Service:
    """The process, and what it is told."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.issuer = folder, f"http://localhost:{port}"

    def tell(self, **told: Any) -> None:
        """Who sits at it, and what it does wrong."""
        (self.folder / "told.json").write_text(json.dumps({"subject": SUBJECT} | told))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("provider")
    command = [sys.executable, str(HERE / "provider.py"), str(folder)]
    with process_beside(command) as process:
        assert process.stdout
        yield Service(folder, int(process.stdout.readline()))


@pytest.fixture
def service(running: Service, settings: Settings) -> Service:
    """The provider, named in the settings, doing nothing wrong."""
    settings.LINLI_OIDC = Provider(running.issuer, "linli", "between-us-two")
    running.tell()
    return running


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def there(address: str) -> str:
    """A browser at the provider; the address to which it is sent back."""
    try:
        build_opener(_Stay).open(address, timeout=10)
    except HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("it was not sent back")


def asked(client: Client, **sent: str) -> str:
    """The address to which the page sends the browser."""
    page = client.post(reverse("sign_on"), {"for": "in"} | sent)
    assert page.status_code == 200, page.content.decode()
    content = page.content.decode()
    return unescape(content.partition('content="0;url=')[2].partition('"')[0])


def come(client: Client, **sent: str) -> Any:
    """There and back."""
    parts = urlsplit(there(asked(client, **sent)))
    return client.get(f"{parts.path}?{parts.query}")


def bound(*, password: str | None = None) -> Account:
    """An account that the provider's person is bound to."""
    account: Account = AccountFactory.create()
    if password:
        services.password_set(actor=SYSTEM, account=account, password=password)
    _bind(account)
    return account


def _bind(account: Account) -> None:
    from django.conf import settings

    assert settings.LINLI_OIDC is not None
    issuer = settings.LINLI_OIDC.issuer
    sign_on_bind(actor=SYSTEM, account=account, issuer=issuer, subject=SUBJECT)


def proof_in(client: Client, account: Account) -> Proof:
    """How the client's session is proven."""
    request = RequestFactory().get("/")
    request.session, request.user = client.session, account
    return actor_of(request).proof


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_whoever_is_bound_comes_in_and_where_they_were(client: Client, service: Service) -> None:
    account = bound()
    answer = come(client, next="/portal/me/")
    assert answer["Location"] == "/portal/me/"
    assert client.session[SESSION_KEY] == str(account.pk)
    row = AuditRecord.objects.get(verb=Verb.SESSION_OPENED)
    assert row.actor_id == account.pk
    assert Session.objects.get(session_key=client.session.session_key).account == account


def test_the_browser_carries_a_code_only_with_all_three_secrets(
    client: Client, service: Service
) -> None:
    told = parse_qs(urlsplit(asked(client)).query)
    assert told["code_challenge_method"] == ["S256"]
    assert (told["response_type"], told["scope"]) == (["code"], ["openid"])
    assert {len(told[name][0]) for name in ("state", "nonce", "code_challenge")} == {43}
    assert told["redirect_uri"] == ["http://testserver/accounts/sign-on/back/"]
    assert not {"prompt", "max_age", "acr_values"} & told.keys()


def test_it_counts_as_one_factor_and_as_fresh_as_the_provider_says(
    client: Client, service: Service
) -> None:
    account = bound()
    come(client)
    proof = proof_in(client, account)
    assert proof.at is not None
    assert (proof.has_second_factor, time.time() - proof.at.timestamp() > 3000) == (False, True)


def test_two_factors_there_count_where_the_city_says_so(
    client: Client, service: Service, settings: Settings
) -> None:
    account = bound()
    service.tell(claims={"acr": STRONG})
    come(client)
    assert not proof_in(client, account).has_second_factor
    settings.LINLI_OIDC = Provider(
        service.issuer, "linli", "between-us-two", second_factor=(STRONG,)
    )
    other = Client()
    assert f"acr_values={STRONG.replace(':', '%3A')}" in asked(other)
    come(other)
    assert proof_in(other, account).has_second_factor
    service.tell(claims={"acr": "one"})
    weaker = Client()
    come(weaker)
    assert not proof_in(weaker, account).has_second_factor


def test_a_second_factor_that_is_set_up_here_is_asked_for(client: Client, service: Service) -> None:
    TOTP.activate(bound(), generate_totp_secret())
    assert come(client)["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_in(client)


def test_an_administrator_is_signed_in_at_one_place_only(client: Client, service: Service) -> None:
    account, other = bound(), Client()
    role = role_define("keeper")
    role.body |= {"administrator": "audit"}
    role.save()
    GrantFactory.create(account=account, role="keeper")
    for each in (client, other):
        come(each)
    assert (is_in(client), is_in(other)) == (False, True)


@pytest.mark.parametrize("email", [None, "somebody@example.org"])
def test_who_is_not_bound_is_told_so_and_no_account_is_made(
    client: Client, service: Service, email: str | None
) -> None:
    AccountFactory.create(username=SUBJECT)
    AccountFactory.create(username="somebody@example.org")
    claims = {"email": email, "email_verified": True, "preferred_username": SUBJECT}
    service.tell(claims=claims)
    answer = come(client)
    assert (answer.status_code, is_in(client)) == (403, False)
    assert "还没有绑定" in answer.content.decode()
    assert Account.objects.count() == 2


def test_a_closed_account_is_refused(client: Client, service: Service) -> None:
    services.account_close(actor=SYSTEM, account=bound())
    assert come(client)["Location"] == reverse("account_inactive")
    assert not is_in(client)


FAULTS = {
    "signature": 502,
    "kid": 502,
    "none": 502,
    "own_secret": 502,
    "issuer": 502,
    "denies": 400,
    "fails:/token": 503,
    "fails:/keys": 503,
    "nonsense:/keys": 503,
    "nonsense:/token": 503,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_provider_does_wrong_lets_nobody_in(
    client: Client, service: Service, fault: str
) -> None:
    bound()
    address = asked(client)
    service.tell(fault=fault)
    parts = urlsplit(there(address))
    answer = client.get(f"{parts.path}?{parts.query}")
    assert (answer.status_code, is_in(client)) == (FAULTS[fault], False)


CLAIMS: dict[str, dict[str, Any]] = {
    "another's nonce": {"nonce": "of somebody else"},
    "no nonce": {"nonce": None},
    "for another": {"aud": "another"},
    "made for another": {"aud": ["linli", "another"], "azp": "another"},
    "by another": {"iss": "http://localhost:1"},
    "expired": {"exp": 1_700_000_000},
    "without end": {"exp": None},
    "of tomorrow": {"iat": 4_000_000_000},
    "nobody": {"sub": " "},
    "no text": {"sub": 4711},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS.keys())
def test_a_token_that_does_not_hold_lets_nobody_in(
    client: Client, service: Service, claims: dict[str, Any]
) -> None:
    bound()
    service.tell(claims=claims)
    assert (come(client).status_code, is_in(client)) == (502, False)


@pytest.mark.parametrize("where", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize("how", ["hangs", "drips"])
def test_a_provider_that_hangs_or_drips_is_not_waited_for(
    client: Client, service: Service, where: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "SECONDS", 1)
    bound()
    address = asked(client)
    back = urlsplit(there(address))
    service.tell(fault=f"{how}:{where}")
    began = time.monotonic()
    answer = client.get(f"{back.path}?{back.query}")
    assert (answer.status_code, is_in(client)) == (503, False)
    assert time.monotonic() - began < 4


def test_a_provider_that_is_down_is_said_and_the_password_still_opens(
    client: Client, service: Service, settings: Settings
) -> None:
    account = bound(password=PASSWORD)
    settings.LINLI_OIDC = Provider("http://localhost:9", "linli", "between-us-two")
    answer = client.post(reverse("sign_on"), {"for": "in"})
    assert answer.status_code == 503
    assert reverse("account_login") in answer.content.decode()
    client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    assert is_in(client)


def test_a_new_key_of_the_provider_is_found(client: Client, service: Service) -> None:
    bound()
    come(client)
    service.tell(key="second")
    other = Client()
    come(other)
    assert is_in(other)


def test_one_answer_serves_once_and_only_the_browser_that_asked(
    client: Client, service: Service
) -> None:
    bound()
    parts = urlsplit(there(asked(client)))
    back = f"{parts.path}?{parts.query}"
    stranger = Client()
    assert (stranger.get(back).status_code, is_in(stranger)) == (400, False)
    assert is_in(client) is False
    client.get(back)
    assert is_in(client)
    client.logout()
    assert (client.get(back).status_code, is_in(client)) == (400, False)


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?code=y", "?state=", "?error=x"])
def test_an_answer_that_nobody_asked_for_is_over(
    client: Client, service: Service, query: str
) -> None:
    assert client.get(reverse("sign_on_back") + query).status_code == 400


def test_an_answer_that_comes_too_late_or_from_another_is_over(
    client: Client, service: Service
) -> None:
    bound()
    parts = urlsplit(there(asked(client)))
    with travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        assert client.get(f"{parts.path}?{parts.query}").status_code == 400
    parts = urlsplit(there(asked(client)))
    other = urlencode({"iss": "http://elsewhere.example"})
    assert client.get(f"{parts.path}?{parts.query}&{other}").status_code == 502
    assert not is_in(client)


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_led_to_another_site(client: Client, service: Service, wanted: str) -> None:
    bound()
    assert come(client, next=wanted)["Location"] == "/"


def test_several_tabs_may_be_on_their_way(client: Client, service: Service) -> None:
    bound()
    first, second = asked(client), asked(client, next="/portal/me/")
    for address, to in ((second, "/portal/me/"), (first, "/")):
        parts = urlsplit(there(address))
        assert client.get(f"{parts.path}?{parts.query}")["Location"] == to


def test_it_is_bound_while_signed_in_with_a_fresh_proof(client: Client, service: Service) -> None:
    account: Account = AccountFactory.create()
    log_in(client, account, by="password")
    assert come(client, **{"for": "bind"})["Location"] == reverse("mfa_index")
    assert SignOn.objects.get().account == account
    row = AuditRecord.objects.latest("seq")
    assert (row.verb, row.actor_id) == (Verb.SIGN_ON_BOUND, account.pk)
    assert SUBJECT not in json.dumps(row.detail)
    other = Client()
    come(other)
    assert other.session[SESSION_KEY] == str(account.pk)


def test_binding_asks_for_a_proof_and_the_provider_to_ask_anew(
    client: Client, service: Service
) -> None:
    log_in(client, AccountFactory.create(), by="password")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1.0}]
    session.save()
    answer = client.post(reverse("sign_on"), {"for": "bind"})
    assert answer["Location"].startswith(reverse("prove"))
    log_in(client, AccountFactory.create(), by="password")
    service.tell(claims={"auth_time": int(time.time()) - 3600})
    assert come(client, **{"for": "bind"}).status_code == 400
    service.tell(claims={"auth_time": None})
    assert come(client, **{"for": "bind"}).status_code == 400
    assert not SignOn.objects.exists()


def test_a_subject_that_is_bound_is_bound_to_nobody_else(client: Client, service: Service) -> None:
    bound()
    log_in(client, AccountFactory.create(), by="password")
    assert come(client, **{"for": "bind"}).status_code == 409
    assert SignOn.objects.count() == 1


def test_who_shows_it_once_more_there_is_fresh_again_here(client: Client, service: Service) -> None:
    account = bound()
    come(client)
    page = client.get(reverse("prove"), {"next": "/portal/me/"})
    assert 'value="again"' in page.content.decode()
    answer = come(client, **{"for": "again", "next": "/portal/me/"})
    assert answer["Location"] == "/portal/me/"
    at = proof_in(client, account).at
    assert at is not None
    assert time.time() - at.timestamp() < 60


def test_somebody_else_who_answers_proves_nothing(client: Client, service: Service) -> None:
    bound()
    account: Account = AccountFactory.create()
    log_in(client, account, by="password")
    assert come(client, **{"for": "again"}).status_code == 400
    assert client.session[SESSION_KEY] == str(account.pk)


def test_it_is_released_where_another_way_in_is_left(client: Client, service: Service) -> None:
    account = bound()
    log_in(client, account)
    assert client.post(reverse("sign_on_release")).status_code == 409
    services.password_set(actor=SYSTEM, account=account, password=PASSWORD)
    log_in(client, account)
    assert client.post(reverse("sign_on_release"))["Location"] == reverse("mfa_index")
    assert not SignOn.objects.exists()
    other = Client()
    assert come(other).status_code == 403


def test_who_looks_after_accounts_binds_and_releases_it(client: Client, service: Service) -> None:
    keeper = AccountFactory.create()
    role_define("keeper", ["accounts.view_account", "accounts.manage_account"])
    grant = GrantFactory.create(account=keeper, role="keeper")
    account = AccountFactory.create(place_path=grant.place.path)
    elsewhere = AccountFactory.create(place_path="99/")
    log_in(client, keeper)
    page = reverse("console:account_do", args=[account.pk])
    client.post(page, {"deed": "bind", "subject": SUBJECT})
    come(other := Client())
    assert other.session[SESSION_KEY] == str(account.pk)
    client.post(page, {"deed": "release"})
    assert not is_in(other)
    wrong = reverse("console:account_do", args=[elsewhere.pk])
    assert client.post(wrong, {"deed": "bind", "subject": SUBJECT}).status_code == 404
    assert (
        SUBJECT
        not in client.get(reverse("console:account_page", args=[account.pk])).content.decode()
    )
    assert proven(keeper).proof.has_second_factor


def test_it_is_not_tried_without_end(client: Client, service: Service) -> None:
    said = [client.get(reverse("sign_on_back")).status_code for _try in range(61)]
    assert (said[0], said[-1]) == (400, 429)


def test_without_a_provider_there_is_no_such_way(client: Client, settings: Settings) -> None:
    settings.LINLI_OIDC = None
    assert client.post(reverse("sign_on"), {"for": "in"}).status_code == 404
    assert client.get(reverse("sign_on_back")).status_code == 404
    assert reverse("sign_on") not in client.get(reverse("account_login")).content.decode()


def test_the_button_stands_in_both_languages_and_forms_lead_nowhere_else(
    client: Client, service: Service
) -> None:
    for language, words in (
        ("zh-hans", "用统一身份认证登录"),
        ("en", "Sign in with Single sign-on"),
    ):
        client.cookies["linli_language"] = language
        page = client.get(reverse("account_login"))
        assert words in page.content.decode()
        assert "form-action 'self';" in f"{page['Content-Security-Policy']};"


def test_the_subject_lies_encrypted(service: Service) -> None:
    bound()
    rows = SignOn.objects.raw("SELECT id, subject AS kept, subject_index FROM accounts_signon")
    assert SUBJECT not in f"{rows[0].kept}{rows[0].subject_index}"  # type: ignore[attr-defined]


def test_only_signing_in_leads_there_without_having_signed_in(
    client: Client, service: Service
) -> None:
    for purpose in ("bind", "again"):
        answer = client.post(reverse("sign_on"), {"for": purpose})
        assert answer["Location"].startswith(reverse("account_login"))
    assert client.post(reverse("sign_on"), {"for": "more"}).status_code == 404
