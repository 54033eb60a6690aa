# SPDX-License-Identifier: MulanPSL-2.0
"""Registering jobs and asking for them to be done."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from linli.kernel.jobs import rules
from linli.kernel.jobs.queue import job_run
from linli.kernel.jobs.registry import job_add, job_find
from linli.kernel.jobs.selectors import Failed, failed_said, jobs_failed

_Function = TypeVar("_Function", bound=Callable[..., None])


def job(
    *, name: str, every: str | None = None, attempts: int = 5
) -> Callable[[_Function], _Function]:
    """Register a function as a job: `@job(name="files.orphans_remove", every="1 day")`.

    With `every` ("20 seconds", "1 minute", "2 hours") it runs by itself, by one worker at a time.
    Raises ValueError for a name taken by another function or a span that cannot be read.
    """

    def register(function: _Function) -> _Function:
        job_add(name, function, every, attempts)
        return function

    return register


def enqueue(name: str, *, delay: dt.timedelta | None = None, **ids: rules.Code) -> None:
    """Ask for a job to be done after this transaction, `delay` later; arguments are ids and codes
    only.

    Raises LookupError for an unknown job, TypeError or ValueError for an argument that is no id or
    code.
    """
    if job_find(name) is None:
        raise LookupError(name)
    rules.ensure_codes(ids)
    # Wall time: the demo clock moves the city, never the machinery.
    task = job_run if delay is None else job_run.using(run_after=timezone.now() + delay)
    task.enqueue(name, dict(ids), 1)


@transaction.atomic
def failed_requeue(key: str) -> Failed | None:
    """Ask anew for a job that was given up, from its first attempt on; None if it is no more.

    Who asks is for the caller to check and to record. Of two at once only one finds it.
    """
    row = jobs_failed().filter(pk=key).first()
    if row is None or not jobs_failed().filter(pk=key).delete()[0]:
        return None
    name, ids, _attempt = row.args_kwargs["args"]
    enqueue(name, **ids)
    return failed_said(row)
