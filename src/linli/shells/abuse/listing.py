# SPDX-License-Identifier: MulanPSL-2.0
"""Entries of the abuse list in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from linli.base import clock
from linli.kernel.access.models import AbuseEntry
from linli.kernel.access.terms import AbuseKind


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list: what the source is called, masked, and its last day if it has one."""

    entry: AbuseEntry
    name: str
    last_on: dt.date | None


def entry_lines(rows: Iterable[AbuseEntry]) -> list[EntryLine]:
    """Entries for a list."""
    return [EntryLine(row, _name(row), _last_on(row)) for row in rows]


def _name(row: AbuseEntry) -> str:
    return " ".join(filter(None, [str(AbuseKind(row.kind).label), row.masked]))


def _last_on(row: AbuseEntry) -> dt.date | None:
    """The last day on which it holds: an end at midnight belongs to the day before."""
    if row.until is None:
        return None
    return clock.local(row.until - dt.timedelta(microseconds=1)).date()
