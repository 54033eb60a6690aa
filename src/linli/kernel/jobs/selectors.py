# SPDX-License-Identifier: MulanPSL-2.0
"""Reading how the background work is going."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Max, Min, Q, QuerySet, When
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from linli.kernel.jobs.models import Schedule, Worker
from linli.kernel.jobs.registry import jobs_known, jobs_scheduled

ERROR = re.compile(r"JobFailed: \S+ failed: (.+)\s*$")
"""The last line that is kept of a failure: kind and place of the error, as `where` says them."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that was given up: what kind, when, how often it was tried, and what broke where."""

    key: str
    name: str
    attempts: int
    at: dt.datetime
    error: str


def worker_seen_at() -> dt.datetime | None:
    """When a worker was last seen at work (wall time), None if never."""
    seen: dt.datetime | None = Worker.objects.aggregate(seen=Max("seen_at"))["seen"]
    return seen


def schedules() -> list[Schedule]:
    """Every job that runs again and again, by name; none that only an older version did."""
    known = [job.name for job in jobs_scheduled()]
    return list(Schedule.objects.filter(name__in=known).order_by("name"))


def jobs_waiting() -> QuerySet[Any]:
    """Jobs that were asked for and have not been done, oldest first."""
    open_ones = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(status__in=open_ones).order_by("enqueued_at")


def jobs_failed() -> QuerySet[Any]:
    """Jobs that nobody will try again by themselves, the newest first."""
    names = defaultdict(list)
    for job in jobs_known():
        names[job.attempts].append(job.name)
    is_last = Q(pk__in=())
    for attempts, those in names.items():
        is_last |= Q(args_kwargs__args__0__in=those, args_kwargs__args__2__gte=attempts)
    return DBTaskResult.objects.failed().filter(is_last).order_by("-finished_at", "pk")


def done_aged(until: dt.datetime) -> QuerySet[Any]:
    """Jobs that were done before a moment."""
    rows: QuerySet[Any] = DBTaskResult.objects.successful().filter(finished_at__lt=until)
    return rows


def failed_aged(until: dt.datetime) -> QuerySet[Any]:
    """Attempts that failed before a moment."""
    rows: QuerySet[Any] = DBTaskResult.objects.failed().filter(finished_at__lt=until)
    return rows


def failed_said(row: Any) -> Failed:
    """A failed job without what it held; of an error that is not ours only the kind."""
    name, _ids, attempt = row.args_kwargs["args"]
    found = ERROR.search(row.traceback)
    error = found[1] if found else row.exception_class_path.rpartition(".")[2]
    return Failed(str(row.pk), name, attempt, row.finished_at, error)


def waiting_count() -> int:
    """How many jobs wait or run."""
    return jobs_waiting().count()


def failed_count() -> int:
    """How many jobs were given up."""
    return jobs_failed().count()


def oldest_seconds() -> float:
    """For how long the oldest job could have run and has not."""
    is_at_once = When(run_after=get_date_max(), then=F("enqueued_at"))
    since = Case(is_at_once, default=F("run_after"))
    oldest = DBTaskResult.objects.ready().annotate(since=since).aggregate(oldest=Min("since"))
    return _seconds_since(oldest["oldest"]) or 0.0


def worker_seen_seconds() -> float | None:
    """How long ago a worker was last seen at work."""
    return _seconds_since(worker_seen_at())


def newest_at() -> dt.datetime | None:
    """The latest moment that the machinery has written down (wall time)."""
    last_run = Schedule.objects.aggregate(last=Max("last_run_at"))["last"]
    return max(filter(None, (worker_seen_at(), last_run)), default=None)


def _seconds_since(moment: dt.datetime | None) -> float | None:
    return None if moment is None else (timezone.now() - moment).total_seconds()
