# SPDX-License-Identifier: MulanPSL-2.0
"""What measures and indicators are as data (definitions.md 3.14), and what a bound says of a count.

No database, no clock.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from linli.base.conditions import Condition
from linli.base.spans import Span
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec, Strict

Period = Literal["week", "month", "quarter", "half_year", "year"]
Compared = Literal["equal", "over", "at_least", "under", "at_most", "between"]
Number = int | float

_COMPARED = ("equal", "over", "at_least", "under", "at_most", "between")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)|([-+*/()]))")
_MOST_LONG = 500


class FormulaError(ValueError):
    """The text is no formula; the message says where."""


def formula_names(text: str) -> tuple[str, ...]:
    """The measures that a formula names, each once, in order.

    The grammar has two lines: sums of products of factors; a factor is a number, a name, a formula
    in brackets or a factor with a minus. Raises FormulaError for anything else.
    """
    if len(text) > _MOST_LONG:
        raise FormulaError(f"a formula has at most {_MOST_LONG} characters")
    tokens = list(_tokens(text))
    reader = _Reader(tokens)
    reader.sum()
    if reader.at < len(tokens):
        raise FormulaError(f'"{tokens[reader.at][1]}" does not belong there')
    names = dict.fromkeys(word for sort, word in tokens if sort == "name")
    if not names:
        raise FormulaError("a formula names at least one measure")
    return tuple(names)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise FormulaError(f'"{text[at:].strip()[:10]}" is no number, name or sign')
        sort = ("number", "name", "sign")[(found.lastindex or 1) - 1]
        yield sort, found[found.lastindex or 1]
        at = found.end()


class _Reader:
    """Walks over the tokens of a formula; it only looks whether they fit."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def _next_is(self, *signs: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] in [("sign", s) for s in signs]:
            self.at += 1
            return True
        return False

    def sum(self) -> None:
        """formula = term (("+" | "-") term)*, term = factor (("*" | "/") factor)*"""
        self._factor()
        while self._next_is("+", "-", "*", "/"):
            self._factor()

    def _factor(self) -> None:
        while self._next_is("-"):
            continue
        if self._next_is("("):
            self.sum()
            if not self._next_is(")"):
                raise FormulaError("a bracket is not closed")
            return
        if self.at >= len(self.tokens):
            raise FormulaError("the formula ends too early")
        sort, word = self.tokens[self.at]
        if sort == "sign":
            raise FormulaError(f'"{word}" does not belong there')
        self.at += 1


class Imported(Strict):
    """A figure that somebody hands in with a document, every so often."""

    every: Span
    who: tuple[str, ...] = Field(min_length=1)


class MeasureSpec(DefinitionSpec):
    """One fact: rows counted, a field summed, or a figure handed in."""

    count: str | None = Field(None, min_length=1)
    sum: str | None = Field(None, min_length=1)
    field: str | None = Field(None, min_length=1)
    imported: Imported | None = None
    where: Condition | None = None
    distinct: str | None = Field(None, min_length=1)
    measured_in: str | None = None

    @model_validator(mode="after")
    def _is_one_fact(self) -> Self:
        if sum_of(self.count, self.sum, self.imported) != 1:
            raise ValueError("write exactly one of count, sum, imported")
        if (self.sum is None) != (self.field is None):
            raise ValueError('"sum" names the rows and "field" what is added up: both or neither')
        if self.imported is not None and (self.where is not None or self.distinct):
            raise ValueError('"where" and "distinct" go with rows, not with imported figures')
        return self


def sum_of(*given: object) -> int:
    """How many of these are there."""
    return len([one for one in given if one is not None])


class Base(Strict):
    """Where an indicator started from."""

    value: Number
    on: dt.date
    clause: str = Field(min_length=1)


class Target(Strict):
    """What an indicator is to reach: by a day, or from a day on in every period."""

    by: dt.date | None = None
    from_: dt.date | None = Field(None, alias="from")
    is_: Literal[Compared, "rising", "falling", "text"] = Field(alias="is")
    value: Number | tuple[Number, Number] | None = None
    text: Bilingual | None = None
    judged_by: tuple[str, ...] = ()
    where: Condition | None = None
    at: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.by is None) == (self.from_ is None):
            raise ValueError('a target has either "by" or "from"')
        if self.is_ == "text":
            if self.text is None or not self.judged_by or self.value is not None:
                raise ValueError('a target in words has "text" and "judged_by", and no value')
            return self
        if self.text is not None or self.judged_by:
            raise ValueError('"text" and "judged_by" belong to a target in words')
        self._ensure_value()
        return self

    def _ensure_value(self) -> None:
        if (self.is_ in _COMPARED) != (self.value is not None):
            raise ValueError('a comparison needs "value"; rising and falling take none')
        if (self.is_ == "between") != isinstance(self.value, tuple):
            raise ValueError('"between" needs a list of two, every other comparison one number')
        if isinstance(self.value, tuple) and self.value[0] > self.value[1]:
            raise ValueError('"between" says the lowest first')

    def holds_on(self, day: dt.date) -> bool:
        """Whether the target is to be kept on that day; one with a date ahead is to be reached."""
        return self.from_ is None or self.from_ <= day


class IndicatorSpec(DefinitionSpec):
    """Arithmetic over measures, with targets."""

    formula: str
    period: Period | None = None
    rolling: Span | None = None
    each: str | None = Field(None, min_length=1)
    show: Literal["passing", "lowest"] = "passing"
    where: Condition | None = None
    attribute: Literal["expected", "binding"] | None = None
    base: Base | None = None
    targets: tuple[Target, ...] = Field(min_length=1)
    measured_in: str | None = None
    decimals: int = Field(1, ge=0, le=6)
    hide_under: int = Field(5, ge=0)

    @field_validator("formula")
    @classmethod
    def _is_formula(cls, text: str) -> str:
        formula_names(text)
        return text

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.period is None) == (self.rolling is None):
            raise ValueError('write either "period" or "rolling"')
        if self.each is None and (self.where is not None or self.show != "passing"):
            raise ValueError('"where" and "show" go with "each"')
        if self.base is None and any(one.is_ in ("rising", "falling") for one in self.targets):
            raise ValueError("rising and falling are told against a base, which is missing")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The measures it is made of."""
        return formula_names(self.formula)

    @property
    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        """Its conditions, each with where it stands."""
        found = [("where", self.where)]
        found += [(f"targets.{at}.where", one.where) for at, one in enumerate(self.targets)]
        return tuple((at, condition) for at, condition in found if condition is not None)


class Side(StrEnum):
    """On which side of its bounds a count lies."""

    FITS = "fits"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True)
class Judged:
    """Whether a count keeps a bound, and by how much it misses it."""

    side: Side
    by: Number = 0


@dataclass(frozen=True)
class Bound:
    """What holds for one place: how large a measure may be there, and who says so."""

    indicator: str
    label: Mapping[str, str]
    clause: str
    is_: str
    least: Number | None
    most: Number | None
    help: Mapping[str, str]
    by: dt.date | None = None

    def judged(self, count: Number) -> Judged:
        """Whether a count fits."""
        if self.least is not None and (
            count < self.least or (self.is_ == "over" and count == self.least)
        ):
            return Judged(Side.UNDER, self.least - count)
        if self.most is not None and (
            count > self.most or (self.is_ == "under" and count == self.most)
        ):
            return Judged(Side.OVER, count - self.most)
        return Judged(Side.FITS)


def limits_of(target: Target) -> tuple[Number | None, Number | None]:
    """The lowest and the highest that a target allows; None where it sets none."""
    value: Any = target.value
    if isinstance(value, tuple):
        return value[0], value[1]
    if target.is_ == "equal":
        return value, value
    return (value, None) if target.is_ in ("over", "at_least") else (None, value)
