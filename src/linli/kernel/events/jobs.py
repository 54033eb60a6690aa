# SPDX-License-Identifier: MulanPSL-2.0
"""Delivery, and forgetting what was delivered long ago."""

import datetime as dt

from linli.base import clock
from linli.kernel.events.models import Delivery
from linli.kernel.events.services import deliver_pending
from linli.kernel.jobs.services import job

KEEP = dt.timedelta(days=30)


@job(name="events.deliver", every="1 second")
def deliver() -> None:
    """Tell the listeners what happened; goes on while there is more."""
    for _round in range(20):
        if not deliver_pending():
            return


@job(name="events.done_remove", every="1 day")
def done_remove() -> None:
    """Forget deliveries done a month ago; the events themselves stay."""
    Delivery.objects.filter(done_at__lt=clock.now() - KEEP).delete()
