# SPDX-License-Identifier: MulanPSL-2.0
"""The two kinds that indicators own, with their checks and where they are kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from linli.base.conditions import Condition, Word, leaves_of
from linli.engines.indicators.models import Definition
from linli.engines.indicators.rules import (
    FormulaError,
    IndicatorSpec,
    MeasureSpec,
    formula_names,
)
from linli.kernel.sockets import registry
from linli.kernel.sockets.grammar import Grammar, PackContext, keeps

Problems = list[tuple[str, str]]

LEVEL = "level:"
OF_PLACE = {"place.kind": "kinds", "place.tags": "tags"}
"""Fields of a place whose values stand in its level's definition."""


def _measure_check(context: PackContext, key: str, spec: MeasureSpec) -> Problems:
    rows = spec.count or spec.sum or ""
    found = list(_level_problems(context, "count", rows))
    if spec.where is not None:
        found += _name_problems(context, "where", _named(spec.where))
        found += _value_problems(context, rows, "where", spec.where)
    if f"measure:{key}" in set(_below(context, f"measure:{key}")):
        found.append(("where", f'"{key}" would depend on itself'))
    return found


def _indicator_check(context: PackContext, key: str, spec: IndicatorSpec) -> Problems:
    del key
    each = spec.each or ""
    found = list(_level_problems(context, "each", each))
    found += _name_problems(context, "formula", [f"measure:{name}" for name in spec.names])
    for at, condition in spec.conditions:
        found += _name_problems(context, at, _named(condition))
        found += _value_problems(context, each, at, condition)
    for number, target in enumerate(spec.targets):
        found += _level_problems(context, f"targets.{number}.at", target.at or "")
    return found


def _level_problems(context: PackContext, at: str, reference: str) -> Iterator[tuple[str, str]]:
    known = context.known.get("level", {})
    if reference.startswith(LEVEL) and reference.removeprefix(LEVEL) not in known:
        yield at, f'"{reference}" is no level'


def _named(condition: Condition) -> list[str]:
    """The measures and indicators that a condition reads, as references."""
    return [leaf.left for leaf in leaves_of(condition) if leaf.measure or leaf.indicator]


def _name_problems(context: PackContext, at: str, references: list[str]) -> Problems:
    """A measure is an id of the pack or its base, or `module.measure` of a manifest."""
    found = []
    for reference in references:
        kind, _, name = reference.partition(":")
        known = context.known.get(kind, {})
        if name not in known and not (kind == "measure" and name in registry.measures()):
            found.append((at, f'"{name}" is no {kind}'))
    return found


def _value_problems(context: PackContext, rows: str, at: str, condition: Condition) -> Problems:
    """A kind or tag that a condition compares with stands in the level's definition."""
    level = context.known.get("level", {}).get(rows.removeprefix(LEVEL))
    if level is None or not rows.startswith(LEVEL):
        return []
    found = []
    for leaf in leaves_of(condition):
        options = level.get(OF_PLACE.get(leaf.field or "", ""))
        if leaf.field not in OF_PLACE or leaf.is_ in (Word.FILLED, Word.EMPTY):
            continue
        given = leaf.value if isinstance(leaf.value, list | tuple) else [leaf.value]
        word = leaf.field.partition(".")[2]
        found += [
            (at, f'"{one}" is none of the {word} of {rows}')
            for one in given
            if one not in (options or {})
        ]
    return found


def _below(context: PackContext, reference: str) -> Iterator[str]:
    """Everything that a measure reads, at any depth; what cannot be read is told elsewhere."""
    seen: set[str] = set()
    waiting = list(_reads(context, reference))
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one
            waiting += _reads(context, one)


def _reads(context: PackContext, reference: str) -> Iterator[str]:
    kind, _, name = reference.partition(":")
    body: Mapping[str, Any] = context.known.get(kind, {}).get(name, {})
    yield from _references_in(body.get("where"))
    if kind == "indicator":
        try:
            yield from (f"measure:{one}" for one in formula_names(str(body.get("formula", ""))))
        except FormulaError:
            return
        for target in body.get("targets", ()):
            yield from _references_in(target.get("where"))


def _references_in(value: Any) -> Iterator[str]:
    """Measures and indicators named in a condition as it is written."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("measure", "indicator") and isinstance(inner, str):
                yield f"{key}:{inner}"
            else:
                yield from _references_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _references_in(inner)


MEASURE = Grammar("measure", MeasureSpec, keeps(Definition, "measure"), check=_measure_check)
INDICATOR = Grammar(
    "indicator", IndicatorSpec, keeps(Definition, "indicator"), check=_indicator_check
)
