# SPDX-License-Identifier: MulanPSL-2.0
"""Pages of rows that were counted already, beside the other views of a list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_counted(
    request: HttpRequest, rows: QuerySet[Any], *, size: int, count: int
) -> "Page[Any]":
    """The page of these rows that the address asks for, without counting them again."""
    pages = Paginator(rows, size)
    pages.__dict__["count"] = count
    return pages.get_page(request.GET.get("page"))
