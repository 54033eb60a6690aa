# SPDX-License-Identifier: MulanPSL-2.0
"""Whether a condition fits the fields it is about; used when a pack is checked."""

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from linli.base.conditions import Condition, Word, leaves_of
from linli.kernel.forms.terms import NUMBERS, FieldType

ALWAYS = ("place", "subject", "applicant", "class", "age", "mark")
"""Left sides that are there without being filled in."""

_ORDERED = {*NUMBERS, FieldType.DATE, FieldType.DATETIME, FieldType.TIME, FieldType.SHARE}
_ORDER_WORDS = {Word.OVER, Word.AT_LEAST, Word.UNDER, Word.AT_MOST, Word.BETWEEN}
_DAY_WORDS = {Word.IN_LAST, Word.IN_NEXT}
_MANY = {FieldType.CHOICES, FieldType.CHECK_LIST}

Fields = Mapping[str, Any]
"""Field specs by name, as far as they stand above the condition."""


def condition_problems(
    condition: Condition, fields: Fields, options: Callable[[Any], Collection[str] | None]
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
    field: Any,
    name: str,
    part: str,
    options: Callable[[Any], Collection[str] | None],
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
