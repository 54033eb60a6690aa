# SPDX-License-Identifier: MulanPSL-2.0
"""How often, how long to wait, and what may travel as an argument."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.base.clock import ZONE
from linli.kernel.jobs import rules

PHONE = "13800138000"
ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1 second", 1), ("20 seconds", 20), ("1 minute", 60), ("2 hours", 7200), ("1 day", 86_400)],
)
def test_an_interval_is_read_as_seconds(text: str, seconds: int) -> None:
    assert rules.every_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "0 seconds", "1 month", "2 working_days", "5"])
def test_an_interval_that_no_clock_can_keep_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each way of being wrong has its own message
        rules.every_seconds(text)


def test_waits_grow_and_end_at_an_hour() -> None:
    waits = [rules.wait_after(failures).total_seconds() for failures in range(1, 20)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == 3600


def test_a_frequent_job_that_fails_comes_less_often_and_a_rare_one_sooner() -> None:
    now = dt.datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)
    assert rules.next_run(1, 0, now) == now + dt.timedelta(seconds=1)
    assert rules.next_run(1, 9, now) == now + dt.timedelta(seconds=60)
    assert rules.next_run(86_400, 1, now) == now + dt.timedelta(seconds=2)


def test_a_job_stands_no_further_away_than_anything_puts_it() -> None:
    now = dt.datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)
    for every in (1, 60, 3600, 86_400, 7 * 86_400):
        for failures in (0, 1, 20):
            assert not rules.is_put_off(every, rules.next_run(every, failures, now), now)
        assert rules.is_put_off(every, now + dt.timedelta(seconds=every, hours=2), now)


@pytest.mark.parametrize(("hour", "day"), [(2, 22), (3, 23), (9, 23)])
def test_a_job_of_days_waits_for_the_night(hour: int, day: int) -> None:
    now = dt.datetime(2026, 11, 22, hour, 0, tzinfo=ZONE)
    night = dt.datetime(2026, 11, day, 3, 0, tzinfo=ZONE)
    assert (
        rules.first_run(86_400, now) == rules.next_run(86_400, 0, now.astimezone(dt.UTC)) == night
    )
    assert rules.next_run(7 * 86_400, 0, now) == night + dt.timedelta(days=6)
    assert rules.first_run(3600, now) == now


@pytest.mark.parametrize("text", [PHONE, f"电话{PHONE}", f"{ID_NUMBER}。", ID_NUMBER.lower()])
def test_numbers_of_people_are_recognized(text: str) -> None:
    assert rules.looks_personal(text)
    assert PHONE not in rules.without_numbers(text)
    assert ID_NUMBER not in rules.without_numbers(text).upper()


@pytest.mark.parametrize(
    "text", ["511102001003", "11010519491231002A", "20261121181500", "a13800138000b", "17", ""]
)
def test_codes_are_not_taken_for_numbers_of_people(text: str) -> None:
    assert not rules.looks_personal(text)
    assert rules.without_numbers(text) == text


@given(st.text(max_size=60))
def test_masking_never_leaves_a_number_behind(text: str) -> None:
    assert not rules.looks_personal(rules.without_numbers(f"{text} {PHONE} {text}"))


@pytest.mark.parametrize(
    "value", [PHONE, 13_800_138_000, ID_NUMBER, "长" * 121], ids=["phone", "number", "id", "long"]
)
def test_a_personal_value_may_not_travel(value: object) -> None:
    with pytest.raises(ValueError, match="value is no id or code"):
        rules.ensure_codes({"value": value})


@pytest.mark.parametrize("value", [{"a": 1}, ["a"], 1.5, Decimal(1), dt.date(2026, 1, 1), b"a"])
def test_only_ids_and_codes_may_travel(value: object) -> None:
    with pytest.raises(TypeError, match="only ids and codes"):
        rules.ensure_codes({"value": value})


def test_ids_codes_flags_and_nothing_may_travel() -> None:
    rules.ensure_codes({"id": 17, "code": "appeals.appeal", "flag": True, "none": None})
