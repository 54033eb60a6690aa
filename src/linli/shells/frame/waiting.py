# SPDX-License-Identifier: MulanPSL-2.0
"""What waits for the reader behind each entry of the navigation, asked once a page."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.together import counted
from linli.kernel.notify.selectors import notices_unread

Rows = Callable[[Actor], QuerySet[Any]]
Counts = dict[Rows, int]


def counts(request: HttpRequest, actor: Actor, wanted: Iterable[Rows | None] = ()) -> Counts:
    """How many rows each of these gives the reader, and how many messages are unread; one query
    for all that was not asked before on this page.
    """
    known: Counts = request.__dict__.setdefault("_linli_waiting", {})
    asked = dict.fromkeys(rows for rows in (notices_unread, *wanted) if rows and rows not in known)
    known.update(zip(asked, counted(*(rows(actor) for rows in asked)), strict=True))
    return known
