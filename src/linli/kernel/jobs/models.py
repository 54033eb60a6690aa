# SPDX-License-Identifier: MulanPSL-2.0
"""The schedule of what runs again and again, and who is at work."""

from django.db import models


class Schedule(models.Model):
    """A job that runs every so many seconds; one worker at a time holds its next run.

    `claimed_by` is the worker that runs it now (empty: nobody); `failures` counts failed runs in a
    row. Times are wall time: the demo clock moves the city, never the machinery.
    """

    name = models.CharField(max_length=100, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_run_at = models.DateTimeField(db_index=True)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    last_run_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker process that is at work, or was when it was last seen (wall time)."""

    id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id
