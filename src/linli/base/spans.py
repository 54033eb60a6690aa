# SPDX-License-Identifier: MulanPSL-2.0
"""Spans of time as packs write them: a whole number and a unit (`definitions.md` 2.3).

`minutes hours days weeks months years` run on the wall clock (自然时/自然日), `working_hours
working_days` on the working calendar. One is singular: `"1 month"`, `"2 working_hours"`.
"""

import difflib
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

LONGEST = timedelta(days=200 * 366)
_FORM = re.compile(r"([0-9]{1,7}) ([a-z_]+)")


class SpanError(ValueError):
    """A span that is not written as the language asks; the message says how to mend it."""


class Unit(StrEnum):
    """The eight units of time a pack may use."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def singular(self) -> str:
        """The word that stands beside 1."""
        return self.value.removesuffix("s")

    @property
    def is_working(self) -> bool:
        """Whether only working time counts."""
        return self in (Unit.WORKING_HOURS, Unit.WORKING_DAYS)

    @property
    def is_by_day(self) -> bool:
        """Whether the day of the event is left out and the span ends with its last day."""
        return self not in (Unit.MINUTES, Unit.HOURS, Unit.WORKING_HOURS)


_ZH = {
    Unit.MINUTES: "分钟",
    Unit.HOURS: "小时",
    Unit.DAYS: "天",
    Unit.WEEKS: "周",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.WORKING_HOURS: "工作时",
    Unit.WORKING_DAYS: "工作日",
}
_ROUGH = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WEEKS: timedelta(weeks=1),
    Unit.MONTHS: timedelta(days=31),
    Unit.YEARS: timedelta(days=366),
    Unit.WORKING_HOURS: timedelta(hours=1),
    Unit.WORKING_DAYS: timedelta(days=1),
}
_BY_WORD = {unit.value: unit for unit in Unit} | {unit.singular: unit for unit in Unit}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as people agree on it: `count` of `unit`, never a fraction."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse nothing-long and absurd spans.

        Raises:
            SpanError: the count is under 1 or the span is longer than 200 years.
        """
        if self.count < 1:
            raise SpanError("a span is at least 1 long")
        if self.count * _ROUGH[self.unit] > LONGEST:
            raise SpanError(f"{self.count} {self.unit} is longer than 200 years")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `"2 working_hours"`.

        Raises:
            SpanError: not a whole number, a space and a unit; says the nearest known unit.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise SpanError(
                f'"{text}" is no span; write a whole number and a unit, such as "2 working_hours"'
            )
        count, word = int(match[1]), match[2]
        unit = _BY_WORD.get(word)
        if unit is None:
            near = difflib.get_close_matches(word, [each.value for each in Unit], n=1, cutoff=0.5)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            raise SpanError(f'"{word}" is no unit of time{hint}')
        right = unit.singular if count == 1 else unit.value
        if word != right:
            raise SpanError(f'write "{count} {right}", not "{text}"')
        return cls(count, unit)

    def __str__(self) -> str:
        """The way a pack writes it."""
        return f"{self.count} {self.unit.singular if self.count == 1 else self.unit.value}"

    def words(self, language: str, *, spaced: bool = False) -> str:
        """For people: `2工作时` (or `2 工作时` when spaced), `2 working hours`."""
        if language.startswith("zh"):
            return f"{self.count}{' ' if spaced else ''}{_ZH[self.unit]}"
        return str(self).replace("_", " ")

    def fixed_length(self) -> timedelta | None:
        """The length of a span in (working) hours or minutes; None for spans counted by days."""
        return None if self.unit.is_by_day else self.count * _ROUGH[self.unit]

    def last_day(self, start_on: date) -> date:
        """The last day of a wall-clock span by days that begins with an event on `start_on`.

        A month ends on the day of the same number, or on the month's last day where that is missing
        (Civil Code articles 201 and 202).

        Raises:
            SpanError: the span is not one of days, weeks, months, years.
        """
        return self._moved(start_on, 1)

    def first_day(self, end_on: date) -> date:
        """The day from which a wall-clock span by days reaches `end_on`; see `last_day`."""
        return self._moved(end_on, -1)

    def _moved(self, day: date, sign: int) -> date:
        if self.unit is Unit.DAYS:
            return day + sign * timedelta(days=self.count)
        if self.unit is Unit.WEEKS:
            return day + sign * timedelta(weeks=self.count)
        if self.unit not in (Unit.MONTHS, Unit.YEARS):
            raise SpanError(f"{self} has no last day on the wall clock")
        months = sign * self.count * (12 if self.unit is Unit.YEARS else 1)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a grammar say `limit: Span`: reads and writes the pack's text."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(_text(value)),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: Any) -> dict[str, Any]:
        """A span in an API schema is a short text."""
        return {"type": "string", "examples": ["2 working_hours", "1 month"]}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise SpanError(f'{value!r} is no span; write a text such as "2 working_hours"')
    return value
