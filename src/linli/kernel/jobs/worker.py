# SPDX-License-Identifier: MulanPSL-2.0
"""The worker: scheduled jobs and queued jobs, several threads and several processes side by side.

Claims are conditional updates, so no two workers run one tick or one task. What a killed worker
held is taken up again once its heartbeat is stale. Times here are the database's: the demo clock
moves the city, never the machinery, and a machine whose clock is off does no harm.
"""

import datetime as dt
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.models import Q
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from linli.base.definitions import definitions_shared
from linli.base.trail import where, working
from linli.kernel.jobs import moments, rules
from linli.kernel.jobs.models import Schedule, Worker
from linli.kernel.jobs.registry import Job, job_find, jobs_scheduled

log = logging.getLogger("linli.jobs")

BEAT = 2.0
"""Seconds between two heartbeats."""
IDLE = 0.5
"""Seconds a thread rests when there is nothing to do."""
STALE = dt.timedelta(seconds=20)
"""A worker not seen for so long is dead."""
GRACE = 2.0
"""Seconds that running work gets to finish when the worker is told to stop."""
BACKEND = "default"
CANDIDATES = 5
"""How many waiting tasks a thread looks at before it rests; others may be quicker at the first."""


def worker_run(stop: threading.Event, *, threads: int = 3) -> None:
    """Do background work until `stop` is set; returns within `GRACE` and a little.

    Work that does not finish in time is taken up again by the next worker.
    """
    me = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
    beat(me)
    pool = [
        threading.Thread(target=_serve, args=(me, stop), name=f"linli-job-{number}", daemon=True)
        for number in range(threads)
    ]
    for thread in pool:
        thread.start()
    log.info("worker %s at work with %d threads", me, threads)
    while not stop.wait(BEAT):
        _guarded(beat, me)
    until = time.monotonic() + GRACE
    for thread in pool:
        thread.join(max(until - time.monotonic(), 0.0))
    _guarded(_leave, me)
    log.info("worker %s stopped", me)


def _serve(me: str, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            if not _guarded(run_next, me):
                stop.wait(IDLE)
    finally:
        connection.close()


def _guarded(step: Callable[[str], bool], me: str) -> bool:
    """One step; a database that is away for a moment does not end the worker."""
    try:
        return bool(step(me))
    except DatabaseError as error:
        connection.close()
        log.error("worker %s: %s", me, where(error))
        return False


def run_next(me: str) -> bool:
    """Run one due scheduled job, else one queued job; False when there was nothing to do."""
    return schedule_run_next(me) or task_run_next(me)


def run_all(me: str = "here", *, at_most: int = 1000) -> int:
    """Run everything queued, here and now (no schedule); returns how many.

    For commands and tests.
    """
    return next((count for count in range(at_most) if not task_run_next(me)), at_most)


def schedules_sync() -> None:
    """Give each scheduled job its row; a changed interval counts from now, and so does one that
    was put off by a clock that was ahead.
    """
    now = moments.now()
    known = {row.name: row for row in Schedule.objects.all()}
    for job in jobs_scheduled():
        row = known.get(job.name)
        every = job.every or 1
        if row is None:
            fresh = {"every_seconds": every, "next_run_at": rules.first_run(every, now)}
            Schedule.objects.get_or_create(name=job.name, defaults=fresh)
        elif row.every_seconds != every or rules.is_put_off(every, row.next_run_at, now):
            Schedule.objects.filter(pk=row.pk).update(
                every_seconds=every, next_run_at=rules.first_run(every, now)
            )


def schedule_run_next(me: str) -> bool:
    """Claim one due scheduled job and run it; False when none is due."""
    names = [job.name for job in jobs_scheduled()]
    now = moments.now()
    due = Schedule.objects.filter(name__in=names, claimed_by="", next_run_at__lte=now)
    for row in due.order_by("next_run_at")[: len(names)]:
        mine = Schedule.objects.filter(pk=row.pk, claimed_by="", next_run_at=row.next_run_at)
        if mine.update(claimed_by=me):
            job = job_find(row.name)
            if job is not None:
                with working(job=row.name):
                    _schedule_run(row, job, me)
            return True
    return False


def _schedule_run(row: Schedule, job: Job, me: str) -> None:
    error, failures = "", 0
    try:
        with definitions_shared():
            job.function()
    except Exception as caught:
        error, failures = where(caught), row.failures + 1
        log.error("%s failed: %s", row.name, error)
    now = moments.now()
    Schedule.objects.filter(pk=row.pk, claimed_by=me).update(
        claimed_by="",
        last_run_at=now,
        next_run_at=rules.next_run(row.every_seconds, failures, now),
        last_error=error,
        failures=failures,
    )


def task_run_next(me: str) -> bool:
    """Claim one queued job and run it; False when the queue is empty."""
    # Read first, then claim by a conditional update: an idle worker never holds up a writer on
    # SQLite.
    for row in DBTaskResult.objects.ready().filter(backend_name=BACKEND)[:CANDIDATES]:
        mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.READY)
        claim = {"started_at": moments.now(), "worker_ids": [*row.worker_ids, me]}
        if mine.update(status=TaskResultStatus.RUNNING, **claim):
            row.refresh_from_db()
            with working(job=str(row.pk)):
                _runner(me).run_task(row)
            return True
    return False


def _runner(me: str) -> TaskWorker:
    """The library's own way of running one task and noting how it went."""
    return TaskWorker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name=BACKEND,
        startup_delay=False,
        max_tasks=None,
        worker_id=me,
        excluded_queue_names=[],
    )


def beat(me: str) -> bool:
    """Say that this worker is alive, and take up what dead ones left or a wrong clock put off."""
    now = moments.now()
    if not Worker.objects.filter(pk=me).update(seen_at=now):
        Worker.objects.create(id=me, started_at=now, seen_at=now)
    recover(now)
    schedules_sync()
    return True


def recover(now: dt.datetime) -> int:
    """Free what workers held that are not alive any more; returns how many ticks and tasks."""
    Worker.objects.filter(seen_at__gt=now + rules.SLACK).update(seen_at=now)  # the clock was ahead
    Worker.objects.filter(seen_at__lt=now - STALE).delete()
    alive = set(Worker.objects.values_list("pk", flat=True))
    freed = Schedule.objects.exclude(Q(claimed_by="") | Q(claimed_by__in=alive)).update(
        claimed_by="", next_run_at=now
    )
    for task in DBTaskResult.objects.running():
        if not task.worker_ids or task.worker_ids[-1] not in alive:
            same = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
            freed += same.update(status=TaskResultStatus.READY)
    return freed


def _leave(me: str) -> bool:
    Worker.objects.filter(pk=me).delete()
    recover(moments.now())
    return True
