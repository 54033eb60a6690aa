# SPDX-License-Identifier: MulanPSL-2.0
"""Keeping the order in which a definition is written: the first step is the start, options stand
best first.

The databases keep the keys of JSON in an order of their own, so every table carries the order it
was written in.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from linli.base.definitions import DefinitionRow
from linli.kernel.sockets.grammar import PackContext, keeps

ORDER = "$order"
"""No key of a definition can be written so."""


def with_order(value: Any) -> Any:
    """A definition's body with the order of each of its tables beside it."""
    if isinstance(value, Mapping):
        kept = {str(key): with_order(inner) for key, inner in value.items()}
        return {**kept, ORDER: list(kept)} if len(kept) > 1 else kept
    return [with_order(inner) for inner in value] if isinstance(value, list | tuple) else value


def in_order(value: Any) -> Any:
    """The body as it was written; one that was kept without order comes as it is."""
    if isinstance(value, Mapping):
        keys = value.get(ORDER) or [key for key in value if key != ORDER]
        return {key: in_order(value[key]) for key in keys}
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


def keeps_in_order(
    model: type[DefinitionRow], kind: str
) -> Callable[[PackContext, str, Any], bool]:
    """As `sockets.grammar.keeps`, for kinds in which order means something."""
    put = keeps(model, kind)

    def put_in_order(context: PackContext, key: str, spec: object) -> bool:
        return put(replace(context, body=with_order(context.body)), key, spec)

    return put_in_order
