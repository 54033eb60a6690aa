# SPDX-License-Identifier: MulanPSL-2.0
"""The rail: where its bars, ticks and words lie."""

from datetime import datetime
from itertools import pairwise

import pytest

from linli.base.calendar import Derivation, Span, due
from linli.base.clock import ZONE
from linli.shells.frame.drawing import Drawing, rail_drawing
from linli.shells.frame.gallery import CALENDAR, FRIDAY, MONDAY, _dues

WIDTH = 344


def _draw(derivation: Derivation, now: datetime = MONDAY, language: str = "zh-hans") -> Drawing:
    return rail_drawing(derivation, now, width=WIDTH, language=language)


def _boxes(drawing: Drawing, look: str) -> list[tuple[float, float]]:
    return [(box.x, box.x + box.width) for box in drawing.boxes if box.look == look]


def test_every_day_from_start_to_due_is_one_bar() -> None:
    drawing = _draw(_dues()["extended"].derivation)
    assert len(_boxes(drawing, "open")) == 4
    assert len(_boxes(drawing, "off")) == 1


def test_bars_stay_on_the_strip_and_do_not_touch() -> None:
    drawing = _draw(_dues()["extended"].derivation)
    days = sorted(_boxes(drawing, "open") + _boxes(drawing, "off"))
    assert days[0][0] >= 0
    assert days[-1][1] <= WIDTH
    assert all(left[1] < right[0] for left, right in pairwise(days))


def test_time_spent_ends_at_now() -> None:
    drawing = _draw(_dues()["extended"].derivation)
    now = next(mark.x for mark in drawing.marks if mark.look == "now")
    assert max(end for _, end in _boxes(drawing, "spent")) == pytest.approx(now, abs=0.5)


def test_the_make_up_sunday_is_spent_as_a_whole() -> None:
    drawing = _draw(_dues()["extended"].derivation)
    sunday = sorted(_boxes(drawing, "open"))[1]
    assert sunday in _boxes(drawing, "spent")


def test_an_extension_lies_before_the_due_tick() -> None:
    drawing = _draw(_dues()["extended"].derivation)
    due_x = next(mark.x for mark in drawing.marks if mark.look == "due")
    assert max(end for _, end in _boxes(drawing, "extra")) == pytest.approx(due_x, abs=0.5)
    assert "延期" in [label.text for label in drawing.labels]


def test_a_late_rail_has_no_word_for_now() -> None:
    said = [label.text for label in _draw(_dues()["late"].derivation).labels]
    assert "现在" not in said
    assert "09:30到期" in said


def test_many_days_are_folded_and_the_fold_says_how_many() -> None:
    drawing = _draw(_dues()["holiday"].derivation)
    assert len(_boxes(drawing, "open") + _boxes(drawing, "off")) == 4
    assert [label.text for label in drawing.labels if label.look == "fold"] == ["18天"]


def test_words_under_the_ticks_do_not_run_into_one_another() -> None:
    found = due(CALENDAR, MONDAY, Span.parse("20 minutes"))
    below = [label for label in _draw(found.derivation).labels if label.y > 50]
    assert [label.text for label in below] == ["10:40到期"]


def test_midnight_is_written_24() -> None:
    found = due(CALENDAR, FRIDAY, Span.parse("2 days"))
    assert "24:00到期" in [label.text for label in _draw(found.derivation).labels]


def test_english_says_the_same() -> None:
    said = [label.text for label in _draw(_dues()["extended"].derivation, language="en").labels]
    assert "due 17:30" in said
    assert "rest" in said


def test_labels_keep_inside_the_strip() -> None:
    at = datetime(2026, 9, 21, 8, 30, tzinfo=ZONE)
    drawing = _draw(due(CALENDAR, at, Span.parse("1 working_day")).derivation, at)
    assert all(0 <= label.x <= WIDTH for label in drawing.labels)
