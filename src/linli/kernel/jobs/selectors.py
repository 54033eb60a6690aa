# SPDX-License-Identifier: MulanPSL-2.0
"""Reading how the background work is going."""

import datetime as dt

from django.db.models import Max

from linli.kernel.jobs.models import Schedule, Worker


def worker_seen_at() -> dt.datetime | None:
    """When a worker was last seen at work (wall time), None if never; /healthz shows it."""
    seen: dt.datetime | None = Worker.objects.aggregate(seen=Max("seen_at"))["seen"]
    return seen


def schedules_failing() -> list[Schedule]:
    """Scheduled jobs whose last run failed."""
    return list(Schedule.objects.filter(failures__gt=0).order_by("name"))
