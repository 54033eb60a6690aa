# SPDX-License-Identifier: MulanPSL-2.0
"""The outbox: what happened, and which listener has been told."""

from typing import ClassVar

from django.db import models

from linli.base.scope import PathField, ScopedQuerySet


class EventQuerySet(ScopedQuerySet["Event"]):
    """Events by where they happened."""

    scope_path: ClassVar[str] = "place_path"


class DeliveryQuerySet(ScopedQuerySet["Delivery"]):
    """Deliveries by where their event happened."""

    scope_path: ClassVar[str] = "event__place_path"


class Event(models.Model):
    """Something that happened, written in the transaction that did it; its payload holds ids and
    codes only.

    It is only ever read from a number on: an index by place would cost every write and be chosen
    wrongly.
    """

    seq = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    place_path = PathField(blank=True, default="", db_index=False)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.seq} {self.name}"


class Delivery(models.Model):
    """One event for one listener, tried again until done (`next_try_at` is wall time)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=160)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="events_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(done_at__isnull=True),
                name="events_delivery_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.handler}"
