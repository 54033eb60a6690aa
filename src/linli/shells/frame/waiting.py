# SPDX-License-Identifier: MulanPSL-2.0
"""What waits for the reader behind each entry of the navigation, asked once a page."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.together import Question, answered, count_of, rows_of
from linli.kernel.events import selectors as events
from linli.kernel.notify.selectors import notices_unread

Rows = Callable[[Actor], QuerySet[Any]]
"""What waits for somebody: a set that nothing but the reader decides, as its question is kept."""
Counts = dict[Rows, int]
MOST = 1000
"""What waits is counted no further: it is many, and pages with the exact number are a step away."""


def counts(request: HttpRequest, actor: Actor, wanted: Iterable[Rows | None] = ()) -> Counts:
    """How many rows each of these gives the reader, and how many messages are unread; one query
    for all that was not asked before on this page, the mark of places it follows among it.
    """
    known: Counts = request.__dict__.setdefault("_linli_waiting", {})
    asked = dict.fromkeys(rows for rows in (notices_unread, *wanted) if rows and rows not in known)
    marks = marks_of(request)
    unmarked = [paths for paths, mark in marks.items() if mark is None]
    reader = actor.reader
    numbers, newest = answered(
        [_count(rows, reader) for rows in asked], [_newest(paths) for paths in unmarked]
    )
    known.update(zip(asked, numbers, strict=True))
    marks.update(zip(unmarked, map(events.mark_of, newest), strict=True))
    return known


@lru_cache(maxsize=4096)
def _count(rows: Rows, reader: Actor) -> Question:
    return count_of(rows(reader), MOST)


@lru_cache(maxsize=4096)
def _newest(paths: tuple[str, ...]) -> Question:
    return rows_of(events.newest_below(paths))


def marks_of(request: HttpRequest) -> dict[tuple[str, ...], str | None]:
    """The marks of the places that a page follows, None for one that is still to be asked."""
    found: dict[tuple[str, ...], str | None] = request.__dict__.setdefault("_linli_marks", {})
    return found
