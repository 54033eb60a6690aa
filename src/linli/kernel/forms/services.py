# SPDX-License-Identifier: MulanPSL-2.0
"""What others call: checking a form, describing it, drawing it. Forms write nothing themselves."""

from collections.abc import Mapping
from typing import Any

from linli.kernel.forms.grammar import FormSpec
from linli.kernel.forms.rules.checking import condition_values, form_check
from linli.kernel.forms.rules.schema import json_schema
from linli.kernel.forms.rules.sealing import seal, unseal
from linli.kernel.forms.rules.widgets import Option, Widget, widgets
from linli.kernel.forms.selectors import choices_for

__all__ = [
    "Option",
    "Widget",
    "condition_values",
    "form_check",
    "form_check_at",
    "json_schema",
    "seal",
    "unseal",
    "widgets",
]


def form_check_at(
    spec: FormSpec, data: Mapping[str, Any], *, path: str, values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What was filled into a form at a place, cleaned, with the choices in force there.

    Raises:
        Invalid: with one message a field.
    """
    return form_check(spec, data, choices=choices_for(spec, path), values=values)
