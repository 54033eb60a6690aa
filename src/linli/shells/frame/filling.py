# SPDX-License-Identifier: MulanPSL-2.0
"""Forms of packs: what a page sent read field by field, how fields are drawn, and what was kept put
into words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.http import QueryDict
from django.utils.translation import pgettext

from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.forms import selectors as forms
from linli.kernel.forms import services as form_services
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.rules.sealing import SEALED
from linli.kernel.forms.services import Widget
from linli.kernel.forms.terms import FILES, MOST_ROWS, FieldType
from linli.kernel.places.models import Place
from linli.kernel.units import selectors as units

MANY = (FieldType.CHOICES, FieldType.CHECK_LIST)

OWN = "own."
"""Before the names of a page's own fields (unit, reason, note …), so that they are never taken for
those of a pack's form.
"""


@dataclass(frozen=True)
class Placed(Widget):
    """A field in one of several forms of a page, with an id of its own."""

    form_key: str = ""

    @property
    def field_id(self) -> str:
        """The id of its input on the page."""
        return f"{self.form_key}-{super().field_id}"


def placed(widget: Widget, form_key: str) -> Placed:
    """The same field, within the form of that key."""
    values = {each.name: getattr(widget, each.name) for each in fields(widget)}
    rows = tuple(tuple(placed(one, form_key) for one in row) for row in widget.rows)
    return Placed(**{**values, "rows": rows}, form_key=form_key)


def values_read(form: FormSpec | None, post: QueryDict) -> dict[str, Any]:
    """What was filled into the fields of a form; files come beside it."""
    found: dict[str, Any] = {}
    for name, field in form.fields.items() if form is not None else ():
        if field.kind is FieldType.TABLE:
            found[name] = _rows(name, field, post)
        elif field.kind not in FILES:
            found[name] = post.getlist(name) if field.kind in MANY else post.get(name, "")
    return {name: value for name, value in found.items() if value not in ("", [])}


def _rows(name: str, field: FieldSpec, post: QueryDict) -> list[dict[str, str]]:
    """The rows of a table, sent as `name.0.column`; rows left empty are left out."""
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})\.([a-z0-9_]+)")
    rows: dict[int, dict[str, str]] = {}
    for key in post:
        told = pattern.fullmatch(key)
        if told is not None and told[2] in field.columns and post[key]:
            rows.setdefault(int(told[1]), {})[told[2]] = str(post[key])
    return [rows[number] for number in sorted(rows)][: MOST_ROWS + 1]


def fields_drawn(
    form: FormSpec | None,
    options: Mapping[str, Mapping[str, Any]],
    place: Place,
    given: Mapping[str, Any],
    errors: Mapping[str, Message],
    *,
    form_key: str,
) -> list[Widget]:
    """The fields of a form as a page draws them; units are chosen from those of the place."""
    if form is None:
        return []
    choices = dict(options)
    asked = [name for name, field in form.fields.items() if field.kind is FieldType.UNIT]
    if asked:
        own = {str(unit.pk): unit.label for unit in units.units_choosable(place)}
        choices |= {f"field:{name}": own for name in asked}
    drawn = form_services.widgets(form, given, errors, choices=choices)
    return [placed(widget, form_key) for widget in drawn]


@dataclass(frozen=True)
class Fact:
    """One thing that was filled in: its name, and what was written or which files it holds."""

    name: str
    words: str
    files: Sequence[str] = ()
    is_sealed: bool = False


def fact_of(field: FieldSpec, value: Any, options: Mapping[str, Mapping[str, Any]]) -> Fact:
    """A filled-in value in words; `options` are what could be chosen, by list."""
    name = label(field.title)
    if isinstance(value, Mapping) and SEALED in value:
        return Fact(name, "", is_sealed=True)
    if field.kind in FILES:
        return Fact(name, "", files=tuple(map(str, value)))
    if field.kind is FieldType.TABLE:
        return Fact(name, "\n".join(_row_words(field, row) for row in value))
    named = options.get(field.of or "", {})
    if named:
        chosen = value if isinstance(value, list) else [value]
        said = [label(named[key]) if key in named else str(key) for key in chosen]
        return Fact(name, pgettext("between people", ", ").join(said))
    return Fact(name, forms.value_words(field, value))


def _row_words(field: FieldSpec, row: Mapping[str, Any]) -> str:
    """One row of a table in a line."""
    said = [
        f"{label(column.title)} {forms.value_words(column, row[name])}"
        for name, column in field.columns.items()
        if name in row
    ]
    return " · ".join(said)
