# SPDX-License-Identifier: MulanPSL-2.0
"""One definition of a loaded version, as it is stored so that it can be put in force again."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from linli.base.definitions import written
from linli.kernel.packs.reading import Entry
from linli.kernel.sockets.grammar import PackContext


class Standing(StrEnum):
    """How a row of a loaded version stands to the base."""

    OWN = ""
    REMOVED = "removed"
    RETURNED = "returned"


@dataclass(frozen=True)
class Row:
    """A definition with its dates, clause and place in its pack.

    A row of the base may be `REMOVED` by a city, or have `RETURNED` after the city had one of its
    own; both are kept with what the base says of it.
    """

    kind: str
    key: str
    body: dict[str, Any]
    starts_on: dt.date
    ends_on: dt.date | None
    clause: str
    position: int
    standing: Standing = Standing.OWN

    @property
    def name(self) -> str:
        """How other definitions point to it."""
        return f"{self.kind}:{self.key}"

    @classmethod
    def of(cls, entry: Entry, context: PackContext) -> Self:
        """A checked entry of a pack."""
        return cls(
            entry.kind,
            entry.key,
            dict(context.body),
            context.starts_on,
            context.ends_on,
            context.clause,
            entry.position,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same row back."""
        given = {
            "body": self.body,
            "from": self.starts_on.isoformat(),
            "until": self.ends_on.isoformat() if self.ends_on else None,
            "clause": self.clause,
            "position": self.position,
        }
        return given | {"standing": self.standing.value} if self.standing else given

    @classmethod
    def from_json(cls, name: str, given: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        kind, _colon, key = name.partition(":")
        until = given["until"]
        return cls(
            kind,
            key,
            dict(given["body"]),
            dt.date.fromisoformat(given["from"]),
            dt.date.fromisoformat(until) if until else None,
            given["clause"],
            given["position"],
            Standing(given.get("standing", "")),
        )


def row_plain(row: Row) -> dict[str, Any]:
    """A row as a loaded version holds it, its dates in ISO form."""
    found: dict[str, Any] = json.loads(written(row.to_json()))
    return found


def stated(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any] | None]:
    """What the rows of a loaded version state by "kind:id": how each reads, None where one of the
    base is taken away; what only came back from the base it does not state.
    """
    return {
        name: None if row.get("standing") == Standing.REMOVED else row["body"]
        for name, row in rows.items()
        if row.get("standing") != Standing.RETURNED
    }
