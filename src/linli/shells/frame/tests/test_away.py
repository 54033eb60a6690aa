# SPDX-License-Identifier: MulanPSL-2.0
"""While the database or the disk takes nothing, whoever asks is told to come again."""

import errno

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from linli.shells.frame import views


def _asked(monkeypatch: pytest.MonkeyPatch, error: Exception, accept: str = "text/html"):  # type: ignore[no-untyped-def]
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(views, "actor_of", fail)
    client = Client(raise_request_exception=False, headers={"Accept": accept})
    return client.get("/")


@pytest.mark.parametrize("error", [OperationalError("gone"), OSError(errno.ENOSPC, "full")])
@pytest.mark.django_db
def test_nothing_was_taken_and_it_is_worth_trying_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    answer = _asked(monkeypatch, error)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "暂时无法保存" in answer.content.decode()
    told = _asked(monkeypatch, error, "application/json")
    assert (told.status_code, told.json()) == (503, {"code": "away"})


@pytest.mark.parametrize("error", [IntegrityError("twice"), OSError(errno.ENOENT, "no file")])
@pytest.mark.django_db
def test_what_broke_is_our_fault_and_said_so(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    answer = _asked(monkeypatch, error)
    assert answer.status_code == 500
    assert "Retry-After" not in answer
