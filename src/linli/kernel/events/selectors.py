# SPDX-License-Identifier: MulanPSL-2.0
"""Reading the outbox, for pages that follow what happens."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zlib import crc32

from django.db.models import Min, QuerySet, Subquery

from linli.base import clock
from linli.kernel.events.models import Delivery, Event

_RECENT = 5000
"""How far back, in numbers of the outbox, a live page looks."""
_NEWEST = 50


def latest_mark(paths: Iterable[str]) -> str:
    """A mark that changes with every event at or below one of the places; "" if there is none.

    "" among the paths is everywhere; no path means nothing is seen.
    """
    return mark_of(list(newest_below(paths)))


def newest_below(paths: Iterable[str]) -> QuerySet[Event, tuple[int]]:
    """The numbers that the mark of some places is made of."""
    newest = Event.objects.order_by("-seq").values("seq")[:1]
    recent = Event.objects.below(*paths).filter(seq__gt=Subquery(newest) - _RECENT)
    return recent.order_by("-seq").values_list("seq")[:_NEWEST]


def mark_of(newest: Sequence[tuple[int, ...]]) -> str:
    """The mark, made of the newest numbers and not of the highest alone: on PostgreSQL a slow
    transaction may show a number lower than one already seen, and that changes the mark too.
    """
    numbers = [number for (number,) in newest]
    return f"{numbers[0]}-{crc32(repr(numbers).encode()):08x}" if numbers else ""


def deliveries_waiting(paths: Iterable[str]) -> QuerySet[Delivery]:
    """Events at or below these places that a listener has not heard of yet, oldest first."""
    waiting = Delivery.objects.below(*paths).filter(done_at__isnull=True)
    return waiting.select_related("event").order_by("pk")


def waiting_count() -> int:
    """How often a listener has not heard of an event yet."""
    return Delivery.objects.filter(done_at__isnull=True).count()


def oldest_seconds() -> float:
    """For how long the oldest event waits to be told."""
    waiting = Delivery.objects.filter(done_at__isnull=True)
    oldest = waiting.aggregate(oldest=Min("event__at"))["oldest"]
    return (clock.now() - oldest).total_seconds() if oldest else 0.0


def deliveries_aged(until: dt.datetime) -> QuerySet[Delivery]:
    """Deliveries done before a moment; the events themselves stay."""
    return Delivery.objects.filter(done_at__lt=until)
