# SPDX-License-Identifier: MulanPSL-2.0
"""A class of rows that tests let go: files that hang on nothing, by their day."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from linli.kernel.files.models import StoredFile
from linli.kernel.sockets import registry
from linli.kernel.sockets.retention import Retention, RetentionGiven, Take

NAME = "test.files"
A_DAY = dt.timedelta(days=1)

Declare = Callable[..., None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Declares the class as the only one there is."""

    def only(*, days: int = 30, least: int = 7, take: Take | None = None) -> None:
        rule = Retention({"zh": "文件", "en": "Files"}, "", "created_at", days, least)
        monkeypatch.setattr(registry._all, "retention", {NAME: RetentionGiven(rule, aged, take)})

    return only


def aged(until: dt.datetime) -> Any:
    """Files that are older and still called by their key."""
    return StoredFile.objects.filter(created_at__lt=until).exclude(owner_key="")


def files_of_days(*days: int) -> list[int]:
    """Files so many days old; their keys."""
    now = timezone.now()
    rows = [
        StoredFile(
            key=f"{number:032}",
            sha256="",
            content_type="",
            size=0,
            owner_kind="test.thing",
            owner_key="17",
            created_at=now - day * A_DAY,
        )
        for number, day in enumerate(days)
    ]
    return [row.pk for row in StoredFile.objects.bulk_create(rows)]
