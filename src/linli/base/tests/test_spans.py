# SPDX-License-Identifier: MulanPSL-2.0
"""Reading and saying spans."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from linli.base.spans import Span, SpanError, Unit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 work_hours", 'did you mean "working_hours"'),
        ("2 working_hour", 'write "2 working_hours"'),
        ("1 months", 'write "1 month"'),
        ("0 days", "at least 1"),
        ("two days", "whole number"),
        ("1.5 days", "whole number"),
        ("-1 days", "whole number"),
        ("2  days", "whole number"),
        ("2 fortnights", "no unit of time"),
        ("201 years", "200 years"),
        ("", "no span"),
    ],
)
def test_what_is_no_span_is_refused_with_a_hint(text: str, said: str) -> None:
    with pytest.raises(SpanError, match=said):
        Span.parse(text)


@given(st.integers(1, 200), st.sampled_from(Unit))
def test_a_span_reads_back_as_it_was_written(count: int, unit: Unit) -> None:
    span = Span(count, unit)
    assert Span.parse(str(span)) == span


def test_spans_are_said_in_both_languages() -> None:
    assert Span.parse("2 working_hours").words("zh") == "2工作时"
    assert Span.parse("1 month").words("zh-hans", spaced=True) == "1 个月"
    assert Span.parse("2 working_hours").words("en") == "2 working hours"


def test_a_month_ends_on_the_same_day_number_or_the_last_of_the_month() -> None:
    assert Span.parse("1 month").last_day(date(2025, 1, 31)) == date(2025, 2, 28)
    assert Span.parse("1 month").first_day(date(2025, 3, 31)) == date(2025, 2, 28)
    assert Span.parse("2 years").last_day(date(2024, 2, 29)) == date(2026, 2, 28)
    with pytest.raises(SpanError):
        Span.parse("2 working_days").last_day(date(2025, 1, 31))


def test_a_grammar_may_name_a_span_as_a_field() -> None:
    class Step(BaseModel):
        limit: Span

    step = Step.model_validate({"limit": "30 minutes"})
    assert step.limit == Span(30, Unit.MINUTES)
    assert step.model_dump(mode="json") == {"limit": "30 minutes"}
    assert Step.model_json_schema()["properties"]["limit"]["type"] == "string"
    with pytest.raises(ValidationError, match="did you mean"):
        Step.model_validate({"limit": "30 minuts"})
    with pytest.raises(ValidationError, match="write a text"):
        Step.model_validate({"limit": 30})
