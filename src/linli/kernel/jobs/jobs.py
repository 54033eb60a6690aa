# SPDX-License-Identifier: MulanPSL-2.0
"""Housekeeping of the queue itself."""

import datetime as dt

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from linli.kernel.jobs.services import job

KEEP_DONE = dt.timedelta(days=1)
KEEP_FAILED = dt.timedelta(days=30)


@job(name="jobs.done_remove", every="1 hour")
def done_remove() -> None:
    """Forget what was done a day ago and what failed a month ago."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()
