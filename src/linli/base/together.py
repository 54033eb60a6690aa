# SPDX-License-Identifier: MulanPSL-2.0
"""Several small questions in one statement to the database."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

_ROWS_AS_TEXT = {
    "postgresql": "CAST(json_agg(json_build_array({columns})) AS text)",
    "sqlite": "json_group_array(json_array({columns}))",
}


def counted(*sets: QuerySet[Any]) -> list[int]:
    """How many rows each set has, in their order; one query however many they are."""
    return _asked([_count_of(each) for each in sets])


def listed(*sets: QuerySet[Any, tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The rows of each `values_list` of texts and whole numbers, in their order; one query however
    many they are. Sets that are not the database's own answer for themselves.
    """
    try:
        parts = [_rows_of(each) for each in sets]
    except NotImplementedError:
        return [list(each) for each in sets]
    return [[tuple(row) for row in json.loads(told or "[]")] for told in _asked(parts)]


def _asked(parts: list[tuple[str, Iterable[Any]]]) -> list[Any]:
    if not parts:
        return []
    given = [value for _sql, params in parts for value in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _params in parts)}", given)
        return list(cursor.fetchone())


def _count_of(rows: QuerySet[Any]) -> tuple[str, Iterable[Any]]:
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", params  # noqa: S608 - Django's own SQL


def _rows_of(rows: QuerySet[Any, Any]) -> tuple[str, Iterable[Any]]:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return "'[]'", ()
    width = len(rows.query.values_select) + len(rows.query.annotation_select)
    columns = ", ".join(f"c{number}" for number in range(width))
    told = _ROWS_AS_TEXT[connection.vendor].format(columns=columns)
    asked = f"(WITH asked({columns}) AS ({sql}) SELECT {told} FROM asked)"  # noqa: S608 - as above
    return asked, params
