# SPDX-License-Identifier: MulanPSL-2.0
"""Work in the background."""

from linli.kernel.jobs.services import job
from linli.shells.record.anchoring import anchor_run
from linli.shells.record.checking import JOB, check_run


@job(name=JOB, every="1 day", attempts=2)
def check() -> None:
    """Check every row of the record against its hash."""
    check_run()


@job(name="record.anchor", every="1 day")
def anchor() -> None:
    """Send outside how the record stands."""
    anchor_run()
