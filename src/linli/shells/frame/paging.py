# SPDX-License-Identifier: MulanPSL-2.0
"""Pages of rows that were counted already, beside the other views of a list."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


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
    pages = Paginator(rows.values_list("pk", flat=True), size)
    pages.__dict__["count"] = count
    page = pages.get_page(request.GET.get("page"))
    keys = list(page.object_list)
    found = shown(keys)
    page.object_list = [found[key] for key in keys if key in found]
    return page
