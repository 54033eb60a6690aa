# SPDX-License-Identifier: MulanPSL-2.0
"""Times as people say them."""

from datetime import datetime, timedelta

import pytest

from linli.base.clock import ZONE
from linli.shells.frame.times import date_words, greeting, moment_words


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[misc, arg-type]


NOW = _at(2026, 9, 21, 10, 20)


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (_at(2026, 9, 21, 17, 30), "今天17:30", "today 17:30"),
        (_at(2026, 9, 22, 16, 30), "明天16:30", "tomorrow 16:30"),
        (_at(2026, 9, 20, 14, 20), "昨天14:20", "yesterday 14:20"),
        (_at(2026, 9, 24, 10, 0), "周四10:00", "Thu 10:00"),
        (_at(2026, 9, 18, 16, 30), "周五16:30", "Fri 16:30"),
        (_at(2026, 9, 28, 9, 0), "9月28日09:00", "28 Sep 09:00"),
        (_at(2025, 12, 31, 9, 0), "2025年12月31日09:00", "31 Dec 2025 09:00"),
    ],
)
def test_a_moment_is_said_from_now(moment: datetime, chinese: str, english: str) -> None:
    assert moment_words(moment, NOW, "zh-hans") == chinese
    assert moment_words(moment, NOW, "en") == english


def test_midnight_at_the_end_belongs_to_the_day_it_ends() -> None:
    midnight = _at(2026, 9, 22, 0, 0)
    assert moment_words(midnight, NOW, "zh-hans", is_end=True) == "今天24:00"
    assert moment_words(midnight, NOW, "zh-hans") == "明天00:00"


def test_a_date_names_its_year_only_when_it_is_another() -> None:
    assert date_words(NOW.date(), NOW.date(), "en") == "21 Sep"
    assert date_words(NOW.date() - timedelta(days=400), NOW.date(), "zh-hans") == "2025年8月17日"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(3, "夜里好"), (7, "早上好"), (10, "上午好"), (12, "中午好"), (15, "下午好"), (23, "晚上好")],
)
def test_the_greeting_goes_by_the_hour(hour: int, words: str) -> None:
    assert greeting(NOW.replace(hour=hour), "zh-hans") == words
