# SPDX-License-Identifier: MulanPSL-2.0
"""What stands in the log: every line with its request or job, and nobody's name or number."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from linli.config.logs import FORMS, logging_settings
from linli.kernel.jobs import services as jobs
from linli.kernel.jobs.registry import job_add
from linli.kernel.jobs.worker import run_all
from linli.shells.frame import submissions

NAME, PHONE = "欧阳春晓", "13812345678"
FORM = {"login": NAME, "password": PHONE, "name": NAME, "phone": PHONE, "text": f"{NAME} {PHONE}"}


@pytest.fixture(params=["json", "line"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """All that is logged, in one of the two forms."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(FORMS[request.param]())
    logging.getLogger().addHandler(handler)
    yield told
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def browser() -> Client:
    """A browser that is shown what broke as a visitor is."""
    return Client(raise_request_exception=False)


def _raise(error: Exception) -> Any:
    def fail(*_args: object, **_values: object) -> None:
        try:
            raise LookupError(f"nobody is called {NAME}")
        except LookupError as first:
            raise error from first

    return fail


def _ensure_nobody(told: str) -> None:
    assert NAME not in told
    assert PHONE not in told
    assert "127.0.0.1" not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "error", "status"),
    [
        (f"/portal/{NAME}/{PHONE}/?phone={PHONE}", None, 404),
        (f"/portal/appeals/find/?phone={PHONE}", PermissionDenied(f"{NAME}: {PHONE}"), 403),
        (f"/portal/appeals/find/?phone={PHONE}", ValueError(f"{NAME}: {PHONE}"), 500),
    ],
)
def test_a_form_that_fails_leaves_nobody_in_the_log(
    browser: Client,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    *,
    address: str,
    error: Exception | None,
    status: int,
) -> None:
    if error is not None:
        monkeypatch.setattr(submissions, "once", _raise(error))
    answer = browser.post(address, FORM)
    assert answer.status_code == status
    told = log.getvalue()
    _ensure_nobody(told)
    assert answer["X-Request-ID"] in told
    assert str(status) in told


@pytest.mark.django_db
def test_who_is_refused_before_any_page_is_told_as_well(browser: Client, log: io.StringIO) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accounts/login/", FORM).status_code == 403
    assert browser.get("/portal/", headers={"Host": f"{PHONE}.example"}).status_code == 400
    assert browser.get("/portal/", headers={"X-Request-ID": PHONE}).status_code == 200
    for _time in range(6):
        browser.post("/accounts/login/", FORM)
    told = log.getvalue()
    _ensure_nobody(told)
    assert told.count("POST account_login") == 7


@pytest.mark.django_db
def test_what_broke_is_told_by_its_kind_and_place(
    browser: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "once", _raise(KeyError(PHONE)))
    browser.post("/portal/appeals/find/", FORM)
    told = log.getvalue()
    assert "KeyError at linli.config.tests.test_logs:" in told
    assert "linli.shells.frame.page:" in told


@pytest.mark.django_db
def test_one_line_a_request_names_the_page_and_not_the_address(client: Client) -> None:
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(FORMS["json"]())
    logging.getLogger("linli.access").addHandler(handler)
    answer = client.get("/portal/?q=drain")
    logging.getLogger("linli.access").removeHandler(handler)
    (line,) = [json.loads(each) for each in told.getvalue().splitlines()]
    assert {"at", "level", "logger", "said", "ms"} < line.keys()
    assert (line["method"], line["route"], line["status"]) == ("GET", "portal:home", 200)
    assert line["request"] == answer["X-Request-ID"]


@pytest.mark.django_db(transaction=True)
def test_a_job_names_itself_in_its_lines(log: io.StringIO) -> None:
    def fail() -> None:
        logging.getLogger("linli.test").warning("about to fail: %s", PHONE)
        raise ValueError(f"{NAME} {PHONE}")

    job_add("logs.fail", fail, None, 1)
    jobs.enqueue("logs.fail")
    run_all()
    told = log.getvalue()
    _ensure_nobody(told)
    assert "138****5678" in told
    assert "logs.fail failed: ValueError at linli.config.tests.test_logs:" in told
    assert told.count("job") >= 2


def test_with_debug_on_everything_is_told() -> None:
    error = ValueError(PHONE)
    broken = (ValueError, error, None)
    record = logging.LogRecord("django", 40, __file__, 1, "%s", (NAME,), broken)
    for form in FORMS.values():
        assert NAME in form(is_debug=True).format(record)
        assert PHONE in form(is_debug=True).format(record)
        _ensure_nobody(form().format(record))


def test_a_demo_is_not_told_of_each_request() -> None:
    quiet = logging_settings(form="line", is_debug=False, is_quiet=True)
    assert quiet["loggers"]["linli.access"]["level"] == "WARNING"
