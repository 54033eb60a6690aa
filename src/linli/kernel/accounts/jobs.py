# SPDX-License-Identifier: MulanPSL-2.0
"""Housekeeping of accounts."""

from linli.kernel.accounts.sessions import sessions_forget
from linli.kernel.jobs.services import job


@job(name="accounts.sessions_forget", every="1 hour")
def old_sessions_forget() -> None:
    """Forget sessions whose time is over."""
    sessions_forget()
