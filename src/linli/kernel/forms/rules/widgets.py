# SPDX-License-Identifier: MulanPSL-2.0
"""A form as values that a page draws: one widget a field (`frame/parts/field.html`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.base.conditions import holds
from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.rules.checking import Options, offered
from linli.kernel.forms.terms import (
    FILES,
    LONGEST,
    MOST_FILES,
    FieldType,
)

_INPUT = {
    FieldType.DATE: "date",
    FieldType.TIME: "time",
    FieldType.DATETIME: "datetime-local",
    FieldType.PHONE: "tel",
}
_INPUT_MODE = {
    FieldType.WHOLE: "numeric",
    FieldType.NUMBER: "decimal",
    FieldType.MONEY: "decimal",
    FieldType.PHONE: "tel",
}
_AUTOCOMPLETE = {"register:resident.name": "name", "register:resident.phone": "tel"}
_ACCEPT = {FieldType.PHOTO: "image/*", FieldType.SIGNATURE: "image/*", FieldType.VOICE: "audio/*"}
FEW = 6
"""Up to so many options are shown as chips, more as a list."""


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Widget:
    """One field as it is drawn.

    `kind` is the field type and names the part of the template; `value` is a text for an input
    and a list for what holds several; `is_asked` tells whether the field is asked for with the
    present values, and `when` lets the page find that out again as somebody types. `rows` of a
    table are those filled in and an empty one after them.
    """

    name: str
    kind: str
    label: str
    help: str
    is_needed: bool
    value: Any
    options: tuple[Option, ...]
    error: Message
    input_type: str
    input_mode: str
    autocomplete: str
    accept: str
    minimum: Any
    maximum: Any
    max_length: int | None
    max_items: int | None
    measured_in: str
    held_as: str
    is_asked: bool
    when: dict[str, Any] | None
    rows: tuple[tuple["Widget", ...], ...]

    @property
    def is_few(self) -> bool:
        """Whether its options fit as chips."""
        return len(self.options) <= FEW

    @property
    def field_id(self) -> str:
        """The id of its input on the page."""
        return f"field-{self.name.replace('.', '-')}"


def widgets(
    spec: FormSpec,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, Message] | None = None,
    *,
    choices: Options | None = None,
) -> list[Widget]:
    """The fields of a form in order, with what was filled in so far and what was wrong with it."""
    given, wrong, lists = values or {}, errors or {}, choices or {}
    return [_widget(name, field, given, wrong, lists) for name, field in spec.in_order()]


def _widget(
    name: str,
    field: FieldSpec,
    values: Mapping[str, Any],
    errors: Mapping[str, Message],
    choices: Options,
    *,
    shown_as: str = "",
) -> Widget:
    kind = field.kind
    value = values.get(name)
    is_number = kind in (FieldType.WHOLE, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE)
    return Widget(
        name=shown_as or name,
        kind=kind.value,
        label=label(field.title),
        help=label(field.help.as_label()) if field.help else "",
        is_needed=field.need,
        value=_shown(field, value),
        options=_options(name, field, value, choices),
        error=errors.get(shown_as or name, ""),
        input_type=_INPUT.get(kind, "text"),
        input_mode=_INPUT_MODE.get(kind, ""),
        autocomplete=_AUTOCOMPLETE.get(field.same_as or "", "off"),
        accept=_ACCEPT.get(kind, ""),
        minimum=_edge(field, field.at_least) if is_number else None,
        maximum=_edge(field, field.at_most) if is_number else None,
        max_length=_max_length(field),
        max_items=_max_items(field),
        measured_in=field.measured_in or "",
        held_as=field.same_as or "",
        is_asked=field.when is None or holds(field.when, values),
        when=field.when.model_dump(mode="json", by_alias=True, exclude_none=True)
        if field.when
        else None,
        rows=_rows(name, field, value, errors, choices),
    )


def _rows(
    name: str,
    field: FieldSpec,
    value: Any,
    errors: Mapping[str, Message],
    choices: Options,
) -> tuple[tuple[Widget, ...], ...]:
    """The rows of a table that are filled in, and an empty one to fill in."""
    if not field.columns:
        return ()
    filled = [row for row in value or () if isinstance(row, Mapping)]
    return tuple(
        tuple(
            _widget(column, inner, row, errors, choices, shown_as=f"{name}.{number}.{column}")
            for column, inner in field.columns.items()
        )
        for number, row in enumerate([*filled, {}])
    )


def _shown(field: FieldSpec, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind in FILES or field.kind in (
        FieldType.CHOICES,
        FieldType.CHECK_LIST,
        FieldType.TABLE,
    ):
        return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else []
    if field.kind is FieldType.POINT and isinstance(value, Mapping):
        return f"{value.get('lon')},{value.get('lat')}"
    if field.kind is FieldType.MONEY and isinstance(value, int):
        return f"{value / 100:.2f}"
    return "" if value is None else str(value)


def _options(name: str, field: FieldSpec, value: Any, choices: Options) -> tuple[Option, ...]:
    chosen = value if isinstance(value, list | tuple) else [value]
    allowed = offered(name, field, choices) or {}
    return tuple(Option(key, _label(words), key in chosen) for key, words in allowed.items())


def _label(words: Any) -> str:
    if isinstance(words, str):
        return words
    return label(words if isinstance(words, Mapping) else words.as_label())


def _edge(field: FieldSpec, bound: Any) -> Any:
    if bound is not None and field.kind is FieldType.MONEY:
        return bound / 100
    return bound if bound is None or isinstance(bound, int | float) else str(bound)


def _max_length(field: FieldSpec) -> int | None:
    if field.kind not in LONGEST:
        return None
    return field.at_most if isinstance(field.at_most, int) else LONGEST[field.kind]


def _max_items(field: FieldSpec) -> int | None:
    if field.kind not in FILES:
        return None
    return field.at_most if isinstance(field.at_most, int) else MOST_FILES.get(field.kind)
