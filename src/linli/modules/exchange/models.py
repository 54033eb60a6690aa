# SPDX-License-Identifier: MulanPSL-2.0
"""Who is told of what, each message on its way, and which data sets are open where."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from linli.base.crypto import Purpose
from linli.base.fields import EncryptedTextField
from linli.base.scope import ScopedQuerySet
from linli.base.wire import Trouble
from linli.kernel.places.models import Place
from linli.modules.exchange.terms import SECRET_CONTEXT, Standing


class WebhookQuerySet(ScopedQuerySet["Webhook"]):
    """Webhooks lie at the place whose events they tell of."""

    scope_path: ClassVar[str] = "place__path"


class Webhook(models.Model):
    """An address outside that is told of some events at a place and below it.

    `secret` is encrypted with the ring's webhook key; `old_secret` signs beside it until
    `old_until`, while the receiver changes over. `seen_seq` and `floor_seq` say how far the outbox
    was read: the first quickly each second, the second again and again, for transactions that
    ended late. Times here are wall time but `set_at` and `ended_at`: the demo clock moves the city,
    never the machinery. `busy_until` is held by the worker that sends now, and nobody calls before
    `rest_until` after the address could not be reached. `failures` counts those in a row, since
    `failing_since`.
    """

    label = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    secret = EncryptedTextField(context=SECRET_CONTEXT, purpose=Purpose.WEBHOOK)
    old_secret = EncryptedTextField(
        context=SECRET_CONTEXT, purpose=Purpose.WEBHOOK, blank=True, default=""
    )
    old_until = models.DateTimeField(null=True, blank=True)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    seen_seq = models.BigIntegerField(default=0)
    floor_seq = models.BigIntegerField(default=0)
    mark_seq = models.BigIntegerField(default=0)
    mark_at = models.DateTimeField()
    busy_until = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["label", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def is_active(self) -> bool:
        """Whether it is told of what happens."""
        return self.ended_at is None and self.paused_at is None


class MessageQuerySet(ScopedQuerySet["Message"]):
    """Messages lie where their webhook does."""

    scope_path: ClassVar[str] = "webhook__place__path"


class Message(models.Model):
    """One event for one webhook (a delivery): the body as it is sent, tried again until it is taken
    or given up.

    `key` is the `webhook-id` that receivers know it by, the same in every attempt.
    """

    key = models.CharField(max_length=40, unique=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    seq = models.BigIntegerField()
    event = models.CharField(max_length=100)
    body = models.TextField()
    standing = models.CharField(
        max_length=12, choices=Standing.choices, default=Standing.WAITING, db_index=True
    )
    failures = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "seq"], name="exchange_message_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["webhook", "next_try_at"],
                condition=Q(standing=Standing.WAITING),
                name="exchange_message_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """One call: when, what came back, how long it took; `answer` holds at most 500 characters and
    nothing that we sent.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status or self.trouble}"


class OpeningQuerySet(ScopedQuerySet["Opening"]):
    """Openings lie at the place whose rows they open."""

    scope_path: ClassVar[str] = "place__path"


class Opening(models.Model):
    """A data set that anybody may read for a place and below it, from–to."""

    data_set = models.CharField(max_length=64)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["data_set", "place"],
                condition=Q(closed_at__isnull=True),
                name="exchange_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.data_set} @ {self.place_id}"
