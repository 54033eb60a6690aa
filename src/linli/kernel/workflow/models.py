# SPDX-License-Identifier: MulanPSL-2.0
"""Matters, their clocks, orders, history and what is still to happen."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from linli.base.definitions import DefinitionRow
from linli.base.scope import PathField
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.queries import DeskQuerySet, MatterQuerySet, OrderQuerySet, TodoQuerySet
from linli.kernel.workflow.terms import ClockKind, End, Match, OrderState, Sort, TimerKind


class Definition(DefinitionRow):
    """Workflows, calendars, days, duties and services as the packs write them."""

    class Meta(DefinitionRow.Meta):
        pass


class Matter(models.Model):
    """One thing being handled (事项): where it stands, who has it in hand, and by when.

    `visit` counts entries into steps, `revision` counts changes; effects and gates take their
    keys from them. `lead_unit` is the unit that has accepted it; before, the sender answers for it.
    `holder` is the account that has it in hand, `first_asked` the one that took it in (首问负责).
    `values` holds what the forms gave, personal fields sealed; `title` says in a few words what
    it is about. `next_due_at` is the nearest due time of a running clock.
    """

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    workflow = models.CharField(max_length=64)
    number = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="matters")
    class_key = models.CharField(max_length=64, blank=True)
    service_key = models.CharField(max_length=64, blank=True)
    step = models.CharField(max_length=64)
    step_since = models.DateTimeField()
    visit = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    lead_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="matters_led"
    )
    sender_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="matters_sent"
    )
    holder_account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_asked_account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applicant_account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="matters_filed",
    )
    subject_kind = models.CharField(max_length=32, blank=True)
    subject_key = models.CharField(max_length=64, blank=True)
    urgency = models.CharField(max_length=16, default="normal")
    values = models.JSONField(default=dict, blank=True)
    gate_key = models.CharField(max_length=64, blank=True)
    referred_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    referral_key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    opened_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)
    end = models.CharField(max_length=16, choices=End.choices, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place", "ended_at"], name="matter_place_ended"),
            models.Index(fields=["ended_at", "next_due_at"], name="matter_open_due"),
            models.Index(fields=["workflow", "step"], name="matter_workflow_step"),
            models.Index(fields=["subject_kind", "subject_key"], name="matter_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(end="", ended_at__isnull=True)
                | (~models.Q(end="") & models.Q(ended_at__isnull=False)),
                name="matter_ends_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Clock(models.Model):
    """A running time limit with the derivation of its due time.

    A clock of the matter has one row for ever (`visit` 0) and never restarts; a step's limit and an
    order's two answers have one row a visit, named "step:<key>", "sign" and "answer". While
    `paused_at` is set the clock stands still with `remaining_seconds` left. `late_level` counts
    the late effects that have fired.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=8, choices=ClockKind.choices, default=ClockKind.MATTER)
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


class HandOver(models.Model):
    """An order (单): one unit's assignment of a matter, from offered to accepted, refused or ruled.

    Until it is accepted the sender answers for the matter. `sign_due_at` and `answer_due_at` are
    two clocks. What was `ruled` by an arbiter cannot be refused.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="orders")
    step = models.CharField(max_length=64)
    visit = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="orders")
    sender_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="orders_sent"
    )
    duty_key = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=16, choices=OrderState.choices, default=OrderState.OFFERED, db_index=True
    )
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sign_due_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal_reason = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    evidence = models.JSONField(default=list, blank=True)
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruling_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ruling_note = models.TextField(blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "state"], name="order_unit_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter"],
                condition=models.Q(
                    state__in=[OrderState.OFFERED, OrderState.SIGNED, OrderState.CONTESTED]
                ),
                name="order_one_open_a_matter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} → {self.unit_id}"


class Desk(models.Model):
    """Who has a matter in hand at its present step, so that "mine to do" is one query.

    Written anew at every entry into a step. With `match` unit and an empty role every member
    counts.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="desks")
    match = models.CharField(max_length=8, choices=Match.choices)
    role = models.CharField(max_length=64, blank=True)
    place_path = PathField(blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    objects = DeskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["role", "place_path"], name="desk_role_path")]

    def __str__(self) -> str:
        return f"{self.matter_id}: {self.match} {self.role}"


class Move(models.Model):
    """One line of a matter's history; never changed.

    `move` is the key of the move or of the result; names are resolved when it is read. `shown`
    lines may be seen by the applicant. `due_before` and `due_after` hold the due times that the
    line changed.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="moves")
    sort = models.CharField(max_length=12, choices=Sort.choices, default=Sort.MOVED)
    revision = models.PositiveIntegerField()
    from_step = models.CharField(max_length=64, blank=True)
    move = models.CharField(max_length=64, blank=True)
    to_step = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    values = models.JSONField(default=dict, blank=True)
    shown = models.BooleanField(default=True)
    due_before = models.JSONField(default=dict, blank=True)
    due_after = models.JSONField(default=dict, blank=True)
    definition_version = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["matter", "at"], name="move_matter_at")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.sort} {self.move}"


class Todo(models.Model):
    """A thing to do on somebody's desk, put there by an effect; `key` keeps it single.

    An effect that names several desks writes one row each, of one `group`: whoever is first does
    it for all.
    """

    key = models.CharField(max_length=100, unique=True)
    group = models.CharField(max_length=90, db_index=True)
    text_key = models.CharField(max_length=64)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="todos")
    match = models.CharField(max_length=8, choices=Match.choices)
    role = models.CharField(max_length=64, blank=True)
    place_path = PathField(blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TodoQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["done_at", "due_at"], name="todo_open_due")]

    def __str__(self) -> str:
        return self.key


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


class Series(models.Model):
    """How many numbers of a prefix were given out on a day."""

    prefix = models.CharField(max_length=6)
    on = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prefix", "on"], name="series_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.on}"
