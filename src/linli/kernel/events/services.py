# SPDX-License-Identifier: MulanPSL-2.0
"""Announcing what happened, and telling those who listen, at least once."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linli.base import clock
from linli.base.trail import where
from linli.kernel.events.models import Delivery, Event
from linli.kernel.jobs.rules import Code, ensure_codes, wait_after

log = logging.getLogger("linli.events")

Handler = Callable[[Mapping[str, Any]], None]

LEASE = dt.timedelta(seconds=60)
"""How long a worker may take over one handler before another tries again."""

_handlers: dict[str, dict[str, Handler]] = {}


def on(event: str, handler_name: str, function: Handler) -> None:
    """Call a function with the payload of an event; the same name replaces its function."""
    _handlers.setdefault(event, {})[handler_name] = function


def off(event: str, handler_name: str) -> None:
    """Take a listener away again."""
    _handlers.get(event, {}).pop(handler_name, None)


def handler_names(event: str) -> list[str]:
    """Who listens to an event; bulk writers make one `Delivery` for each."""
    return sorted(_handlers.get(event, {}))


def announce(name: str, *, place_path: str = "", **payload: Code) -> Event:
    """Write down that something happened, in the transaction that did it; the payload is ids and
    codes.

    Raises TypeError or ValueError for a value that is no id or code.
    """
    ensure_codes(payload)
    event = Event.objects.create(
        name=str(name), place_path=place_path, payload=dict(payload), at=clock.now()
    )
    names = handler_names(str(name))
    if names:
        now = timezone.now()
        Delivery.objects.bulk_create(
            Delivery(event=event, handler=handler, next_try_at=now) for handler in names
        )
    return event


def deliver_pending(limit: int = 200) -> int:
    """Call the handlers that have not been called yet; returns how many were.

    Each runs in one transaction with the note that it ran, so what it writes is written once. One
    that fails is tried again later, each time after a longer while. Several workers may do this at
    once.
    """
    known = [handler for handlers in _handlers.values() for handler in handlers]
    waiting = (
        Delivery.objects.filter(
            done_at__isnull=True, next_try_at__lte=timezone.now(), handler__in=known
        )
        .select_related("event")
        .order_by("event_id", "pk")[:limit]
    )
    return sum(_deliver(delivery) for delivery in waiting)


def deliver_all(limit: int = 100_000) -> int:
    """Deliver until nothing waits, with what the handlers announce in turn; for commands and the
    demo clock.
    """
    delivered = 0
    while delivered < limit and (count := deliver_pending()):
        delivered += count
    return delivered


def _deliver(delivery: Delivery) -> bool:
    function = _handlers.get(delivery.event.name, {}).get(delivery.handler)
    row = Delivery.objects.filter(pk=delivery.pk, done_at__isnull=True)
    if function is None:
        return False
    # Wall time: the demo clock moves the city, never the machinery.
    mine = row.filter(next_try_at=delivery.next_try_at)
    if not mine.update(next_try_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return False
    try:
        with transaction.atomic():
            row.update(done_at=clock.now(), last_error="")
            function(dict(delivery.event.payload))
    except Exception as error:
        again = timezone.now() + wait_after(delivery.attempts + 1)
        row.update(next_try_at=again, last_error=where(error))
        log.error("%s: %s", delivery, where(error))
        return False
    return True
