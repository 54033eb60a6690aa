# SPDX-License-Identifier: MulanPSL-2.0
"""A form as a JSON schema, for partners and for the field app."""

from typing import Any

from linli.base.text import label
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.rules.checking import Options, offered
from linli.kernel.forms.terms import (
    FILES,
    LONGEST,
    MOST_FILES,
    REFERENCES,
    FieldType,
)

_PLAIN: dict[FieldType, dict[str, Any]] = {
    FieldType.WHOLE: {"type": "integer"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.MONEY: {"type": "integer", "description": "fen"},
    FieldType.SHARE: {"type": "string", "pattern": "^[0-9]+/[1-9][0-9]*$"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.TIME: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.SPAN: {"type": "string", "examples": ["2 working_hours"]},
    FieldType.YES_NO: {"type": "boolean"},
    FieldType.POINT: {
        "type": "object",
        "properties": {
            "lon": {"type": "number", "minimum": -180, "maximum": 180},
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
        },
        "required": ["lon", "lat"],
    },
    FieldType.ID_NUMBER: {"type": "string", "minLength": 18, "maxLength": 18},
    FieldType.USCC: {"type": "string", "minLength": 18, "maxLength": 18},
    FieldType.PHONE: {"type": "string", "maxLength": 30},
}


def json_schema(spec: FormSpec, choices: Options | None = None) -> dict[str, Any]:
    """JSON schema (2020-12) of a form; conditions (`when`) are checked by the server only."""
    needed = [name for name, field in spec.in_order() if field.need and field.when is None]
    return {
        "type": "object",
        "title": label(spec.label.as_label()),
        "properties": {name: _field(name, field, choices or {}) for name, field in spec.in_order()},
        "required": needed,
        "additionalProperties": False,
    }


def _field(name: str, field: FieldSpec, choices: Options) -> dict[str, Any]:
    kind = field.kind
    if kind in LONGEST:
        found: dict[str, Any] = {"type": "string", "maxLength": LONGEST[kind]}
        if isinstance(field.at_most, int):
            found["maxLength"] = field.at_most
    elif kind is FieldType.TABLE:
        rows = {column: _field(column, inner, choices) for column, inner in field.columns.items()}
        found = _listed(
            field, {"type": "object", "properties": rows, "additionalProperties": False}
        )
    elif kind in FILES or kind in (FieldType.CHOICES, FieldType.CHECK_LIST):
        found = _listed(field, _chosen(name, field, choices))
    elif kind in (FieldType.CHOICE, FieldType.CLASS, *REFERENCES):
        found = _chosen(name, field, choices)
    else:
        found = dict(_PLAIN[kind])
        if isinstance(field.at_least, int | float):
            found["minimum"] = field.at_least
        if isinstance(field.at_most, int | float):
            found["maximum"] = field.at_most
    found["title"] = label(field.title)
    return found


def _chosen(name: str, field: FieldSpec, choices: Options) -> dict[str, Any]:
    allowed = offered(name, field, choices)
    return (
        {"type": "string", "enum": list(allowed)}
        if allowed
        else {"type": "string", "maxLength": 80}
    )


def _listed(field: FieldSpec, item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "array", "items": item}
    most = field.at_most if isinstance(field.at_most, int) else MOST_FILES.get(field.kind)
    if most is not None:
        found["maxItems"] = most
    if isinstance(field.at_least, int):
        found["minItems"] = field.at_least
    return found
