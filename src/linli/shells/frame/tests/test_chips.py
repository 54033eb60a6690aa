# SPDX-License-Identifier: MulanPSL-2.0
"""What the clock chip says and which color it takes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from linli.base import clock
from linli.base.calendar import Due, Span, due
from linli.base.clock import ZONE
from linli.shells.frame.chips import chip_of, length_words, told_due
from linli.shells.frame.gallery import CALENDAR, FRIDAY, MONDAY


@pytest.fixture(autouse=True)
def _monday_in_chinese() -> Any:
    with clock.at(MONDAY.astimezone(UTC)), translation.override("zh-hans"):
        yield


def _due(span: str, start: datetime = MONDAY) -> Due:
    return due(CALENDAR, start, Span.parse(span))


def _row(found: Due, **more: Any) -> Any:
    """A clock as the workflow keeps it."""
    kept = {
        "derivation": found.derivation.to_json(),
        "due_at": found.at,
        "stopped_at": None,
        "paused_at": None,
    }
    return SimpleNamespace(**(kept | more))


def test_with_days_to_go_the_chip_is_calm() -> None:
    chip = chip_of(_due("3 working_days"))
    assert (chip.tone, chip.icon, chip.text, chip.is_strong) == ("", "clock", "周四17:30", False)


def test_with_less_than_a_working_day_left_it_is_soon() -> None:
    chip = chip_of(_due("2 working_hours"))
    assert (chip.tone, chip.text, chip.is_strong) == ("soon", "今天13:50", True)


def test_after_the_due_time_it_is_late_and_says_by_how_much() -> None:
    chip = chip_of(_due("2 working_hours", FRIDAY))
    assert (chip.tone, chip.icon) == ("late", "alert")
    assert chip.text == "超时1天"


def test_the_reason_goes_with_it_in_one_sentence() -> None:
    assert chip_of(_due("2 working_hours")).title == "收到 周一 10:20 → 2 工作时 → 周一 13:50"


def test_it_may_say_what_is_left_instead() -> None:
    assert chip_of(_due("3 working_days"), say="left").text == "还有3工作日"


def test_a_clock_kept_as_a_row_reads_the_same() -> None:
    found = _due("2 working_hours")
    assert chip_of(_row(found)) == chip_of(found)


def test_a_stopped_clock_says_how_long_it_took() -> None:
    found = _due("2 working_hours")
    chip = chip_of(_row(found, stopped_at=MONDAY + timedelta(minutes=22)))
    assert (chip.tone, chip.text) == ("good", "用了22分钟")


def test_a_clock_stopped_too_late_says_so() -> None:
    found = _due("2 working_hours", FRIDAY)
    chip = chip_of(_row(found, stopped_at=found.at + timedelta(hours=3)))
    assert (chip.tone, chip.text) == ("late", "晚3小时办完")


def test_a_clock_that_stands_still_says_so() -> None:
    chip = chip_of(_row(_due("2 working_hours"), paused_at=MONDAY))
    assert (chip.tone, chip.icon) == ("", "pause")


@pytest.mark.parametrize(("hours", "tone"), [(-3, "late"), (2, "soon"), (30, "")])
def test_a_bare_moment_has_a_tone_too(hours: int, tone: str) -> None:
    assert chip_of(MONDAY + timedelta(hours=hours)).tone == tone


def test_the_honest_panel_says_when_in_full_and_what_is_left() -> None:
    told = told_due(_due("3 working_days"))
    assert (told.when, told.left, told.tone) == ("周四17:30前", "还有3工作日", "")


def test_lengths_are_said_in_whole_units() -> None:
    with translation.override("en"):
        said = [length_words(timedelta(minutes=n)) for n in (1, 59, 61, 1439, 1440, 4000)]
    assert said == ["1 minute", "59 minutes", "1 hour", "23 hours", "1 day", "2 days"]


def test_local_midnight_is_the_end_of_the_day() -> None:
    midnight = datetime(2026, 9, 22, tzinfo=ZONE)
    assert chip_of(midnight).text == "今天24:00"
