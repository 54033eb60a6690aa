# SPDX-License-Identifier: MulanPSL-2.0
"""Housekeeping of access."""

from linli.base.actor import SYSTEM
from linli.kernel.access.operating import operator_sessions_end
from linli.kernel.jobs.services import job


@job(name="access.operators_end", every="1 minute")
def operators_end() -> None:
    """End operator sessions whose time is over, and tell of it."""
    operator_sessions_end(actor=SYSTEM)
