# SPDX-License-Identifier: MulanPSL-2.0
"""What grids do by themselves."""

from linli.kernel.jobs.services import job
from linli.modules.grids.services import call_ups_tick, plans_tick


@job(name="grids.plans", every="10 minutes")
def plans() -> None:
    """Carry out division plans whose day has come."""
    plans_tick()


@job(name="grids.call_ups", every="1 minute")
def call_ups() -> None:
    """End call-ups whose time is over."""
    call_ups_tick()
