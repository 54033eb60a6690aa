# SPDX-License-Identifier: MulanPSL-2.0
"""Whether fields, and the conditions about them, fit together; used when a pack is checked."""

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from linli.base.conditions import Condition, Word, leaves_of
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.terms import HELD_FACTS, NUMBERS, FieldType

ALWAYS = ("place", "subject", "applicant", "class", "age", "mark")
"""Left sides that are there without being filled in."""

_ORDERED = {*NUMBERS, FieldType.DATE, FieldType.DATETIME, FieldType.TIME, FieldType.SHARE}
_ORDER_WORDS = {Word.OVER, Word.AT_LEAST, Word.UNDER, Word.AT_MOST, Word.BETWEEN}
_DAY_WORDS = {Word.IN_LAST, Word.IN_NEXT}
_MANY = {FieldType.CHOICES, FieldType.CHECK_LIST}

Fields = Mapping[str, FieldSpec]
"""Field specs by name, as far as they stand above the condition."""

Known = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Every definition that the pack can see, by kind and key."""


def fields_problems(known: Known, spec: FormSpec) -> Iterator[tuple[str, str]]:
    """What is wrong with the fields of a form or register, each with the place in it."""
    above: dict[str, FieldSpec] = {}
    for name, field in spec.in_order():
        where = f"fields.{name}"
        if field.same_as is None:
            yield from ((where, text) for text in _asked_again(field))
        elif field.same_as not in HELD_FACTS:
            yield where, f'"{field.same_as}" is no fact that is held'
            continue
        if field.when is not None:
            options = partial(options_of, known)
            for text in condition_problems(field.when, above, options):
                yield f"{where}.when", text
        if field.below is not None and field.below not in spec.fields:
            yield f"{where}.below", f'there is no field "{field.below}"'
        above[name] = field


def _asked_again(field: FieldSpec) -> Iterator[str]:
    """A fact is collected once (definitions.md 7): its name may not be asked for anew."""
    names = {field.title["zh"], *field.also_called}
    for fact, (_, label) in HELD_FACTS.items():
        if label["zh"] in names:
            yield (
                f"「{label['zh']}」is already held as {fact}; do not ask again: "
                f'write {{same_as = "{fact}"}}'
            )


def options_of(known: Known, field: FieldSpec) -> set[str] | None:
    """The keys a choice may have, or None where they cannot be known."""
    if field.options:
        return set(field.options)
    if field.items:
        return set(field.items)
    kind, _, key = (field.of or "").partition(":")
    if kind == "choices":
        return set(known.get("choices", {}).get(key, {}).get("options", {}))
    return None


def condition_problems(
    condition: Condition, fields: Fields, options: Callable[[FieldSpec], Collection[str] | None]
) -> Iterator[str]:
    """What does not fit, each as a sentence; `options` gives the keys of a choice field where
    they are known."""
    for leaf in leaves_of(condition):
        if leaf.field is None:
            yield f'"{leaf.left}" cannot be asked here: only fields can'
            continue
        for path in (leaf.field, leaf.other):
            name = (path or "").partition(".")[0]
            if name and name not in ALWAYS and name not in fields:
                yield f'there is no field "{name}" above{nearest(name, [*fields, *ALWAYS])}'
        name, _, part = leaf.field.partition(".")
        if name in fields:
            yield from _misfits(leaf, fields[name], name, part, options)


def _misfits(
    leaf: Condition,
    field: FieldSpec,
    name: str,
    part: str,
    options: Callable[[FieldSpec], Collection[str] | None],
) -> Iterator[str]:
    kind = FieldType.WHOLE if part == "passed" else field.kind
    if leaf.is_ in _ORDER_WORDS and kind not in _ORDERED:
        yield f'"{name}" is a {kind}; "{leaf.is_}" compares numbers and dates only'
    if leaf.is_ in _DAY_WORDS and kind not in (FieldType.DATE, FieldType.DATETIME):
        yield f'"{name}" is a {kind}; "{leaf.is_}" asks about dates only'
    if leaf.is_ is Word.INCLUDES and kind not in _MANY:
        yield f'"{name}" is a {kind}; "includes" asks about choices and check lists only'
    if leaf.is_ is Word.INSIDE and kind is not FieldType.PLACE:
        yield f'"{name}" is a {kind}; "inside" asks about places only'
    if leaf.value is None or part or leaf.is_ not in (Word.EQUAL, Word.ONE_OF, Word.INCLUDES):
        return
    allowed = options(field)
    wanted = leaf.value if isinstance(leaf.value, list | tuple) else [leaf.value]
    for value in wanted:
        if allowed is not None and str(value) not in allowed:
            yield f'"{value}" is no option of "{name}"{nearest(str(value), allowed)}'


def nearest(word: str, known: Collection[str]) -> str:
    """A hint at the nearest known word, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""
