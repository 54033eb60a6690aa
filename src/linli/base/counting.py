# SPDX-License-Identifier: MulanPSL-2.0
"""Several counts in one question to the database."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counted(*sets: QuerySet[Any]) -> list[int]:
    """How many rows each set has, in their order; one query however many they are."""
    parts: list[str] = []
    given: list[Any] = []
    for each in sets:
        sql, params = _count_of(each)
        parts.append(sql)
        given.extend(params)
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", given)
        return list(cursor.fetchone())


def _count_of(rows: QuerySet[Any]) -> tuple[str, Iterable[Any]]:
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", params  # noqa: S608 - Django's own SQL
