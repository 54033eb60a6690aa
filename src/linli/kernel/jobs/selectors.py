# SPDX-License-Identifier: MulanPSL-2.0
"""Reading how the background work is going."""

import datetime as dt
from typing import Any

from django.db.models import Max, QuerySet
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.kernel.jobs.models import Schedule, Worker


def worker_seen_at() -> dt.datetime | None:
    """When a worker was last seen at work (wall time), None if never; /healthz shows it."""
    seen: dt.datetime | None = Worker.objects.aggregate(seen=Max("seen_at"))["seen"]
    return seen


def schedules() -> list[Schedule]:
    """Every job that runs again and again, by name."""
    return list(Schedule.objects.order_by("name"))


def jobs_waiting() -> QuerySet[Any]:
    """Jobs that were asked for and have not been done, oldest first."""
    open_ones = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(status__in=open_ones).order_by("enqueued_at")
