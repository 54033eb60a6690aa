# SPDX-License-Identifier: MulanPSL-2.0
"""Several small questions in one statement to the database."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, QuerySet, Value

from linli.base import replicas

_Told = (str, dt.datetime)
"""What a moment is in the values of a statement, by database."""

_ROWS_AS_TEXT = {
    "postgresql": "CAST(json_agg(json_build_array({columns})) AS text)",
    "sqlite": "json_group_array(json_array({columns}))",
}


@dataclass
class Aside:
    """A question that goes along with the next statement; `take` gets the answer, a text."""

    sql: str
    take: Callable[[str], None]
    is_open: bool = True


_asides: ContextVar[tuple[Aside, ...]] = ContextVar("linli_asides", default=())


@contextmanager
def aside(sql: str, take: Callable[[str], None]) -> Iterator[None]:
    """Let a question for one text go along with the first statement of this block."""
    token = _asides.set((*_asides.get(), Aside(sql, take)))
    try:
        yield
    finally:
        _asides.reset(token)


@dataclass(frozen=True, slots=True)
class Question:
    """A small question that is ready to be asked, again and again: Django's own SQL and values."""

    sql: str
    params: tuple[Any, ...] = ()

    def at(self, moments: Mapping[dt.datetime, dt.datetime]) -> "Question":
        """The same question with other moments for those that it was made with."""
        told = connection.ops.adapt_datetimefield_value
        others: dict[Any, Any] = {told(old): told(new) for old, new in moments.items()}
        given = (
            others.get(each, each) if isinstance(each, _Told) else each for each in self.params
        )
        return Question(self.sql, tuple(given))


def counted(*sets: QuerySet[Any]) -> list[int]:
    """How many rows each set has, in their order; one query however many they are."""
    return _asked([count_of(each) for each in sets])


def listed(*sets: QuerySet[Any, tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The rows of each `values_list` of texts and whole numbers, in their order; one query however
    many they are. Sets that are not the database's own answer for themselves.
    """
    try:
        parts = [rows_of(each) for each in sets]
    except NotImplementedError:
        return [list(each) for each in sets]
    return [_rows_told(told) for told in _asked(parts)]


Rows = list[tuple[Any, ...]]


def listed_once(make: Callable[..., tuple[QuerySet[Any, Any], ...]]) -> Callable[..., list[Rows]]:
    """`listed` of the sets that a function gives for some plain values; what is asked for the same
    values again is made once (docs/decisions/0021).
    """

    @lru_cache(maxsize=4096)
    def questions(*given: Any) -> tuple[Question, ...]:
        return tuple(rows_of(each) for each in make(*given))

    @wraps(make)
    def ask(*given: Any) -> list[Rows]:
        try:
            return answered([], questions(*given))[1]
        except NotImplementedError:  # the rows are held in memory just now
            return [list(each) for each in make(*given)]

    return ask


def answered(
    counts: Sequence[Question], lists: Sequence[Question]
) -> tuple[list[int], list[list[tuple[Any, ...]]]]:
    """The answers to questions of `count_of` and of `rows_of`, in one query."""
    found = _asked([*counts, *lists])
    return found[: len(counts)], [_rows_told(told) for told in found[len(counts) :]]


def _rows_told(told: str | None) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in json.loads(told or "[]")]


def _asked(parts: Sequence[Question]) -> list[Any]:
    """The answers, with those of whatever goes along given to who asked."""
    if not parts:
        return []
    along = [each for each in _asides.get() if each.is_open]
    given = [value for each in parts for value in each.params]
    asked = [*(each.sql for each in parts), *(each.sql for each in along)]
    with replicas.reading().cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", given)
        found = list(cursor.fetchone())
    for each, answer in zip(along, found[len(parts) :], strict=True):
        each.is_open = False
        each.take(answer)
    return found[: len(parts)]


def count_of(rows: QuerySet[Any], most: int | None = None) -> Question:
    """The question how many rows a set has, counted no further than `most`."""
    try:
        sql, params = rows.order_by().values("pk")[:most].query.sql_with_params()
    except EmptyResultSet:
        return Question("0")
    return Question(f"(SELECT COUNT(*) FROM ({sql}) AS counted)", tuple(params))  # noqa: S608 - Django's own SQL


def totals_of(rows: QuerySet[Any], wanted: Mapping[str, Aggregate]) -> Question:
    """The question for several totals over one set, as one row in their order."""
    whole = rows.order_by().annotate(whole=Value(1)).values("whole")
    return rows_of(whole.annotate(**wanted).values_list(*wanted))


def rows_of(rows: QuerySet[Any, Any]) -> Question:
    """The question for the rows of a `values_list` of texts and whole numbers."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return Question("'[]'")
    width = len(rows.query.values_select) + len(rows.query.annotation_select)
    columns = ", ".join(f"c{number}" for number in range(width))
    told = _ROWS_AS_TEXT[connection.vendor].format(columns=columns)
    asked = f"(WITH asked({columns}) AS ({sql}) SELECT {told} FROM asked)"  # noqa: S608 - as above
    return Question(asked, tuple(params))
