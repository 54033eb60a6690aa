# SPDX-License-Identifier: MulanPSL-2.0
"""The one door to django-tasks; Django 6 brings the same thing itself."""

try:
    from django.tasks import task  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from django_tasks import task  # type: ignore[no-redef, unused-ignore]

import logging
from typing import Any

from django.utils import timezone

from linli.base.definitions import definitions_shared
from linli.base.trail import where
from linli.kernel.jobs import rules
from linli.kernel.jobs.registry import job_find

log = logging.getLogger("linli.jobs")


class JobFailed(Exception):
    """A job did not get through: says where and never with what, so that no log holds a value."""


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
        log.error(message)
        raise JobFailed(message) from None
