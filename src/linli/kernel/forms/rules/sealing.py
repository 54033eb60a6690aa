# SPDX-License-Identifier: MulanPSL-2.0
"""Keeping what a form gave: personal fields are sealed before they are stored as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from linli.base import crypto
from linli.kernel.forms.grammar import FieldSpec, FormSpec
from linli.kernel.forms.terms import PERSONAL

SEALED = "sealed"
"""The one key of a sealed value."""


def is_personal(spec: FormSpec, field: FieldSpec) -> bool:
    """Whether a field holds what only some may read."""
    return (
        spec.privacy != "normal"
        or field.privacy != "normal"
        or field.same_as is not None
        or field.kind in PERSONAL
    )


def seal(spec: FormSpec, cleaned: Mapping[str, Any], *, context: str) -> dict[str, Any]:
    """The values as they may be stored; `context` names the column ("workflow.matter.values")."""
    kept: dict[str, Any] = {}
    for name, value in cleaned.items():
        field = spec.fields.get(name)
        if field is not None and is_personal(spec, field):
            text = json.dumps(value, ensure_ascii=False)
            kept[name] = {SEALED: crypto.encrypt(text, context=f"{context}.{name}")}
        else:
            kept[name] = value
    return kept


def unseal(values: Mapping[str, Any], *, context: str) -> dict[str, Any]:
    """Stored values in plain; who may read them is asked before.

    Raises:
        crypto.Undecryptable: a value was moved here from another column, or its key is gone.
    """
    return {
        name: json.loads(crypto.decrypt(value[SEALED], context=f"{context}.{name}"))
        if isinstance(value, Mapping) and set(value) == {SEALED}
        else value
        for name, value in values.items()
    }


def resealed(values: Mapping[str, Any], *, context: str) -> dict[str, Any]:
    """Stored values as they may be stored under the newest key.

    Raises:
        crypto.Undecryptable: as for `unseal`.
    """
    return {
        name: {SEALED: _renewed(value[SEALED], f"{context}.{name}")}
        if isinstance(value, Mapping) and set(value) == {SEALED}
        else value
        for name, value in values.items()
    }


def _renewed(token: str, context: str) -> str:
    return crypto.encrypt(crypto.decrypt(token, context=context), context=context)
