# SPDX-License-Identifier: MulanPSL-2.0
"""What a part lets others know: events for partner systems, data sets for anybody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.kernel.sockets.manifest import Label


@dataclass(frozen=True, slots=True)
class Told:
    """What an event is about, as a partner system is told: no personal value.

    `kind` is a word of ours ("case"), `number` the public number, `link` the address below this
    site where whoever may can read more.
    """

    kind: str
    number: str
    link: str


@dataclass(frozen=True, slots=True)
class Telling:
    """An event as people know it, and who says what one is about, given its payload; None if it
    concerns nobody outside.
    """

    label: Label
    tell: Callable[[Mapping[str, Any]], Told | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data set; `kind` is text, number, date, datetime or boolean."""

    key: str
    kind: str
    label: Label


Rows = Callable[[Sequence[str], str, int], Sequence[Mapping[str, Any]]]
"""Rows at or below place paths, after a cursor ("" from the first), at most so many; ordered by
their cursor, which is the first column."""


@dataclass(frozen=True, slots=True)
class OpenSet:
    """A data set that anybody may read; `needs_opening` ones only where a place has opened them.

    `rows` gives plain values by column key and nothing personal.
    """

    label: Label
    description: Label
    columns: tuple[Column, ...]
    rows: Rows
    needs_opening: bool = True
