# SPDX-License-Identifier: MulanPSL-2.0
"""Pages of rows that were counted already, beside the other views of a list."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

LONGEST = 7
"""Digits of the number of a page; a longer one is none."""


def page_counted(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    size: int,
    count: int,
    shown: Callable[[list[int]], Mapping[int, Any]],
) -> "Page[Any]":
    """The page of these rows that the address asks for, without counting them again.

    `shown` reads the rows of the page by key, with everything that their lines say.
    """
    found = rows.values_list("pk", flat=True)
    return page_asked(
        request, lambda start: (count, list(found[start : start + size])), size=size, shown=shown
    )


def page_asked(
    request: HttpRequest,
    ask: Callable[[int], tuple[int, list[int]]],
    *,
    size: int,
    shown: Callable[[list[int]], Mapping[int, Any]],
) -> "Page[Any]":
    """The same where one question says both how many rows there are and which are the next from a
    row on.
    """
    given = request.GET.get("page", "")
    number = max(int(given), 1) if given.isdecimal() and len(given) < LONGEST else 1
    count, keys = ask((number - 1) * size)
    if count and not keys:
        number = -(-count // size)
        count, keys = ask((number - 1) * size)
    pages = Paginator(range(count), size)
    found = shown(keys)
    return Page([found[key] for key in keys if key in found], number, pages)
