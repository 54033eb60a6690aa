# SPDX-License-Identifier: MulanPSL-2.0
"""Conditions: what each word means, what is refused, and how it is said."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from linli.base import clock
from linli.base.conditions import Condition, Word, explain, fields_of, holds

TODAY = date(2026, 11, 21)
VALUES: dict[str, object] = {
    "class": {"key": "noise", "zh": "噪声扰民"},
    "mode": "home",
    "area": 600,
    "fee": Decimal("12.50"),
    "share": Fraction(2, 3),
    "none": 0,
    "agreed": False,
    "needs": ["meals", "bath"],
    "safety": {"gas": True, "fire": False},
    "safety.passed": 1,
    "trained_on": date(2026, 11, 1),
    "until_date": "2026-12-10",
    "seen_at": datetime(2026, 11, 20, 17, 0, tzinfo=UTC),
    "blank": "  ",
    "place": {"code": "511102001", "kind": "urban", "path": "511100/511102/511102001/"},
    "facility": {"state": {"key": "open"}},
    "measure:centre_area": 700,
    "indicator:area_per_100_households": "28.4",
}


def check(**leaf: Any) -> bool:
    return holds(
        Condition.model_validate({key.rstrip("_"): leaf[key] for key in leaf}), VALUES, TODAY
    )


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        ({"field": "mode", "is": "equal", "value": "home"}, True),
        ({"field": "mode", "is": "equal", "value": "phone"}, False),
        ({"field": "class", "is": "equal", "value": "class:noise"}, True),
        ({"field": "class", "is": "equal", "value": "class:noise_at_night"}, False),
        ({"field": "place.kind", "is": "equal", "value": "urban"}, True),
        ({"field": "facility.state", "is": "equal", "value": "open"}, True),
        ({"field": "agreed", "is": "equal", "value": False}, True),
        ({"field": "none", "is": "equal", "value": False}, False),
        ({"field": "fee", "is": "equal", "value": 12.5}, True),
        ({"field": "needs", "is": "equal", "value": ["bath", "meals"]}, True),
        ({"field": "mode", "is": "one_of", "value": ["home", "phone"]}, True),
        ({"field": "mode", "is": "one_of", "value": ["video"]}, False),
        ({"field": "area", "is": "over", "value": 600}, False),
        ({"field": "area", "is": "at_least", "value": 600}, True),
        ({"field": "area", "is": "under", "value": 601}, True),
        ({"field": "area", "is": "at_most", "value": 599.5}, False),
        ({"field": "share", "is": "at_least", "value": "2/3"}, True),
        ({"field": "share", "is": "over", "value": "2/3"}, False),
        ({"field": "area", "is": "between", "value": [600, 700]}, True),
        ({"field": "area", "is": "between", "value": [100, 599]}, False),
        ({"field": "safety.passed", "is": "at_least", "value": 1}, True),
        ({"field": "trained_on", "is": "under", "value": "2026-11-02"}, True),
        ({"field": "until_date", "is": "at_least", "value": date(2026, 12, 10)}, True),
        ({"field": "until_date", "is": "over", "other": "trained_on"}, True),
        ({"field": "seen_at", "is": "equal", "value": date(2026, 11, 21)}, True),
        ({"field": "mode", "is": "over", "value": 3}, False),
        ({"field": "needs", "is": "includes", "value": "meals"}, True),
        ({"field": "needs", "is": "includes", "value": "wash"}, False),
        ({"field": "safety", "is": "includes", "value": "gas"}, True),
        ({"field": "safety", "is": "includes", "value": "fire"}, False),
        ({"field": "place", "is": "inside", "value": "place:511102"}, True),
        ({"field": "place", "is": "inside", "value": "511102001"}, True),
        ({"field": "place", "is": "inside", "value": "51110"}, False),
        ({"field": "place", "is": "inside", "value": "511100/511102/"}, True),
        ({"field": "place", "is": "inside", "value": "511100/511103/"}, False),
        ({"field": "trained_on", "is": "in_last", "value": "30 days"}, True),
        ({"field": "trained_on", "is": "in_last", "value": "19 days"}, False),
        ({"field": "until_date", "is": "in_last", "value": "30 days"}, False),
        ({"field": "until_date", "is": "in_next", "value": "1 month"}, True),
        ({"field": "until_date", "is": "in_next", "value": "2 weeks"}, False),
        ({"field": "mode", "is": "in_next", "value": "2 weeks"}, False),
        ({"field": "none", "is": "filled"}, True),
        ({"field": "agreed", "is": "filled"}, True),
        ({"field": "blank", "is": "filled"}, False),
        ({"field": "blank", "is": "empty"}, True),
        ({"field": "absent", "is": "empty"}, True),
        ({"field": "mode.kind", "is": "empty"}, True),
        ({"measure": "centre_area", "is": "at_least", "value": 600}, True),
        ({"indicator": "area_per_100_households", "is": "at_least", "value": 30}, False),
    ],
)
def test_each_word_means_what_the_language_says(leaf: dict[str, Any], expected: bool) -> None:
    assert check(**leaf) is expected


@given(st.sampled_from([word for word in Word if word not in (Word.EMPTY, Word.FILLED)]))
def test_a_missing_value_makes_every_comparison_false(word: Word) -> None:
    value = {
        Word.ONE_OF: [1],
        Word.BETWEEN: [1, 2],
        Word.IN_LAST: "1 day",
        Word.IN_NEXT: "1 day",
        Word.INSIDE: "511100",
    }.get(word, 1)
    leaf = {"field": "absent", "is": word.value, "value": value}
    assert check(**leaf) is False
    assert check(not_=leaf) is True
    assert check(field="area", is_=word.value, other="absent") is False


def test_conditions_join() -> None:
    yes = {"field": "mode", "is": "filled"}
    no = {"field": "mode", "is": "empty"}
    assert check(all=[yes, yes]) is True
    assert check(all=[yes, no]) is False
    assert check(any=[no, yes]) is True
    assert check(any=[no, no]) is False
    assert check(not_={"any": [no, {"all": [yes, no]}]}) is True
    assert holds(None, {}) is True


def test_without_a_given_day_the_clock_is_asked() -> None:
    condition = Condition.model_validate({"field": "on", "is": "in_last", "value": "1 day"})
    with clock.at(datetime(2026, 11, 21, 4, 0, tzinfo=UTC)):
        assert holds(condition, {"on": date(2026, 11, 20)})
        assert not holds(condition, {"on": date(2026, 11, 19)})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "exactly one"),
        ({"field": "a", "measure": "b", "is": "filled"}, "exactly one"),
        ({"field": "a"}, 'with "is"'),
        ({"field": "a", "is": "filled", "value": 1}, "takes no value"),
        ({"field": "a", "is": "equal"}, "either value or other"),
        ({"field": "a", "is": "equal", "value": 1, "other": "b"}, "either value or other"),
        ({"field": "a", "is": "one_of", "value": "b"}, "needs a list"),
        ({"field": "a", "is": "between", "value": [1]}, "list of two"),
        ({"field": "a", "is": "in_last", "value": "3 working_days"}, "needs a span in days"),
        ({"field": "a", "is": "in_last", "value": 30}, "no span"),
        ({"field": "a", "is": "over", "value": "home"}, "numbers and dates only"),
        ({"field": "a", "is": "inside", "value": 5}, "code of a place"),
        ({"field": "a", "is": "like", "value": "b"}, "equal"),
        ({"all": []}, "at least 1"),
        ({"all": [{"field": "a", "is": "filled"}], "is": "equal"}, "stand beside"),
        ({"field": "a", "is": "filled", "values": 1}, "Extra inputs"),
    ],
)
def test_what_is_no_condition_is_refused(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Condition.model_validate(written)


def test_conditions_do_not_nest_for_ever() -> None:
    written: dict[str, Any] = {"field": "a", "is": "filled"}
    for _ in range(12):
        written = {"not": written}
    with pytest.raises(ValidationError, match="deep"):
        Condition.model_validate(written)


def test_the_fields_a_condition_reads_are_known() -> None:
    condition = Condition.model_validate(
        {
            "any": [
                {"field": "place.kind", "is": "equal", "value": "urban"},
                {"not": {"field": "a", "is": "over", "other": "b"}},
                {"measure": "m", "is": "over", "value": 1},
                {"field": "a", "is": "filled"},
            ]
        }
    )
    assert fields_of(condition) == ("place.kind", "a", "b")
    assert fields_of(None) == ()


def test_a_condition_is_written_as_it_was_read() -> None:
    written = {"not": {"field": "a", "is": "over", "value": 3}}
    condition = Condition.model_validate(written)
    assert condition.model_dump(by_alias=True, exclude_none=True) == written


LABELS = {
    "class": {"zh": "类别", "en": "Class"},
    "mode": {"zh": "探访方式", "en": "Visit"},
    "mode=home": {"zh": "上门", "en": "at home"},
    "seen": {"zh": "上次见面"},
}


@pytest.mark.parametrize(
    ("written", "chinese", "english"),
    [
        ({"field": "class", "is": "filled"}, "要先填好「类别」", "“Class” must be filled in first"),
        (
            {"not": {"field": "mode", "is": "equal", "value": "home"}},
            "「探访方式」不能是上门",
            "“Visit” must not be at home",
        ),
        (
            {"field": "seen", "is": "in_last", "value": "30 days"},
            "「上次见面」要在最近30天内",
            "“上次见面” must lie within the last 30 days",
        ),
        (
            {"field": "mode", "is": "one_of", "value": ["home", "video"]},
            "「探访方式」要是上门或video",
            "“Visit” must be at home or video",
        ),
        (
            {
                "not": {
                    "all": [
                        {"field": "class", "is": "empty"},
                        {"field": "mode", "is": "equal", "other": "class"},
                    ]
                }
            },
            "要先填好「类别」，或者「探访方式」不能是「类别」",
            "“Class” must be filled in first, or “Visit” must not be “Class”",
        ),
        (
            {"indicator": "share", "is": "between", "value": [1, 2]},
            "「share」要在1到2之间",
            "“share” must be between 1 and 2",
        ),
        ({"field": "ok", "is": "equal", "value": True}, "「ok」要是“是”", "“ok” must be yes"),
    ],
)
def test_a_grey_button_says_what_it_waits_for(
    written: dict[str, Any], chinese: str, english: str
) -> None:
    assert explain(Condition.model_validate(written), LABELS) == {"zh": chinese, "en": english}


@given(st.sampled_from(Word))
def test_every_word_can_be_said_both_ways(word: Word) -> None:
    value = {
        Word.BETWEEN: [1, 2],
        Word.ONE_OF: [1],
        Word.IN_LAST: "1 day",
        Word.IN_NEXT: "1 day",
        Word.INSIDE: "5111",
        Word.FILLED: None,
        Word.EMPTY: None,
    }.get(word, 1)
    leaf = {"field": "class", "is": word.value, "value": value}
    said = explain(Condition.model_validate(leaf), LABELS)
    opposite = explain(Condition.model_validate({"not": leaf}), LABELS)
    assert "类别" in said["zh"]
    assert said["zh"] != opposite["zh"]
    assert said["en"] != opposite["en"]
