# SPDX-License-Identifier: MulanPSL-2.0
"""What was filled in of a record, checked against its register. No database."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.base.comparing import is_empty
from linli.base.conditions import Condition, Word, holds, leaves_of, value_at
from linli.base.errors import Invalid, Message
from linli.base.text import label
from linli.engines.registers.rules.spec import MustSpec, RegisterSpec
from linli.engines.registers.terms import FROM, UNTIL
from linli.kernel.forms.rules.checking import Options, condition_values, form_check
from linli.kernel.forms.terms import REFERENCES

_OF_FILLING = (Word.FILLED, Word.EMPTY)


def record_checked(
    spec: RegisterSpec, raw: Mapping[str, Any], *, choices: Options, known: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that the record keeps, cleaned; what is held elsewhere is not among them.

    `known` is what conditions may ask beside them: the place, the held facts of the subject.

    Raises:
        Invalid: with one message a field.
    """
    cleaned = form_check(asked_of(spec), raw, choices=choices, values=known)
    problems = dict(_wrong(spec, {**known, **condition_values(spec, cleaned)}))
    starts, ends = day_of(cleaned, FROM), day_of(cleaned, UNTIL)
    if starts is not None and ends is not None and ends < starts:
        problems.setdefault(UNTIL, _("The last day lies before the first."))
    if problems:
        message = _("Please look at the marked fields again.")
        raise Invalid(message, code="form_invalid", fields=problems)
    return cleaned


def asked_of(spec: RegisterSpec) -> RegisterSpec:
    """The register with only those fields that its form asks for."""
    return spec.model_copy(update={"fields": spec.own})


def _wrong(spec: RegisterSpec, values: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    for must in spec.must:
        if _is_asked(must, values) and not holds(must, values):
            yield must.named, label(must.say.as_label())


def _is_asked(must: MustSpec, values: Mapping[str, Any]) -> bool:
    """A rule between values asks nothing of a record in which one of them is not filled in."""
    return all(_is_filled(leaf, values) for leaf in leaves_of(must))


def _is_filled(leaf: Condition, values: Mapping[str, Any]) -> bool:
    sides = [side for side in (leaf.field, leaf.other) if side]
    return leaf.is_ in _OF_FILLING or not any(is_empty(value_at(values, side)) for side in sides)


def day_of(values: Mapping[str, Any], name: str) -> dt.date | None:
    """A date among cleaned values."""
    found = values.get(name)
    return dt.date.fromisoformat(found) if isinstance(found, str) else None


def due_day(spec: RegisterSpec, values: Mapping[str, Any]) -> dt.date | None:
    """The day by which somebody must see to a record: its last one, or that which it is `due`."""
    days = (day_of(values, name) for name in (UNTIL, spec.due) if name)
    return min(filter(None, days), default=None)


def references(spec: RegisterSpec, cleaned: Mapping[str, Any]) -> dict[str, str]:
    """The fields that point to something, with the key of what they point to."""
    return {
        name: str(value) for name, value in cleaned.items() if spec.fields[name].kind in REFERENCES
    }


def digests(
    spec: RegisterSpec, words: Mapping[str, str | None], always: Mapping[str, str]
) -> dict[int, str]:
    """For each rule of uniqueness what no other standing record of the city may have.

    `always` are the subject and the place. A rule of which something is not filled in asks nothing.
    """
    found = {}
    for number, names in enumerate(spec.unique):
        parts = [words.get(name) or always.get(name) for name in names]
        if all(parts):
            found[number] = digest_of([str(part) for part in parts])
    return found


def digest_of(parts: Sequence[str]) -> str:
    """SHA-256 over some words."""
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that differ, as they are now; None for one that was emptied."""
    names = dict.fromkeys([*old, *new])
    return {name: new.get(name) for name in names if old.get(name) != new.get(name)}
