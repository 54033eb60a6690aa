# SPDX-License-Identifier: MulanPSL-2.0
"""What workflow does by itself."""

import datetime as dt

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.jobs.services import job
from linli.kernel.units.models import Unit
from linli.kernel.workflow.services import batch_run, matters_tick, unit_follow
from linli.kernel.workflow.services.batches import RUN

LOOK_BACK = dt.timedelta(days=40)
"""How long after its last day a closed unit is looked at again."""


@job(name="workflow.matters_tick", every="15 seconds")
def tick() -> None:
    """Late effects, warnings, automatic moves and orders nobody answered."""
    matters_tick()


@job(name=RUN)
def run_batch(batch_id: int) -> None:
    """One button on many matters, unless it was undone meanwhile."""
    batch_run(batch_id)


@job(name="workflow.units_follow", every="1 hour")
def follow() -> None:
    """Units whose last day has passed since they were closed: what they had in hand goes on."""
    since = clock.today() - LOOK_BACK
    closed = Unit.objects.filter(ends_on__lt=clock.today(), ends_on__gte=since)
    for unit_id in closed.order_by("pk").values_list("pk", flat=True):
        unit_follow(actor=SYSTEM, unit_id=unit_id)
