# SPDX-License-Identifier: MulanPSL-2.0
"""How the machinery is going: its own tables, which lie at no place and hold ids and codes only.

Times here are wall time: the demo clock moves the city, never the machinery.
"""

import datetime as dt
import shutil
import sqlite3
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.compat import TaskResultStatus

from linli.base.wire import Trouble
from linli.kernel.health.selectors import certificate_left_seconds
from linli.kernel.jobs import selectors as jobs
from linli.kernel.jobs.models import Schedule
from linli.kernel.jobs.worker import STALE
from linli.kernel.notify.models import Letter
from linli.kernel.notify.terms import OVER, STOPPED

NEVER = dt.timedelta(days=3650)
"""The queue keeps the end of time for jobs that may run at once."""

DAY = 86_400

SLACK = dt.timedelta(minutes=1)
"""A scheduled job that is due for longer than this is late."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Whether a worker is alive, and how long ago one was last seen; None if never."""

    is_alive: bool
    ago: dt.timedelta | None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job that runs again and again: how long ago, how often, and how it went."""

    name: str
    every: dt.timedelta
    ago: dt.timedelta | None
    is_running: bool
    is_late: bool
    failures: int
    error: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue: since when it waits, when it may run, how often it was tried."""

    name: str
    ago: dt.timedelta
    later: dt.timedelta | None
    attempt: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class Disk:
    """What is free, of how much, in words."""

    free: str
    total: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """For how many days it is still good, and until when."""

    days: int
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class LetterSaid:
    """A letter in words, without what it says and to whom."""

    pk: int
    kind: str
    channel: str
    made_at: dt.datetime
    tries: int
    trouble: str


TROUBLES = {
    **dict(Trouble.choices),
    STOPPED: _("Its worker was stopped while it handed over"),
    OVER: _("Nobody needed it any more"),
}
"""Why a letter did not leave for certain; what a server answered stands there as it is."""


def letter_said(letter: Letter) -> LetterSaid:
    """A letter in words."""
    return LetterSaid(
        pk=letter.pk,
        kind=letter.get_kind_display(),
        channel=letter.get_channel_display(),
        made_at=letter.made_at,
        tries=letter.tries,
        trouble=str(TROUBLES.get(letter.trouble, letter.trouble)),
    )


def heartbeat() -> Heartbeat:
    """How the workers are."""
    seen = jobs.worker_seen_at()
    ago = timezone.now() - seen if seen else None
    return Heartbeat(ago is not None and ago <= STALE, ago)


def schedules() -> list[Scheduled]:
    """Every job that runs again and again, those in trouble first."""
    now = timezone.now()
    found = [_scheduled(row, now) for row in jobs.schedules()]
    return sorted(found, key=lambda one: (not one.failures, not one.is_late))


def _scheduled(row: Schedule, now: dt.datetime) -> Scheduled:
    return Scheduled(
        name=row.name,
        every=dt.timedelta(seconds=row.every_seconds),
        ago=now - row.last_run_at if row.last_run_at else None,
        is_running=bool(row.claimed_by),
        is_late=not row.claimed_by and now - row.next_run_at > SLACK,
        failures=row.failures,
        error=row.last_error,
    )


def waiting(row: Any) -> Waiting:
    """A queued job in words: its arguments are its name, ids and attempt."""
    now = timezone.now()
    given = [*row.args_kwargs.get("args", ()), "", {}, 1][:3]
    later = row.run_after - now
    return Waiting(
        name=str(given[0]) or row.task_path,
        ago=now - row.enqueued_at,
        later=later if dt.timedelta() < later < NEVER else None,
        attempt=int(given[2]) if str(given[2]).isdecimal() else 1,
        is_running=row.status == TaskResultStatus.RUNNING,
    )


def database_said() -> str:
    """Which database this is, with its version."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    connection.ensure_connection()
    version = getattr(connection, "pg_version", 0)
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def disk() -> Disk:
    """How full the disk of the data folder is."""
    usage = shutil.disk_usage(settings.LINLI_DATA)
    return Disk(filesizeformat(usage.free), filesizeformat(usage.total))


def certificate() -> Certificate | None:
    """The certificate that is watched, if one is and it can be read."""
    left = certificate_left_seconds()
    if left is None:
        return None
    return Certificate(max(int(left // DAY), 0), timezone.now() + dt.timedelta(seconds=left))
