# SPDX-License-Identifier: MulanPSL-2.0
"""What stands between the web and the platform: headers, cookies, hosts, redirects."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client
from pytest_django import Settings

from linli.base.actor import SYSTEM
from linli.base.keyring import ring_new
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.factories import log_in

PASSWORD = "correct-horse-4711"
SHOWN = """
import json, django
from django.conf import settings
django.setup()
names = %r
print(json.dumps({name: getattr(settings, name) for name in names}))
"""
PRODUCTION = {
    "DEBUG": False,
    "ALLOWED_HOSTS": ["linli.example.org"],
    "USE_X_FORWARDED_HOST": False,
    "CSRF_TRUSTED_ORIGINS": ["https://linli.example.org"],
    "SESSION_COOKIE_NAME": "__Host-sessionid",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "X_FRAME_OPTIONS": "DENY",
}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a production installation behind a proxy."""
    folder = tmp_path_factory.mktemp("production")
    ring_new(folder / "keys.json")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "LINLI_MODE": "production",
        "LINLI_DATA": str(folder),
        "LINLI_KEYS_FILE": str(folder / "keys.json"),
        "LINLI_DATABASE_URL": f"sqlite:///{folder / 'linli.sqlite3'}",
        "LINLI_HOSTS": "linli.example.org",
        "LINLI_TRUSTED_PROXIES": "127.0.0.1",
    }


def run(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """A process of the platform."""
    return subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )


def test_production_behind_a_proxy_has_nothing_that_django_warns_of(
    production: dict[str, str],
) -> None:
    command = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    done = run(production, *command)
    assert done.returncode == 0, done.stderr


def test_production_keeps_cookies_hosts_and_encryption(production: dict[str, str]) -> None:
    done = run(production, "-c", SHOWN % list(PRODUCTION))
    assert json.loads(done.stdout) == PRODUCTION, done.stderr


KINDS = {
    "/portal/": 200,
    "/accounts/login/": 200,
    "/nothing/here/": 404,
    "/console/": 302,
    "/api/v1/cases/changed": 401,
    "/api/v1/openapi.json": 200,
    "/api/open/": 200,
    "/api/docs/": 200,
    "/sw.js": 200,
    "/healthz": 200,
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), KINDS.items())
def test_every_kind_of_answer_carries_the_walls(
    settings: Settings, address: str, status: int
) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    answer = Client().get(address, secure=True)
    assert answer.status_code == status
    assert {name: answer.get(name) for name in HEADERS} == HEADERS
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    for rule in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["Permissions-Policy"].startswith("camera=(self), geolocation=(self), ")
    assert "microphone=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/portal/appeals/find/", "/accounts/login/"])
def test_a_refused_form_carries_them_too(address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address, {"login": "x"})
    assert answer.status_code == 403
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_what_comes_in_the_clear_is_sent_to_the_encrypted_address(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = Client().get("/portal/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/portal/")
    assert Client().get("/portal/", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert Client().get("/healthz").status_code == 200


TRICKS = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "http:///evil.example",
    "https://evil.example/portal/",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "//testserver:80@evil.example",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "\x00//evil.example",
    "http://[::1",
    "evil.example",
    "%2f%2fevil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
]


def leads_here(location: str) -> bool:
    """Whether a browser stays on this site; it drops tabs and takes \\ for /."""
    plain = "".join(sign for sign in location if sign > " ").replace("\\", "/")
    return plain.startswith("//testserver/") or not (plain.startswith("//") or ":" in plain)


@pytest.mark.django_db
@pytest.mark.parametrize("trick", TRICKS)
def test_no_address_leads_to_another_site(trick: str) -> None:
    account = accounts.account_create(actor=SYSTEM, username="chen.gl", password=PASSWORD)
    known = Client()
    log_in(known, account)
    typed = {"login": account.username, "password": PASSWORD, "next": trick}
    signed_in = Client().post("/accounts/login/", typed)
    assert signed_in.status_code == 302
    answers = [
        signed_in,
        Client().get("/look/", {"theme": "dark", "next": trick}),
        known.get("/accounts/login/", {"next": trick}),
        known.post("/accounts/logout/", {"next": trick}),
    ]
    for answer in answers:
        assert answer.status_code in (302, 200)
        assert leads_here(answer.get("Location", "/")), answer["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil", ""])
def test_a_host_that_is_not_ours_is_refused(settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["linli.example.org"]
    for address in ("/portal/", "/api/open/", "/accounts/login/"):
        assert Client().get(address, headers={"Host": host}).status_code == 400
    own = {"Host": "linli.example.org", "X-Forwarded-Host": "evil.example"}
    answer = Client().get("/api/open/", headers=own)
    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()


@pytest.mark.django_db
def test_a_session_is_kept_from_scripts_and_from_other_sites(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    account = accounts.account_create(actor=SYSTEM, username="chen.gl", password=PASSWORD)
    typed = {"login": account.username, "password": PASSWORD}
    browser = Client()
    browser.get("/accounts/login/", secure=True)
    browser.post("/accounts/login/", typed, secure=True)
    cookies = browser.cookies
    session = cookies["sessionid"]
    assert (session["httponly"], session["secure"], session["samesite"]) == (True, True, "Lax")
    assert (session["domain"], session["path"]) == ("", "/")
    browser.get("/look/", {"theme": "dark", "size": "large", "language": "en"}, secure=True)
    chosen = [each for name, each in cookies.items() if name.startswith("linli_")]
    assert [each["secure"] for each in chosen] == [True] * 3
    assert (cookies["csrftoken"]["secure"], cookies["csrftoken"]["samesite"]) == (True, "Lax")
