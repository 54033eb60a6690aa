# SPDX-License-Identifier: MulanPSL-2.0
"""Definitions read once within a block are the ones that would be read each time."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.definitions import definitions_kept
from linli.base.putting import definition_put
from linli.kernel.forms.models import Definition

pytestmark = pytest.mark.django_db

SPRING, SUMMER, AUTUMN = dt.date(2026, 3, 1), dt.date(2026, 6, 1), dt.date(2026, 9, 1)
PLACES = ("5/", "5/1/", "5/2/", "6/", "6/1/")
DAYS = (SPRING, SPRING + dt.timedelta(days=9), SUMMER, AUTUMN, AUTUMN + dt.timedelta(days=1))


def put(key: str, path: str, since: dt.date, until: dt.date | None = None) -> None:
    """A list of choices in force at a place."""
    body = {"options": {"a": f"{path} {since}"}}
    definition_put(
        Definition,
        kind="choices",
        key=key,
        place_path=path,
        pack="p",
        version="1",
        starts_on=since,
        ends_on=until,
        clause="",
        body=body,
    )


def answers() -> list[Any]:
    """What is in force everywhere on all the days."""
    rows = Definition.objects.all()
    found: list[Any] = []
    for path in PLACES:
        for day in DAYS:
            one = rows.find("choices", "yes", path, day)
            found.append(one and one.pk)
            found.append([each.pk for each in rows.in_force("choices", path, day)])
    return found


def test_a_block_reads_the_same_with_far_fewer_questions() -> None:
    put("yes", "", SPRING)
    put("yes", "5/", SUMMER, AUTUMN)
    put("no", "5/1/", SUMMER)
    with CaptureQueriesContext(connection) as each_time:
        plain = answers()
    with definitions_kept(), CaptureQueriesContext(connection) as once:
        assert answers() == plain
        assert answers() == plain

    assert len(each_time) == 2 * len(PLACES) * len(DAYS)
    assert len(once) < len(each_time) / 2


def test_two_days_between_the_same_changes_stand_alike() -> None:
    put("yes", "", SPRING)
    put("yes", "5/", SUMMER, AUTUMN)
    rows = Definition.objects.all()
    for is_kept in (False, True):
        stands = {
            (path, day): rows.standing(("choices",), path, day) for path in PLACES for day in DAYS
        }
        if is_kept:
            with definitions_kept():
                stands = {key: rows.standing(("choices",), *key) for key in stands}
        assert stands["5/", DAYS[0]] == stands["5/1/", DAYS[1]] == stands["5/2/", DAYS[0]]
        assert len({stands["5/", day] for day in DAYS}) == 3
        assert stands["6/", SUMMER] == stands["6/1/", SUMMER] != stands["5/", SUMMER]
