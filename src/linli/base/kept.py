# SPDX-License-Identifier: MulanPSL-2.0
"""Rows that pages ask for again and again: Django makes the statement once, then values change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

_Row = TypeVar("_Row")
_Kind = TypeVar("_Kind")

_FIRST_NUMBER = 2_000_000_011
"""A value that stands in for a whole number while the statement is made; the next one, for the
next."""


def rows_kept(make: Callable[..., QuerySet[Any, _Row]]) -> Callable[..., list[_Row]]:
    """The rows of the set that a function makes of some whole numbers and texts, or tuples of such;
    the statement is made once for all values (docs/decisions/0022).

    The function compares each value with `=` or `in`, and nothing else of it depends on one: what
    it does depend on is given by name.
    """

    @lru_cache(maxsize=512)
    def statement(kinds: tuple[Any, ...], **shape: Any) -> _Statement[_Row]:
        numbers = iter(range(_FIRST_NUMBER, _FIRST_NUMBER + 10_000))
        marks = [_mark(kind, numbers) for kind in kinds]
        return _Statement.of(make(*marks, **shape), tuple(_flat(marks)))

    @wraps(make)
    def ask(*values: Any, **shape: Any) -> list[_Row]:
        try:
            return statement(_kind(values), **shape).rows(tuple(_flat(values)))
        except EmptyResultSet:
            return []
        except NotImplementedError:  # the rows are held in memory just now
            return list(make(*values, **shape))

    return ask


def related_keep(owner: Model, name: str, rows: list[Any]) -> None:
    """Let all rows that point at one be known as `owner.name.all()`, as if they had been
    prefetched.
    """
    pointer: Any = owner._meta.get_field(name).remote_field
    for row in rows:
        pointer.set_cached_value(row, owner)
    known = getattr(owner, name).all()
    known._result_cache, known._prefetch_done = rows, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known


@dataclass(frozen=True, slots=True, eq=False)
class _Statement(Generic[_Row]):
    """A set of rows whose SQL is made; `places` says which value stands where among `params`."""

    made: QuerySet[Any, _Row]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, made: QuerySet[Any, _Row], marks: tuple[Any, ...]) -> "_Statement[_Row]":
        """Make it. Raises ValueError for a value that is not compared as it is."""
        compiler = made.query.get_compiler(made.db)
        sql, params = compiler.as_sql()
        number_of = {mark: number for number, mark in enumerate(marks)}
        places = tuple(
            (place, number_of[each]) for place, each in enumerate(params) if each in number_of
        )
        if {number for _place, number in places} != set(range(len(marks))):
            message = f"a value of {made.model._meta.label} is not compared as it is"
            raise ValueError(message)
        return cls(made, compiler, sql, tuple(params), places)

    def rows(self, values: tuple[Any, ...]) -> list[_Row]:
        """The rows for other values."""
        params = list(self.params)
        for place, number in self.places:
            params[place] = values[number]
        compiler = _twin(self.compiler, _Told, told=(self.sql, tuple(params)))
        compiler.connection = connections[self.made.db]
        query = _twin(self.made.query, _Asked, by=compiler)
        return list(_twin(self.made, type(self.made), _query=query, _result_cache=None))


class _Told(SQLCompiler):
    """A compiler that has made its statement."""

    told: tuple[str, tuple[Any, ...]]

    def as_sql(
        self, with_limits: bool = True, with_col_aliases: bool = False
    ) -> tuple[str, tuple[Any, ...]]:
        del with_limits, with_col_aliases
        return self.told


class _Asked(Query):
    """A query whose compiler is known."""

    by: SQLCompiler

    def get_compiler(self, *_args: Any, **_kwargs: Any) -> SQLCompiler:
        return self.by


def _twin(one: Any, kind: type[_Kind], **other: Any) -> _Kind:
    """The same thing with something else, and nothing of it copied."""
    twin = kind.__new__(kind)
    twin.__dict__ |= one.__dict__ | other
    return twin


def _kind(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_kind(each) for each in value)
    return str if isinstance(value, str) else int


def _mark(kind: Any, numbers: Iterator[int]) -> Any:
    if isinstance(kind, tuple):
        return tuple(_mark(each, numbers) for each in kind)
    return kind(next(numbers))


def _flat(values: Any) -> Iterator[Any]:
    for each in values:
        if isinstance(each, tuple):
            yield from _flat(each)
        else:
            yield each
