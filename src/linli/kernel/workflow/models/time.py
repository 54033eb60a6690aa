# SPDX-License-Identifier: MulanPSL-2.0
"""Clocks, what happens by itself, more time that somebody asks for, and orders to hasten."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models

from linli.kernel.workflow.models.matters import Matter
from linli.kernel.workflow.terms import ClockKind, TimerKind


class Clock(models.Model):
    """A running time limit with the derivation of its due time.

    A clock of the matter has one row for ever (`visit` 0) and never restarts; a step's limit and an
    order's two answers have one row a visit, named "step:<key>", "sign" and "answer"; each
    supervision has one, named "supervise", whose `visit` counts them. While
    `paused_at` is set the clock stands still with `remaining_seconds` left. `late_level` counts
    the late effects that have fired.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=12, choices=ClockKind.choices, default=ClockKind.MATTER)
    name = models.CharField(max_length=72)
    visit = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    remaining_seconds = models.PositiveIntegerField(null=True, blank=True)
    calendar = models.CharField(max_length=64)
    derivation = models.JSONField()
    late_level = models.PositiveSmallIntegerField(default=0)
    shown = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "name", "visit"], name="clock_once_a_visit"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "stopped_at", "due_at"], name="clock_name_due"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.name}"

    @property
    def is_running(self) -> bool:
        """Whether time passes on it."""
        return self.stopped_at is None and self.paused_at is None

    def has_run_out(self, now: dt.datetime) -> bool:
        """Whether its due time has passed; while it stands still nothing passes."""
        return self.due_at <= (self.paused_at or now)


class Timer(models.Model):
    """Something that happens by itself at a moment; looked at again when it is due.

    `is_fired` tells whether it did anything; one that was void when due (its clock stood still)
    has only `done_at`, and is armed again if the matter comes back.
    """

    key = models.CharField(max_length=100, unique=True)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="timers")
    clock = models.ForeignKey(
        Clock, null=True, blank=True, on_delete=models.CASCADE, related_name="timers"
    )
    kind = models.CharField(max_length=12, choices=TimerKind.choices)
    at = models.DateTimeField()
    payload = models.JSONField(default=dict, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    is_fired = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["at"], condition=models.Q(done_at__isnull=True), name="timer_open_at"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Extension(models.Model):
    """More time for a clock: asked for by whoever works on it, granted or not by somebody else."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="extensions")
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    span = models.CharField(max_length=40)
    why = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_granted = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=models.Q(answered_at__isnull=True),
                name="extension_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} + {self.span}"


class Supervision(models.Model):
    """An order from above to hasten a matter (督办): what is wanted by when, and the answer.

    It ends when it is answered, or with the matter; then nobody has answered.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="supervisions")
    clock = models.OneToOneField(Clock, on_delete=models.CASCADE, related_name="supervision")
    what = models.TextField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter"],
                condition=models.Q(answered_at__isnull=True),
                name="supervision_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} !"
