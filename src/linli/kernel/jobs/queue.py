# SPDX-License-Identifier: MulanPSL-2.0
"""The one door to django-tasks; Django 6 brings the same thing itself."""

try:
    from django.tasks import task  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from django_tasks import task  # type: ignore[no-redef, unused-ignore]

from typing import Any

from django.utils import timezone

from linli.base.definitions import definitions_shared
from linli.kernel.jobs import rules
from linli.kernel.jobs.registry import job_find


class JobFailed(Exception):
    """A job did not get through: says where and never with what, so that no log holds a value."""


def where(error: BaseException) -> str:
    """The kind of an error and the line it came from, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (
        "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    )
    return f"{type(error).__name__}{place}"[:200]


@task()
def job_run(name: str, ids: dict[str, Any], attempt: int) -> None:
    """Run a registered job; after a failure leave word for another attempt, later each time."""
    job = job_find(name)
    try:
        if job is None:
            raise LookupError
        with definitions_shared():
            job.function(**ids)
    except Exception as error:
        if job is None or attempt < job.attempts:
            again = job_run.using(run_after=timezone.now() + rules.wait_after(attempt))
            again.enqueue(name, ids, attempt + 1)
        message = f"{name} failed: {where(error)}"
        raise JobFailed(message) from None
