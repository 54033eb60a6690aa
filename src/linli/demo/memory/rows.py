# SPDX-License-Identifier: MulanPSL-2.0
"""A model's own queryset over rows in memory; what it cannot do it refuses by name."""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Combinable, CombinedExpression, F, OrderBy, Value
from django.db.models.functions import Length

from linli.demo.memory.conditions import (
    Branch,
    Lookup,
    column_of,
    is_list,
    length_of,
    lookup_of,
    nodes_of,
    plain_of,
)
from linli.demo.memory.tables import Row, Table

_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    Combinable.ADD: operator.add,
    Combinable.SUB: operator.sub,
}


class Rows:
    """What stands in for the parts of QuerySet that would ask the database.

    `table` and `read` are put there by the block; `held_queryset` makes the class.
    """

    table: Table
    read: Callable[[type[models.Model], Any], Mapping[str, Any]]
    instance_of: Callable[[type[models.Model], Any], models.Model]

    def __init__(
        self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None
    ) -> None:
        if query is not None:
            raise NotImplementedError(f"{model}: a query of its own")
        self.model, self._db = model, using
        self._hints: dict[str, Any] = {}
        self._result_cache: list[Any] | None = None
        self._known_related_objects: dict[Any, Any] = {}
        self._where: tuple[Any, ...] = ()
        self._sorts: tuple[tuple[Lookup, bool], ...] | None = None
        self._window: slice | None = None
        self._columns: tuple[Lookup, ...] | None = None
        self._shape: type | None = None
        self._names: tuple[str, ...] = ()
        self._related: tuple[Any, ...] = ()
        self._only: frozenset[str] | None = None
        self._is_none = self._is_distinct = False

    def _then(self, **changes: Any) -> Any:
        clone = self.__class__.__new__(self.__class__)
        clone.__dict__.update(self.__dict__)
        clone._result_cache = None
        clone.__dict__.update(changes)
        return clone

    def _add_hints(self, **hints: Any) -> None:
        """Hints choose between databases; there is one memory."""

    def _chain(self) -> Any:
        return self._then()

    _clone = all = _chain

    def using(self, alias: str | None) -> Any:
        return self._then(_db=alias)

    def none(self) -> Any:
        return self._then(_is_none=True)

    def filter(self, *args: Any, **kwargs: Any) -> Any:
        if self._window is not None:
            raise TypeError("Cannot filter a query once a slice has been taken.")
        return self._then(_where=(*self._where, *nodes_of(self.model, args, kwargs)))

    def exclude(self, *args: Any, **kwargs: Any) -> Any:
        parts = tuple(nodes_of(self.model, args, kwargs))
        return self._then(_where=(*self._where, Branch(is_any=False, is_not=True, parts=parts)))

    def order_by(self, *names: Any) -> Any:
        return self._then(_sorts=tuple(self._sort(name) for name in names))

    def _sort(self, name: Any) -> tuple[Lookup, bool]:
        if isinstance(name, OrderBy) and isinstance(name.expression, Length):
            length, is_down = name.expression, name.descending
            return length_of(self.model, length), is_down
        if isinstance(name, Length):
            return length_of(self.model, name), False
        if not isinstance(name, str) or name == "?":
            raise NotImplementedError(f"{self.model._meta.label}: order by {name!r}")
        return lookup_of(self.model, name.removeprefix("-")), name.startswith("-")

    def select_related(self, *names: str) -> Any:
        fields = [self.model._meta.get_field(name) for name in names if "__" not in name]
        return self._then(_related=(*self._related, *fields))

    def distinct(self) -> Any:
        return self._then(_is_distinct=True)

    def defer(self, *_names: Any) -> Any:
        return self._then()

    def only(self, *names: str) -> Any:
        loaded = {self.model._meta.get_field(name).attname for name in names}
        return self._then(_only=frozenset({*loaded, self.table.key}))

    def select_for_update(self, **_how: Any) -> Any:
        return self._then()

    def values_list(self, *names: str, flat: bool = False) -> Any:
        columns = tuple(lookup_of(self.model, name) for name in names)
        shape = None if flat else tuple
        return self._then(_columns=columns, _shape=shape)

    def values(self, *names: str) -> Any:
        columns = tuple(lookup_of(self.model, name) for name in names)
        return self._then(_columns=columns, _shape=dict, _names=names)

    def _found(self) -> list[Row]:
        """The rows that fit, in order."""
        if self._is_none:
            return []
        table, where, read = self.table, self._where, self.read
        rows = table.rows
        found = [rows[pk] for pk in table.candidates(where, is_list)]
        for node in where:
            found = [row for row in found if node.holds(row, read)]
        if len(found) > 1:
            self._sort_rows(found)
        return found if self._window is None else found[self._window]

    def _sort_rows(self, found: list[Row]) -> None:
        sorts = self._sorts
        if sorts is None and self._columns is None:
            sorts = tuple(self._sort(name) for name in self.model._meta.ordering)
        key, read = self.table.key, self.read
        found.sort(key=lambda row: row[key])
        for lookup, is_down in reversed(sorts or ()):
            if any(lookup.value(row, read) is None for row in found):
                raise NotImplementedError(f"{self.model._meta.label}: order by an empty column")
            found.sort(key=lambda row: lookup.value(row, read), reverse=is_down)

    def _made(self, row: Row) -> Any:
        """A row as the caller wants it: a fresh instance, or values."""
        columns = self._columns
        if columns is None:
            return self._instance(row)
        read = self.read
        if self._shape is None:
            return columns[0].value(row, read)
        values = tuple(each.value(row, read) for each in columns)
        return values if self._shape is tuple else dict(zip(self._names, values, strict=True))

    def _instance(self, row: Row) -> Any:
        made = self.model.__new__(self.model)
        state = ModelState()
        state.adding, state.db = False, self._db or "default"
        kept = state.fields_cache = {}
        for field in self._related:
            key = row[field.attname]
            kept[field.name] = None if key is None else self.instance_of(field.related_model, key)
        for field, known in self._known_related_objects.items():
            kept[field.name] = known[row[field.attname]]
        made.__dict__["_state"] = state
        only = self._only
        made.__dict__.update(row if only is None else {name: row[name] for name in only})
        return made

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            made = [self._made(row) for row in self._found()]
            is_distinct = self._is_distinct and self._columns is not None
            self._result_cache = list(dict.fromkeys(made)) if is_distinct else made

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        del chunk_size
        return iter([self._made(row) for row in self._found()])

    def __getitem__(self, key: Any) -> Any:
        if self._result_cache is not None:
            return self._result_cache[key]
        if self._window is not None:
            raise NotImplementedError(f"{self.model._meta.label}: a slice of a slice")
        if isinstance(key, int):
            return self._made(self._found()[key])
        return self._then(_window=key)

    def in_bulk(self, id_list: Any = None, *, field_name: str = "pk") -> dict[Any, Any]:
        lookup = lookup_of(self.model, field_name)
        found = self.filter(**{f"{field_name}__in": list(id_list)})._found()
        return {row[lookup.name]: self._made(row) for row in found}

    def get(self, *args: Any, **kwargs: Any) -> Any:
        chosen = self.filter(*args, **kwargs) if args or kwargs else self
        found = chosen._found()
        if len(found) == 1:
            return self._made(found[0])
        if found:
            raise self.model.MultipleObjectsReturned(f"{self.model._meta.label}: {kwargs}")
        raise self.model.DoesNotExist(f"{self.model._meta.label}: {args} {kwargs}")

    def first(self) -> Any:
        found = self._found()
        return self._made(found[0]) if found else None

    def exists(self) -> bool:
        return bool(self._found())

    def count(self) -> int:
        return len(self._found())

    def create(self, **values: Any) -> Any:
        made = self.model(**values)
        made.save(force_insert=True)
        return made

    def bulk_create(
        self, objs: Iterable[Any], batch_size: int | None = None, ignore_conflicts: bool = False
    ) -> list[Any]:
        del batch_size
        made = list(objs)
        for one in made:
            if not (ignore_conflicts and self._is_known(one)):
                one.save(force_insert=True)
        return made

    def _is_known(self, one: Any) -> bool:
        """Whether a row has a value already that must be unique."""
        indices = self.table.indices
        return any(indices[name].get(getattr(one, name)) for name in self.table.unique)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        del batch_size
        names = [self.model._meta.get_field(name).attname for name in fields]
        changed = list(objs)
        for one in changed:
            self.table.update(one.pk, {name: one.__dict__[name] for name in names})
        return len(changed)

    def update(self, **values: Any) -> int:
        names = {self.model._meta.get_field(name).attname: each for name, each in values.items()}
        found = self._found()
        for row in found:
            changes = {name: _worked_out(row, each) for name, each in names.items()}
            self.table.update(row[self.table.key], changes)
        return len(found)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.model._meta.related_objects:
            raise NotImplementedError(f"{self.model._meta.label}: others point to it")
        found = self._found()
        for row in found:
            self.table.delete(row[self.table.key])
        return len(found), {self.model._meta.label: len(found)}


def _worked_out(row: Row, value: Any) -> Any:
    """A value for a row; of expressions only a column and a number added or taken away."""
    if isinstance(value, F):
        return row[column_of(value)]
    if not isinstance(value, CombinedExpression):
        return plain_of(value)
    left, right = value.lhs, value.rhs
    if isinstance(left, F) and isinstance(right, Value) and value.connector in _SUMS:
        return _SUMS[value.connector](row[column_of(left)], right.value)
    raise NotImplementedError(f"{value!r} as a value of a row")


_KEPT = {
    "__class__", "__class_getitem__", "__deepcopy__", "__init_subclass__", "__iter__", "__len__",
    "__bool__", "__repr__", "as_manager", "db", "ordered", "_next_is_sticky",
}  # fmt: skip
"""What of QuerySet itself works on rows in memory as it stands."""


def _refusal(name: str) -> Callable[..., Any]:
    def refuse(self: Any, *_args: Any, **_kwargs: Any) -> Any:
        raise NotImplementedError(f"{self.model._meta.label}: {name}")

    return refuse


def refusals(mixin: type) -> dict[str, Any]:
    """What QuerySet can do and a stand-in cannot: each raises NotImplementedError."""
    known = {*vars(mixin), *_KEPT}
    names = [name for name in vars(QuerySet) if name not in known]
    public = [name for name in names if not name.startswith("_") or name in ("__or__", "__and__")]
    found: dict[str, Any] = {name: _refusal(name) for name in public}
    found["query"] = property(_refusal("query"))
    return found
