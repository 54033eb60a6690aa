# SPDX-License-Identifier: MulanPSL-2.0
"""Questions to rows in memory: what `filter` and `exclude` were given, taken apart.

Only what is listed in `_TESTS` is known, along foreign keys that point away from the row; anything
else raises NotImplementedError, naming it.
"""

import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length

Read = Callable[[type[models.Model], Any], Mapping[str, Any]]
"""Gives the row of a model by its key."""


def _compares(how: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda own, asked: own is not None and how(own, asked)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda own, asked: own is not None and bool(own == asked),
    "in": lambda own, asked: own is not None and own in asked,
    "among": lambda own, asked: own is not None and own in asked,
    "isnull": lambda own, asked: (own is None) is asked,
    "lt": _compares(operator.lt),
    "lte": _compares(operator.le),
    "gt": _compares(operator.gt),
    "gte": _compares(operator.ge),
    "under": lambda own, asked: own is not None and own.startswith(asked),
    "startswith": lambda own, asked: own is not None and own.startswith(asked),
}


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column of a row or of one that it points to, and how it is compared."""

    hops: tuple[tuple[str, type[models.Model]], ...]
    name: str
    op: str
    test: Callable[[Any, Any], bool]

    def value(self, row: Mapping[str, Any], read: Read) -> Any:
        """What stands there; nothing where a row on the way points to nothing."""
        for name, model in self.hops:
            key = row[name]
            if key is None:
                return None
            row = read(model, key)
        return row[self.name]


@lru_cache(maxsize=2048)
def lookup_of(model: type[models.Model], text: str) -> Lookup:
    """A key of `filter`, of `values_list` or of `order_by`, taken apart."""
    parts = text.split("__")
    hops: list[tuple[str, type[models.Model]]] = []
    here = model
    for number, part in enumerate(parts):
        field = _field(here, part, text)
        rest = parts[number + 1 :]
        target = field.related_model if field.is_relation else None
        if rest and target is not None and _has_field(target, rest[0]):
            hops.append((field.attname, target))
            here = target
            continue
        op = "__".join(rest) or "exact"
        if op not in _TESTS:
            raise NotImplementedError(f"{model._meta.label}: {text}")
        return Lookup(tuple(hops), field.attname, op, _TESTS[op])
    raise NotImplementedError(f"{model._meta.label}: {text}")


@dataclass(frozen=True, slots=True)
class LengthLookup(Lookup):
    """The length of a text column, to order by."""

    def value(self, row: Mapping[str, Any], read: Read) -> Any:
        """How long it is."""
        del read
        return len(row[self.name])


def length_of(model: type[models.Model], length: Length) -> Lookup:
    """`Length` of an own column."""
    (source,) = length.get_source_expressions()
    own = lookup_of(model, column_of(source))
    if own.hops:
        raise NotImplementedError(f"{model._meta.label}: {length!r}")
    return LengthLookup((), own.name, own.op, own.test)


def column_of(source: Any) -> str:
    """The name of the column that an `F` stands for; anything else is refused."""
    if not isinstance(source, F):
        raise NotImplementedError(f"{source!r} as a column")
    name: str = vars(source)["name"]
    return name


def _field(model: type[models.Model], part: str, text: str) -> Any:
    if part == "pk":
        return model._meta.pk
    try:
        field = model._meta.get_field(part)
    except FieldDoesNotExist as error:
        raise NotImplementedError(f"{model._meta.label}: {text}") from error
    if not getattr(field, "concrete", False):
        raise NotImplementedError(f"{model._meta.label}: {text} looks the other way")
    return field


def _has_field(model: type[models.Model], name: str) -> bool:
    return name == "pk" or any(name in (one.name, one.attname) for one in model._meta.fields)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison."""

    lookup: Lookup
    value: Any

    def holds(self, row: Mapping[str, Any], read: Read) -> bool:
        """Whether a row fits."""
        lookup = self.lookup
        own = lookup.value(row, read) if lookup.hops else row[lookup.name]
        return lookup.test(own, self.value)


@dataclass(frozen=True, slots=True)
class Branch:
    """Several comparisons, of which all or any must hold, perhaps turned round."""

    is_any: bool
    is_not: bool
    parts: tuple["Leaf | Branch", ...]

    def holds(self, row: Mapping[str, Any], read: Read) -> bool:
        """Whether a row fits; a branch without parts always does."""
        if not self.parts:
            return True
        some = any if self.is_any else all
        return some(part.holds(row, read) for part in self.parts) is not self.is_not


Node = Leaf | Branch


def is_list(node: Node) -> bool:
    """Whether a node says which values an own column may have."""
    return type(node) is Leaf and not node.lookup.hops and node.lookup.op in ("exact", "in")


def nodes_of(
    model: type[models.Model], questions: tuple[Any, ...], named: Mapping[str, Any]
) -> Iterator[Node]:
    """What `filter` was given, as nodes."""
    for question in questions:
        if not isinstance(question, Q):
            raise NotImplementedError(f"{model._meta.label}: {question!r}")
        branch = _branch(model, question)
        if branch.is_any or branch.is_not:
            yield branch
        else:
            yield from branch.parts
    for text, value in named.items():
        yield _leaf(model, text, value)


def _branch(model: type[models.Model], question: Q) -> Branch:
    if question.connector not in (Q.AND, Q.OR):
        raise NotImplementedError(f"{model._meta.label}: {question!r}")
    parts: list[Node] = []
    for child in question.children:
        if isinstance(child, Q):
            parts.append(_branch(model, child))
        elif isinstance(child, tuple):
            parts.append(_leaf(model, *child))
        else:
            raise NotImplementedError(f"{model._meta.label}: {child!r}")
    return Branch(question.connector == Q.OR, question.negated, tuple(parts))


def _leaf(model: type[models.Model], text: str, value: Any) -> Node:
    lookup = lookup_of(model, text)
    if lookup.op in ("in", "among"):
        return Leaf(lookup, values_of(value))
    plain = plain_of(value)
    if plain is None and lookup.op == "exact":
        return Leaf(lookup_of(model, f"{text}__isnull"), value=True)
    return Leaf(lookup, plain)


def values_of(value: Any) -> Collection[Any]:
    """What stands behind `in`: a list, or another question with one column."""
    if isinstance(value, QuerySet):
        return {next(iter(row.values())) if isinstance(row, dict) else row for row in value}
    return [plain_of(one) for one in value]


def plain_of(value: Any) -> Any:
    """A value to compare with; a row stands for its key."""
    if isinstance(value, models.Model):
        return value.pk
    if hasattr(value, "resolve_expression"):
        raise NotImplementedError(f"a comparison with {value!r}")
    return value
