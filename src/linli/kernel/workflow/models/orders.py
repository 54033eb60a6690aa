# SPDX-License-Identifier: MulanPSL-2.0
"""Orders: who is asked to take a matter on, and who helps."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from linli.kernel.units.models import Unit
from linli.kernel.workflow.models.matters import Matter
from linli.kernel.workflow.queries import OrderQuerySet
from linli.kernel.workflow.terms import OrderState


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


class CoHandler(models.Model):
    """A unit that helps the lead with a matter (协办): what it is asked for, and what came of it.

    The lead goes on answering for the whole.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="co_handlers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    task = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    said = models.TextField(blank=True)
    is_released = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter", "unit"],
                condition=models.Q(done_at__isnull=True),
                name="co_handler_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} + {self.unit_id}"


class Batch(models.Model):
    """One button pressed on many matters at once, carried out unless it is undone before `runs_at`.

    `asked` lists matter ids with the steps and revisions that the page showed; `results` says what
    came of each.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    move = models.CharField(max_length=64)
    asked = models.JSONField()
    asked_at = models.DateTimeField()
    runs_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.move} × {len(self.asked)}"
