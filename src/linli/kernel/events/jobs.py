# SPDX-License-Identifier: MulanPSL-2.0
"""Delivery."""

from linli.kernel.events.services import deliver_pending
from linli.kernel.jobs.services import job


@job(name="events.deliver", every="1 second")
def deliver() -> None:
    """Tell the listeners what happened; goes on while there is more."""
    for _round in range(20):
        if not deliver_pending():
            return
