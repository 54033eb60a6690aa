# SPDX-License-Identifier: MulanPSL-2.0
"""Reading webhooks and what was sent to them."""

import datetime as dt

from django.db.models import Count, Q

from linli.base.actor import Actor
from linli.kernel.health import terms as health
from linli.modules.exchange.models import Message, MessageQuerySet, Webhook, WebhookQuerySet
from linli.modules.exchange.terms import Perm, Standing


def webhooks_visible(*, actor: Actor) -> WebhookQuerySet:
    """Webhooks at places where this actor may see them, with what waits and what was given up."""
    found: WebhookQuerySet = (
        Webhook.objects.visible_to(actor, Perm.VIEW)
        .select_related("place")
        .defer("place__boundary")
        .annotate(
            waiting=Count("messages", filter=Q(messages__standing=Standing.WAITING)),
            given_up=Count("messages", filter=Q(messages__standing=Standing.GIVEN_UP)),
        )
        .order_by("ended_at", "label", "pk")
    )
    return found


def messages_of(*, actor: Actor, webhook: Webhook) -> MessageQuerySet:
    """What a webhook was to be sent, newest first."""
    rows = Message.objects.visible_to(actor, Perm.VIEW).filter(webhook=webhook)
    return rows.prefetch_related("attempts").order_by("-seq")


def messages_told(*, actor: Actor) -> dict[str, int]:
    """How many messages wait and were given up, for whoever sees how the platform is doing."""
    rows = Message.objects.visible_to(actor, health.Perm.VIEW)
    return rows.aggregate(
        waiting=Count("pk", filter=Q(standing=Standing.WAITING)),
        given_up=Count("pk", filter=Q(standing=Standing.GIVEN_UP)),
    )


def waiting_count() -> int:
    """How many messages wait to be sent, for whoever keeps the platform running."""
    return Message.objects.filter(standing=Standing.WAITING).count()


def given_up_count() -> int:
    """How many messages were given up."""
    return Message.objects.filter(standing=Standing.GIVEN_UP).count()


def messages_done_aged(until: dt.datetime) -> MessageQuerySet:
    """Messages that were delivered before a moment."""
    return Message.objects.filter(standing=Standing.DONE, done_at__lt=until)


def messages_given_up_aged(until: dt.datetime) -> MessageQuerySet:
    """Messages made before a moment that were given up."""
    return Message.objects.filter(standing=Standing.GIVEN_UP, made_at__lt=until)
