# SPDX-License-Identifier: MulanPSL-2.0
"""Reading the outbox, for pages that follow what happens."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from linli.kernel.events.models import Delivery, Event


def latest_seq(paths: Iterable[str], since: int = 0) -> int:
    """The number of the newest event at or below one of the places, or `since` if there is none
    after it.

    "" is everywhere; no path means nothing is seen. A page that asks again gives the number it had.
    """
    where = Q(pk__in=[])
    for path in paths:
        where |= Q(place_path__under=path)
    newest = (
        Event.objects.filter(where, seq__gt=since).order_by("-seq").values_list("seq", flat=True)
    )
    return newest.first() or since


def deliveries_waiting() -> QuerySet[Delivery]:
    """Events that a listener has not heard of yet, oldest first."""
    return Delivery.objects.filter(done_at__isnull=True).select_related("event").order_by("pk")


def deliveries_failing() -> list[Delivery]:
    """What could not be delivered so far, oldest first, at most a hundred."""
    failing = Delivery.objects.filter(done_at__isnull=True).exclude(last_error="")
    return list(failing.select_related("event").order_by("pk")[:100])
