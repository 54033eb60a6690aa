# SPDX-License-Identifier: MulanPSL-2.0
"""Conditions of packs (`definitions.md` 2.3): a structure, never text to evaluate.

A leaf has one left side (`field`, `measure` or `indicator`), a word `is`, and `value` or `other`
(another field). Leaves join by `all`, `any`, `not`. A missing value makes every comparison false,
except `empty`; so `not` of a comparison with a missing value is true. `linli.base.comparing` holds
what the words mean.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from linli.base import clock, comparing
from linli.base.spans import Span

MISSING = comparing.MISSING
_MOST_DEEP = 12


class Word(StrEnum):
    """What may stand at `is`."""

    EQUAL = "equal"
    ONE_OF = "one_of"
    OVER = "over"
    AT_LEAST = "at_least"
    UNDER = "under"
    AT_MOST = "at_most"
    BETWEEN = "between"
    INCLUDES = "includes"
    INSIDE = "inside"
    IN_LAST = "in_last"
    IN_NEXT = "in_next"
    FILLED = "filled"
    EMPTY = "empty"


_ORDERING = (Word.OVER, Word.AT_LEAST, Word.UNDER, Word.AT_MOST)


class Condition(BaseModel):
    """One condition, as a pack writes it; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    field: str | None = Field(None, min_length=1)
    measure: str | None = Field(None, min_length=1)
    indicator: str | None = Field(None, min_length=1)
    is_: Word | None = Field(None, alias="is")
    value: Any = None
    other: str | None = Field(None, min_length=1)
    all: tuple["Condition", ...] | None = Field(None, min_length=1)
    any: tuple["Condition", ...] | None = Field(None, min_length=1)
    not_: "Condition | None" = Field(None, alias="not")

    @property
    def left(self) -> str:
        """The key under which the left side's value is looked up: a path, or `measure:…`."""
        if self.measure is not None:
            return f"measure:{self.measure}"
        if self.indicator is not None:
            return f"indicator:{self.indicator}"
        return self.field or ""

    @property
    def is_leaf(self) -> bool:
        """Whether it compares something, rather than joining others."""
        return bool(self.left)

    @model_validator(mode="after")
    def _is_well_formed(self) -> Self:
        sides = [self.field, self.measure, self.indicator, self.all, self.any, self.not_]
        if sum(side is not None for side in sides) != 1:
            raise ValueError("write exactly one of field, measure, indicator, all, any, not")
        if self.is_leaf:
            self._ensure_comparison()
        elif self.is_ is not None or self.value is not None or self.other is not None:
            raise ValueError("is, value and other stand beside field, measure or indicator only")
        if _depth(self) > _MOST_DEEP:
            raise ValueError(f"conditions nest {_MOST_DEEP} deep at most")
        return self

    def _ensure_comparison(self) -> None:
        has_value, has_other = self.value is not None, self.other is not None
        if self.is_ is None:
            raise ValueError('say how to compare with "is"')
        if self.is_ in (Word.FILLED, Word.EMPTY):
            if has_value or has_other:
                raise ValueError(f'"{self.is_}" takes no value')
        elif has_value == has_other:
            raise ValueError(f'"{self.is_}" needs either value or other')
        elif has_value:
            _ensure_shape(self.is_, self.value)


def _ensure_shape(word: Word, value: Any) -> None:
    if word is Word.ONE_OF and not (isinstance(value, list | tuple) and value):
        raise ValueError('"one_of" needs a list')
    if word is Word.BETWEEN and not (isinstance(value, list | tuple) and len(value) == 2):
        raise ValueError('"between" needs a list of two: the lowest and the highest')
    if word in (Word.IN_LAST, Word.IN_NEXT):
        span = Span.parse(value if isinstance(value, str) else repr(value))
        if span.unit.is_working or not span.unit.is_by_day:
            raise ValueError(f'"{word}" needs a span in days, weeks, months or years')
    if word in _ORDERING and comparing.comparable(value) is None:
        raise ValueError(f'"{word}" compares numbers and dates only')
    if word is Word.INSIDE and not isinstance(value, str):
        raise ValueError('"inside" needs the code of a place')


def _depth(condition: Condition) -> int:
    return 1 + max(map(_depth, _parts(condition)), default=0)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if condition.not_ is not None:
        return (condition.not_,)
    return condition.all or condition.any or ()


def holds(
    condition: Condition | None, values: Mapping[str, object], today: date | None = None
) -> bool:
    """Whether a condition is true of these values; no condition is always true.

    A field path (`place.kind`) steps through nested mappings, or finds the whole path as a key;
    measures and indicators are looked up as `measure:id` and `indicator:id`. `today` is what
    `in_last` and `in_next` count from, by default the clock's.
    """
    if condition is None:
        return True
    if condition.all is not None:
        return all(holds(part, values, today) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, values, today) for part in condition.any)
    if condition.not_ is not None:
        return not holds(condition.not_, values, today)
    return _compares(condition, values, today)


def _compares(condition: Condition, values: Mapping[str, object], today: date | None) -> bool:
    left = value_at(values, condition.left)
    is_there = not comparing.is_empty(left)
    if condition.is_ is Word.EMPTY:
        return not is_there
    if condition.is_ is Word.FILLED or not is_there or condition.is_ is None:
        return is_there
    right = condition.value if condition.other is None else value_at(values, condition.other)
    if comparing.is_empty(right):
        return False
    if condition.is_ in (Word.IN_LAST, Word.IN_NEXT):
        is_past = condition.is_ is Word.IN_LAST
        return comparing.in_span(left, right, today or clock.today(), is_past=is_past)
    return comparing.WORDS[condition.is_.value](left, right)


def value_at(values: Mapping[str, object], path: str) -> object:
    """The value at a path, or `MISSING`."""
    if path in values:
        return values[path]
    step, _, rest = path.partition(".")
    inner = values.get(step, MISSING)
    if rest and isinstance(inner, Mapping):
        return value_at(inner, rest)
    return MISSING


def leaves_of(condition: Condition | None) -> Iterator[Condition]:
    """Every comparison in a condition, in order."""
    if condition is None:
        return
    if condition.is_leaf:
        yield condition
    for part in _parts(condition):
        yield from leaves_of(part)


def fields_of(condition: Condition | None) -> tuple[str, ...]:
    """The field paths a condition reads, each once, in order; `other` included."""
    named = (name for leaf in leaves_of(condition) for name in (leaf.field, leaf.other) if name)
    return tuple(dict.fromkeys(named))


Labels = Mapping[str, Mapping[str, str]]
"""`{zh, en}` by field path (`mode`), option (`mode=home`), `measure:id` or `indicator:id`."""

_PHRASES: dict[Word, tuple[str, str, str, str]] = {
    Word.EQUAL: ("{}要是{}", "{}不能是{}", "{} must be {}", "{} must not be {}"),
    Word.ONE_OF: ("{}要是{}", "{}不能是{}", "{} must be {}", "{} must not be {}"),
    Word.OVER: ("{}要大于{}", "{}不能大于{}", "{} must be over {}", "{} must not be over {}"),
    Word.AT_LEAST: ("{}至少要{}", "{}要小于{}", "{} must be at least {}", "{} must be under {}"),
    Word.UNDER: ("{}要小于{}", "{}至少要{}", "{} must be under {}", "{} must be at least {}"),
    Word.AT_MOST: ("{}最多{}", "{}要大于{}", "{} must be at most {}", "{} must be over {}"),
    Word.BETWEEN: ("{}要在{}之间", "{}不能在{}之间", "{} must be {}", "{} must not be {}"),
    Word.INCLUDES: ("{}里要有{}", "{}里不能有{}", "{} must include {}", "{} must not include {}"),
    Word.INSIDE: (
        "{}要在{}范围内",
        "{}不能在{}范围内",
        "{} must be inside {}",
        "{} must be outside {}",
    ),
    Word.IN_LAST: (
        "{}要在最近{}内",
        "{}不能在最近{}内",
        "{} must lie within the last {}",
        "{} must not lie within the last {}",
    ),
    Word.IN_NEXT: (
        "{}要在今后{}内",
        "{}不能在今后{}内",
        "{} must lie within the next {}",
        "{} must not lie within the next {}",
    ),
    Word.FILLED: ("要先填好{}", "{}要空着", "{} must be filled in first", "{} must be empty"),
    Word.EMPTY: ("{}要空着", "要先填好{}", "{} must be empty", "{} must be filled in first"),
}


def explain(condition: Condition, labels: Labels) -> dict[str, str]:
    """What a condition asks for, as a short sentence under a grey button, in both languages."""
    return {
        "zh": _said(condition, labels, "zh", is_asked=True),
        "en": _said(condition, labels, "en", is_asked=True),
    }


def _said(condition: Condition, labels: Labels, language: str, *, is_asked: bool) -> str:
    is_chinese = language == "zh"
    if condition.not_ is not None:
        return _said(condition.not_, labels, language, is_asked=not is_asked)
    if not condition.is_leaf:
        parts = [_said(part, labels, language, is_asked=is_asked) for part in _parts(condition)]
        if is_asked is (condition.all is not None):
            return ("，" if is_chinese else ", and ").join(parts)
        return ("，或者" if is_chinese else ", or ").join(parts)
    phrases = _PHRASES[condition.is_ or Word.FILLED]
    phrase = phrases[(0 if is_chinese else 2) + (0 if is_asked else 1)]
    return phrase.format(
        _field_said(condition.left, labels, language), _right_said(condition, labels, language)
    )


def _field_said(path: str, labels: Labels, language: str) -> str:
    words = labels.get(path, {})
    name = words.get(language) or words.get("zh") or path.partition(":")[2] or path
    return f"「{name}」" if language == "zh" else f"“{name}”"


def _right_said(condition: Condition, labels: Labels, language: str) -> str:
    if condition.other is not None:
        return _field_said(condition.other, labels, language)
    if condition.value is None:
        return ""
    is_chinese = language == "zh"
    many = condition.value if isinstance(condition.value, list | tuple) else [condition.value]
    texts = [_value_said(condition, value, labels, language) for value in many]
    if condition.is_ is Word.BETWEEN:
        return f"{texts[0]}到{texts[1]}" if is_chinese else f"between {texts[0]} and {texts[1]}"
    return ("或" if is_chinese else " or ").join(texts)


def _value_said(condition: Condition, value: object, labels: Labels, language: str) -> str:
    if condition.is_ in (Word.IN_LAST, Word.IN_NEXT) and isinstance(value, str):
        return Span.parse(value).words(language)
    if isinstance(value, bool):
        yes, no = ("“是”", "“否”") if language == "zh" else ("yes", "no")
        return yes if value else no
    words = labels.get(f"{condition.left}={value}") or labels.get(str(value)) or {}
    return words.get(language) or words.get("zh") or str(value)
