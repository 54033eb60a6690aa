# SPDX-License-Identifier: MulanPSL-2.0
"""Whether pages can be served: asked by the demo, by load balancers and by tests."""

from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from linli.kernel.jobs import selectors as jobs

_done: set[str] = set()
"""Databases seen with every migration applied: that stays so while this process lives."""


def health() -> dict[str, Any]:
    """The state of database and worker; `ok` is true when pages can be served."""
    try:
        waiting = _migrations_waiting()
        seen = None if waiting else jobs.worker_seen_at()
    except DatabaseError:
        return {"ok": False, "database": "unreachable"}
    return {
        "ok": waiting == 0,
        "database": connection.vendor,
        "migrations_waiting": waiting,
        "worker_seen_at": seen and seen.isoformat(),
    }


def _migrations_waiting() -> int:
    if connection.alias in _done:
        return 0
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not waiting:
        _done.add(connection.alias)
    return waiting


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served and 503 when not."""
    state = health()
    return JsonResponse(state, status=200 if state["ok"] else 503)
