# SPDX-License-Identifier: MulanPSL-2.0
"""Checking what was filled into a form: every problem at once, in words a resident understands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linli.base.conditions import holds
from linli.base.errors import Invalid, Message
from linli.base.text import label
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.rules.reading import READERS, Unreadable, is_empty
from linli.kernel.forms.terms import (
    COUNTED,
    FILES,
    LONGEST,
    LONGEST_EVER,
    MOST_FILES,
    MOST_ROWS,
    REFERENCES,
    FieldType,
)

Options = Mapping[str, Mapping[str, Any]]
"""For each list ("choices:return_reason", "class:appeal", "field:helper") the keys that may be
chosen."""


def form_check(
    spec: FormSpec,
    data: Mapping[str, Any],
    *,
    choices: Options,
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What was filled in, cleaned and as plain JSON; fields that are not asked for here are left
    out.

    `values` is what is known beside the form (class, place, what earlier forms gave), for `when`.

    Raises:
        Invalid: with one message a field, keyed by the field's name (`rows.0.due` inside a table).
    """
    problems: dict[str, Message] = {
        str(name)[:64]: _("There is no such field in this form.")
        for name in data
        if name not in spec.fields
    }
    cleaned: dict[str, Any] = {}
    known = dict(values or {})
    for name, field in spec.in_order():
        if field.when is not None and not holds(field.when, known):
            continue
        try:
            value = _checked(name, field, data.get(name), choices)
        except _Problems as found:
            problems |= found.messages
            continue
        if value is not None:
            cleaned[name] = value
            known |= values_of(name, field, value)
    if problems:
        raise Invalid(
            _("Please look at the marked fields again."), code="form_invalid", fields=problems
        )
    return cleaned


def values_of(name: str, field: FieldSpec, value: object) -> dict[str, Any]:
    """What conditions may ask about a filled field: itself, and of a check list also its count."""
    if field.kind is FieldType.CHECK_LIST and isinstance(value, Sequence):
        return {
            name: value,
            f"{name}.passed": len(value),
            f"{name}.all": len(value) == len(field.items),
        }
    return {name: value}


def condition_values(spec: FormSpec, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """All that conditions may ask about a form that was filled in."""
    found: dict[str, Any] = {}
    for name, value in cleaned.items():
        if name in spec.fields:
            found |= values_of(name, spec.fields[name], value)
    return found


class _Problems(Exception):
    def __init__(self, messages: dict[str, Message]) -> None:
        super().__init__(", ".join(messages))
        self.messages = messages


def _checked(name: str, field: FieldSpec, raw: object, choices: Options) -> Any:
    """The cleaned value, or None if nothing was filled in."""
    if is_empty(raw):
        if field.need:
            raise _Problems({name: _needed(field)})
        return None
    if field.kind is FieldType.TABLE:
        return _table(name, field, raw, choices)
    try:
        value = READERS[field.kind](raw)
    except Unreadable as error:
        raise _Problems({name: error.message}) from None
    if field.need and (is_empty(value) or (field.kind is FieldType.YES_NO and value is None)):
        raise _Problems({name: _needed(field)})
    for message in _out_of_bounds(field, value):
        raise _Problems({name: message})
    for message in _not_offered(name, field, value, choices):
        raise _Problems({name: message})
    return None if is_empty(value) else value


def _needed(field: FieldSpec) -> str:
    name = {"name": label(field.title)}
    if field.kind in FILES:
        return _("Please add: %(name)s.") % name
    if field.kind in (
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.PHONE,
        FieldType.ID_NUMBER,
        FieldType.USCC,
    ):
        return _("Please write: %(name)s.") % name
    if field.kind is FieldType.POINT:
        return _("Please show the place: %(name)s.") % name
    return _("Please choose: %(name)s.") % name


def _out_of_bounds(field: FieldSpec, value: Any) -> Iterator[str]:
    kind = field.kind
    if kind in LONGEST:
        most = min(
            int(field.at_most) if isinstance(field.at_most, int) else LONGEST[kind], LONGEST_EVER
        )
        if len(value) > most:
            counts = {"most": most, "count": len(value)}
            yield _("At most %(most)d characters; it has %(count)d now.") % counts
        if isinstance(field.at_least, int) and len(value) < field.at_least:
            yield _("At least %(least)d characters, please.") % {"least": field.at_least}
    elif kind in COUNTED:
        yield from _wrong_count(field, len(value))
    elif kind in (FieldType.WHOLE, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE):
        least, most_value = _bound(field.at_least), _bound(field.at_most)
        if least is not None and value < least:
            yield _("Not less than %(least)s, please.") % {"least": least}
        if most_value is not None and value > most_value:
            yield _("Not more than %(most)s, please.") % {"most": most_value}


def _bound(bound: object) -> Any:
    """Dates are compared as they are kept, as ISO texts."""
    return bound if bound is None or isinstance(bound, int | float) else str(bound)


def _wrong_count(field: FieldSpec, count: int) -> Iterator[str]:
    most = field.at_most if isinstance(field.at_most, int) else MOST_FILES.get(field.kind)
    if most is not None and count > most:
        yield _("At most %(most)d, please; there are %(count)d now.") % {
            "most": most,
            "count": count,
        }
    if isinstance(field.at_least, int) and count < field.at_least:
        yield _("At least %(least)d, please; there are %(count)d now.") % {
            "least": field.at_least,
            "count": count,
        }


def offered(name: str, field: FieldSpec, choices: Options) -> Mapping[str, Any] | None:
    """What may be chosen in a field, by key; None where anything may be given."""
    if field.options:
        return field.options
    if field.items:
        return field.items
    own = choices.get(f"field:{name}")
    if own is not None:
        return own
    if field.of is not None and field.kind in (
        FieldType.CHOICE,
        FieldType.CHOICES,
        FieldType.CLASS,
    ):
        return choices.get(field.of, {})
    return None


def _not_offered(name: str, field: FieldSpec, value: Any, choices: Options) -> Iterator[str]:
    if field.kind not in (
        FieldType.CHOICE,
        FieldType.CHOICES,
        FieldType.CHECK_LIST,
        FieldType.CLASS,
        *REFERENCES,
    ):
        return
    allowed = offered(name, field, choices)
    chosen = value if isinstance(value, list) else [value]
    if allowed is not None and any(key not in allowed for key in chosen):
        yield _("Please choose one of the list.")


def _table(name: str, field: FieldSpec, raw: object, choices: Options) -> list[dict[str, Any]]:
    if not isinstance(raw, Sequence) or isinstance(raw, str | bytes) or len(raw) > MOST_ROWS:
        raise _Problems({name: _("Please fill the table again.")})
    problems: dict[str, Message] = {}
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(raw):
        if not isinstance(row, Mapping) or set(row) - set(field.columns):
            raise _Problems({name: _("Please fill the table again.")})
        filled, wrong = _row(field, row, choices)
        rows.append(filled)
        problems |= {f"{name}.{number}.{key}": text for key, text in wrong.items()}
    for message in _wrong_count(field, len(rows)):
        problems[name] = message
    if problems:
        raise _Problems(problems)
    return [row for row in rows if row]


def _row(
    field: FieldSpec, row: Mapping[str, Any], choices: Options
) -> tuple[dict[str, Any], dict[str, Message]]:
    """One row of a table as it was filled in, and what was wrong with it."""
    filled: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    for column, inner in field.columns.items():
        try:
            value = _checked(column, inner, row.get(column), choices)
        except _Problems as found:
            wrong |= found.messages
            continue
        if value is not None:
            filled[column] = value
    return filled, wrong
