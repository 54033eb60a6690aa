# SPDX-License-Identifier: MulanPSL-2.0
"""How the owner of a kind of definition says what may be written and where it is kept."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linli.base.actor import Actor
from linli.base.definitions import DefinitionRow
from linli.base.putting import definition_put


@dataclass(frozen=True)
class PackContext:
    """One definition of one pack on its way in, with what surrounds it.

    `body` holds the pack's own keys after inheritance; `known` holds every definition the pack can
    see
    (its own and its base's), by kind and key, for checks across definitions; `place_path` is ""
    for base.
    """

    actor: Actor
    pack: str
    version: str
    place_path: str
    starts_on: dt.date
    ends_on: dt.date | None
    clause: str
    position: int
    body: dict[str, Any]
    known: Mapping[str, Mapping[str, Mapping[str, Any]]]
    is_removed: bool = False


@dataclass(frozen=True)
class Grammar:
    """How one kind of definition is written, checked and kept.

    `spec` is a strict pydantic model of one definition (or one CSV row where `is_table`);
    `put(context, key, spec)` keeps it and returns whether anything changed;
    `check(context, key, spec)` gives (where, message) for what the model alone cannot know.
    """

    kind: str
    spec: type[Any]
    put: Callable[[PackContext, str, Any], bool]
    check: Callable[[PackContext, str, Any], list[tuple[str, str]]] | None = None
    is_table: bool = False


def keeps(model: type[DefinitionRow], kind: str) -> Callable[[PackContext, str, Any], bool]:
    """The usual `put`: one more version of the definition in the owner's table."""

    def put(context: PackContext, key: str, spec: object) -> bool:
        del spec  # checked already; what is kept is what was written
        _, is_new = definition_put(
            model,
            kind=kind,
            key=key,
            place_path=context.place_path,
            pack=context.pack,
            version=context.version,
            starts_on=context.starts_on,
            ends_on=context.ends_on,
            clause=context.clause,
            body=context.body,
            position=context.position,
            is_removed=context.is_removed,
        )
        return is_new

    return put
