# SPDX-License-Identifier: MulanPSL-2.0
"""Letting time pass in order: what happens by itself happens at its own moment."""

import datetime as dt

from django.db.models import F

from linli.base import clock
from linli.engines.ballots import services as ballots
from linli.engines.ballots.models import Ballot
from linli.kernel.events import services as events
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Timer

_MOST = 5_000
"""Moments looked at in one go; a demo's two days have a few hundred."""


def first_timer(moment: dt.datetime) -> dt.datetime | None:
    """When the first timer not after a moment comes due.

    Timers of clocks that have stopped do nothing; they are put away together, each as at its own
    moment.
    """
    due = Timer.objects.filter(done_at__isnull=True, at__lte=moment)
    columns = due.order_by("at").values_list("at", "clock__stopped_at")
    first = columns.first()
    if first is not None and first[1] is not None:
        due.filter(clock__stopped_at__isnull=False).update(done_at=F("at"))
        first = columns.all().first()
    return first[0] if first is not None else None


def time_pass(moment: dt.datetime) -> int:
    """Let timers and ballots come due up to a moment; returns at how many moments something did."""
    for count in range(_MOST):
        closing = Ballot.objects.filter(closed_at__isnull=True, closes_at__lte=moment)
        first = closing.order_by("closes_at").values_list("closes_at", flat=True).first()
        found = [at for at in (first_timer(moment), first) if at is not None]
        if not found:
            events.deliver_all()
            return count
        with clock.at(max(min(found), clock.now())):
            workflow.matters_tick()
            ballots.ballots_tick()
    return _MOST
