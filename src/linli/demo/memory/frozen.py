# SPDX-License-Identifier: MulanPSL-2.0
"""A model's own queryset over a table that nobody writes meanwhile: answers are remembered."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from linli.demo.memory.tables import Table

_CUTS = {"lt": bisect_left, "gte": bisect_left, "lte": bisect_right, "gt": bisect_right}
"""Where a comparison cuts the sorted values of a column: two that cut alike ask the same."""

Step = tuple[str, tuple[Any, ...], dict[str, Any]]


class Answers:
    """What was asked of one model, with the answers; the rows given out are shared.

    A question is answered from the rows in memory where that can be done, else by the database,
    which holds the same rows.
    """

    def __init__(self, model: type[models.Model], table: Table) -> None:
        self.model = model
        self.table = table
        self.known: dict[Hashable, Any] = {}
        self._columns: dict[str, list[Any]] = {}

    def ask(self, asked: "Remembered", name: str, *args: Any, **kwargs: Any) -> Any:
        """The answer to a question."""
        try:
            return _answer(self.steps(asked.over, asked.steps, in_memory=True), name, args, kwargs)
        except NotImplementedError:
            return _answer(self.steps(asked.kind, asked.steps), name, args, kwargs)

    def steps(
        self, kind: type[QuerySet[Any]], steps: tuple[Step, ...], *, in_memory: bool = False
    ) -> QuerySet[Any]:
        """The same question to another kind of queryset."""
        found: Any = kind(self.model)
        for name, args, kwargs in steps:
            plain = [_plain(each, in_memory=in_memory) for each in args]
            named = {key: _plain(kwargs[key], in_memory=in_memory) for key in kwargs}
            found = getattr(found, name)(*plain, **named)
        return found  # type: ignore[no-any-return]

    def key(self, text: str, value: Any) -> Hashable:
        """A named condition, the same for all values that cut its column alike."""
        if isinstance(value, dt.date):
            name, _, op = text.rpartition("__")
            if op in _CUTS and "__" not in name:
                return text, _CUTS[op](self._values(name), value)
        return text, frozen(value, self)

    def _values(self, name: str) -> list[Any]:
        if name not in self._columns:
            found = {row[name] for row in self.table.rows.values()}
            self._columns[name] = sorted(found - {None})
        return self._columns[name]


def frozen(value: Any, answers: Answers) -> Hashable:
    """A value that can stand in the key of a question."""
    if isinstance(value, Q):
        children: list[Any] = list(value.children)
        parts = tuple(
            frozen(child, answers) if isinstance(child, Q) else answers.key(*child)
            for child in children
        )
        return value.connector, value.negated, parts
    if isinstance(value, Remembered):
        return value.model, value.steps_key
    if isinstance(value, models.Model):
        return type(value), value.pk
    if isinstance(value, list | tuple):
        return tuple(frozen(each, answers) for each in value)
    if isinstance(value, set | frozenset):
        return frozenset(value)
    if isinstance(value, QuerySet):
        raise NotImplementedError(f"{answers.model._meta.label}: a question within a question")
    kept: Hashable = value
    return kept


def _plain(value: Any, *, in_memory: bool) -> Any:
    """A value as the question itself takes it: a question within it becomes one of its kind."""
    if isinstance(value, Remembered):
        kind = value.over if in_memory else value.kind
        return value.answers.steps(kind, value.steps, in_memory=in_memory)
    if isinstance(value, Q):
        given: list[Any] = list(value.children)
        children = [
            _plain(child, in_memory=in_memory)
            if isinstance(child, Q)
            else (child[0], _plain(child[1], in_memory=in_memory))
            for child in given
        ]
        return Q.create(children=children, connector=value.connector, negated=value.negated)
    return value


def _answer(rows: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if name == "list":
        return list(rows)
    return getattr(rows, name)(*args, **kwargs)


class Remembered:
    """What stands in for QuerySet: each question is answered once."""

    answers: Answers
    kind: type[QuerySet[Any]]
    over: type[QuerySet[Any]]

    def __init__(
        self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None
    ) -> None:
        if query is not None:
            raise NotImplementedError(f"{model}: a query of its own")
        self.model, self._db = model, using
        self._hints: dict[str, Any] = {}
        self.steps: tuple[Step, ...] = ()
        self.steps_key: tuple[Hashable, ...] = ()
        self._result_cache: list[Any] | None = None
        self._known_related_objects: dict[Any, Any] = {}

    def _then(self, name: str, *args: Any, **kwargs: Any) -> Any:
        clone = self.__class__.__new__(self.__class__)
        clone.__dict__.update(self.__dict__)
        clone._result_cache = None
        answers = self.answers
        key = (
            name,
            tuple(frozen(each, answers) for each in args),
            tuple(answers.key(text, each) for text, each in kwargs.items()),
        )
        clone.steps = (*self.steps, (name, args, kwargs))
        clone.steps_key = (*self.steps_key, key)
        return clone

    def _answer(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """What the database said to this when it was asked first."""
        chosen = self._then(name, *args, **kwargs)
        known = self.answers.known
        key = (self.kind, chosen.steps_key)
        if key not in known:
            known[key] = self.answers.ask(self, name, *args, **kwargs)
        return known[key]

    def _chain(self) -> Any:
        clone = self.__class__.__new__(self.__class__)
        clone.__dict__.update(self.__dict__)
        return clone

    _clone = all = _chain

    def _add_hints(self, **hints: Any) -> None:
        """Hints choose between databases; there is one."""

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._result_cache = list(self._answer("list"))

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        del chunk_size
        return iter(self._answer("list"))

    def __getitem__(self, key: Any) -> Any:
        return self._answer("list")[key]

    def in_bulk(self, id_list: Any = None, *, field_name: str = "pk") -> dict[Any, Any]:
        return dict(self._answer("in_bulk", list(id_list), field_name=field_name))


def _step(name: str) -> Any:
    def then(self: Remembered, *args: Any, **kwargs: Any) -> Any:
        return self._then(name, *args, **kwargs)

    return then


def _ask(name: str) -> Any:
    def ask(self: Remembered, *args: Any, **kwargs: Any) -> Any:
        return self._answer(name, *args, **kwargs)

    return ask


for _name in (
    "filter", "exclude", "order_by", "select_related", "defer", "only", "distinct", "values",
    "values_list", "none", "using", "annotate", "reverse",
):  # fmt: skip
    setattr(Remembered, _name, _step(_name))
for _name in ("get", "first", "last", "exists", "count", "aggregate", "earliest", "latest"):
    setattr(Remembered, _name, _ask(_name))


def _unlocked(self: Remembered, **_how: Any) -> Any:
    """Nobody writes these rows meanwhile, so there is nothing to hold."""
    return self._chain()


Remembered.select_for_update = _unlocked  # type: ignore[attr-defined]
