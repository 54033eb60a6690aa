# SPDX-License-Identifier: MulanPSL-2.0
"""Housekeeping of access."""

from linli.kernel.access.limits import counts_forget
from linli.kernel.jobs.services import job


@job(name="access.counts_forget", every="1 hour")
def rate_counts_forget() -> None:
    """Forget windows of rate counts that have passed, and abuse entries whose time is over."""
    counts_forget()
