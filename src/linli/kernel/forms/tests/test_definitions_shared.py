# SPDX-License-Identifier: MulanPSL-2.0
"""Requests share the definitions that a process has read, and never miss a new one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base.definitions import (
    definition_bodies,
    definitions_found,
    definitions_shared,
)
from linli.base.putting import definition_put
from linli.kernel.forms.models import Definition

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 6, 1)


def put(key: str, word: str, path: str = "") -> None:
    """A list of choices with one option."""
    definition_put(
        Definition,
        kind="choices",
        key=key,
        place_path=path,
        pack="p",
        version="1",
        starts_on=DAY,
        ends_on=None,
        clause="",
        body={"options": {"a": word}},
    )


def word(key: str, path: str = "5/1/") -> str:
    """What the list of that key says at a place."""
    row = Definition.objects.find("choices", key, path, DAY)
    return "" if row is None else str(row.body["options"]["a"])


def test_a_second_request_asks_only_whether_anything_is_new() -> None:
    put("yes", "one")
    with definitions_shared():
        assert word("yes") == "one"
    with definitions_shared(), CaptureQueriesContext(connection) as asked:
        assert [word("yes"), word("yes", "5/2/"), word("yes")] == ["one"] * 3
    assert len(asked) == 1


def test_a_request_sees_what_was_added_since() -> None:
    put("yes", "one")
    with definitions_shared():
        assert word("yes") == "one"
        assert word("no") == ""
    put("yes", "two", "5/")
    put("no", "never")
    with definitions_shared():
        assert [word("yes"), word("yes", "6/"), word("no")] == ["two", "one", "never"]


def test_a_request_sees_what_it_has_added_itself() -> None:
    put("yes", "one")
    with definitions_shared():
        assert word("yes") == "one"
        put("yes", "two", "5/")
        assert word("yes") == "two"
        put("yes", "three", "5/1/")
        assert word("yes") == "three"


def test_many_definitions_are_the_same_shared_or_not() -> None:
    put("yes", "one")
    put("yes", "two", "5/")
    put("no", "never", "6/")
    wanted = [("yes", "5/1/"), ("yes", "6/"), ("no", "5/"), ("no", "6/1/")]

    def told() -> tuple[object, ...]:
        found = definitions_found(Definition, "choices", {"yes", "no"}, "5/1/", DAY)
        return [row.pk for row in found], definition_bodies(Definition, "choices", wanted, DAY)

    plain = told()
    with definitions_shared():
        assert told() == plain
        assert told() == plain
    assert plain[0]
