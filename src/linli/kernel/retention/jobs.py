# SPDX-License-Identifier: MulanPSL-2.0
"""Work of the night."""

from linli.kernel.jobs.services import job
from linli.kernel.retention import sweeping


@job(name="retention.sweep", every="1 day")
def sweep() -> None:
    """Let go, class by class, what was kept long enough."""
    sweeping.sweep()
