# SPDX-License-Identifier: MulanPSL-2.0
"""Matters, who has them in hand, what has happened to them and what is to be done."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from linli.base.definitions import DefinitionRow
from linli.base.scope import PathField
from linli.kernel.forms.fields import SealedValuesField
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.queries import DeskQuerySet, MatterQuerySet, TodoQuerySet
from linli.kernel.workflow.terms import VALUES, End, Match, Sort

BY_PREFIX = "varchar_pattern_ops"
"""How PostgreSQL keeps a path to look for what lies below one; SQLite takes no notice of it."""


class Definition(DefinitionRow):
    """Workflows, calendars, days, duties and services as the packs write them."""

    class Meta(DefinitionRow.Meta):
        pass


class Matter(models.Model):
    """One thing being handled (事项): where it stands, who has it in hand, and by when.

    `visit` counts entries into steps, `revision` counts changes; effects and gates take their
    keys from them. `lead_unit` is the unit that has accepted it; before, the sender answers for it.
    `place_path` copies the place's, so that lists begin with an index (docs/decisions/0021).
    `holder` is the account that has it in hand, `first_asked` the one that took it in (首问负责).
    `values` holds what the forms gave, personal fields sealed; `title` says in a few words what
    it is about. `next_due_at` is the nearest due time of a running clock. A child was opened at the
    gate `parent_gate` of its `parent`, perhaps for the unit that is called; it has a life of its
    own and its parent waits for it.
    """

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    workflow = models.CharField(max_length=64)
    number = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="matters", db_index=False
    )
    place_path = PathField(db_index=False)
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
    values = SealedValuesField(context=VALUES, default=dict, blank=True)
    gate_key = models.CharField(max_length=64, blank=True)
    referred_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    referral_key = models.CharField(max_length=100, null=True, blank=True, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    parent_gate = models.CharField(max_length=64, blank=True)
    called_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="matters_called"
    )
    opened_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=16, choices=End.choices, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place", "ended_at"], name="matter_place_ended"),
            models.Index(fields=["place_path"], name="matter_path", opclasses=[BY_PREFIX]),
            models.Index(
                fields=["place_path"],
                name="matter_path_running",
                opclasses=[BY_PREFIX],
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["lead_unit"],
                name="matter_lead_running",
                condition=models.Q(ended_at__isnull=True),
            ),
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
    values = SealedValuesField(context=VALUES, default=dict, blank=True)
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
