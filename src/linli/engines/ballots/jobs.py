# SPDX-License-Identifier: MulanPSL-2.0
"""What ballots do by themselves."""

from linli.engines.ballots.services import ballots_tick
from linli.kernel.jobs.services import job


@job(name="ballots.tick", every="1 minute")
def tick() -> None:
    """Close ballots whose time is over."""
    ballots_tick()
