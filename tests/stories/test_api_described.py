# SPDX-License-Identifier: MulanPSL-2.0
"""The API keeps its own description: whatever is asked, the answer is one that `openapi.json`
names, in the shape that it names, and never our fault.

schemathesis makes the questions from the description, good and bad ones.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.failures import Failure, FailureGroup

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.access import services as access
from tests.stories.conftest import City
from tests.stories.walking import identifiers

V1, OPEN = "/api/v1/", "/api/open/"
ASKED = [(V1, "token"), (V1, "session"), (V1, "nobody"), (OPEN, "nobody")]
QUESTIONS = 12
"""Good ones and as many bad ones, for each operation and each sort of caller."""
ALWAYS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
CHECKED = {
    GenerationMode.POSITIVE: ALWAYS,
    GenerationMode.NEGATIVE: (*ALWAYS, "negative_data_rejection"),
}
CSRF = "c" * 32


@cache
def described(root: str) -> Any:
    """What one of the two APIs says about itself."""
    return schemathesis.openapi.from_wsgi(f"{root}openapi.json", WSGIHandler())


@pytest.fixture(autouse=True)
def _connection_kept() -> Iterator[None]:
    """A request does not close the connection on which the test holds its transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def callers(city: City) -> dict[str, dict[str, Any]]:
    """A partner's system, a dispatcher in a browser, and nobody: what each sends along."""
    grant = access.partner_open(
        actor=SYSTEM, username="wanderer", role="dispatcher", place=city.places["subdistrict"]
    )
    issued = access.token_issue(
        actor=SYSTEM,
        grant=grant,
        label="走访",
        scopes=["appeals.view", "appeals.register_for"],
        ends_on=clock.today() + dt.timedelta(days=9),
        is_acting=True,
    )
    cookies = {name: each.value for name, each in city.client("dispatcher").cookies.items()}
    return {
        "token": {"headers": {"Authorization": f"Bearer {issued.text}"}},
        "session": {
            "headers": {"X-CSRFToken": CSRF},
            "cookies": {**cookies, "csrftoken": CSRF},
        },
        "nobody": {},
    }


@pytest.mark.both_in_full
@pytest.mark.parametrize("mode", CHECKED, ids=lambda mode: mode.value)
@pytest.mark.parametrize(("root", "caller"), ASKED)
def test_every_answer_is_one_that_the_description_names(
    root: str,
    caller: str,
    mode: GenerationMode,
    callers: dict[str, dict[str, Any]],
    city: City,
) -> None:
    known, wrong = identifiers(city), {}
    for found in described(root).get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not _takes(operation):
            continue
        try:
            _asked(operation, mode, callers[caller], known)
        except (Failure, FailureGroup) as failure:
            wrong[operation.label] = _said(failure)
    assert not wrong, "\n\n".join(f"{label}: {said}" for label, said in wrong.items())


def _takes(operation: Any) -> bool:
    """Whether anything is sent along that could be wrong."""
    raw = operation.definition.raw
    return bool(raw["parameters"] or "requestBody" in raw)


def _asked(
    operation: Any, mode: GenerationMode, caller: dict[str, Any], known: Mapping[str, str]
) -> None:
    """Ask an operation some questions; of half of them what stands in the address is there."""
    checks = CHECKS.get_by_names(CHECKED[mode])

    @settings(
        max_examples=QUESTIONS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_there=st.booleans())
    def ask(case: Any, is_there: bool) -> None:
        if is_there and case.path_parameters:
            case.path_parameters |= {
                name: known[name] for name in case.path_parameters if name in known
            }
        with transaction.atomic():
            response = case.call(**caller)
            transaction.set_rollback(True)
        case.validate_response(response, checks=checks)

    ask()


def _said(failure: Any) -> str:
    return "; ".join(_each(failure))


def _each(failure: Any) -> Iterator[str]:
    for one in getattr(failure, "exceptions", [failure]):
        yield f"{one.title}: {one.message}"[:600]
