# SPDX-License-Identifier: MulanPSL-2.0
"""A definition as lines, each with where it comes from: the pack itself or its base."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def shown(
    body: Mapping[str, Any], own: Mapping[str, Any], pack: str, depth: int = 0
) -> Iterator[str]:
    """The lines of a definition; `own` is what the pack itself writes of it."""
    for key, value in body.items():
        mine = own.get(key)
        indent = "  " * depth
        if isinstance(value, Mapping) and value and not _is_leaf(value):
            yield f"{indent}{key}:"
            inner = mine if isinstance(mine, Mapping) else {}
            yield from shown(value, inner, pack, depth + 1)
            continue
        origin = pack if mine is not None else "base"
        text = json.dumps(value, ensure_ascii=False, default=str)
        yield f"{indent}{key} = {text}   # {origin}"


def _is_leaf(value: Mapping[str, Any]) -> bool:
    """A label or another small table without tables in it stands on one line."""
    return not any(isinstance(inner, Mapping) for inner in value.values())
