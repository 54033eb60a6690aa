# SPDX-License-Identifier: MulanPSL-2.0
"""Housekeeping of people."""

from linli.kernel.jobs.services import job
from linli.kernel.people.phone_codes import phone_codes_forget


@job(name="people.phone_codes_forget", every="1 hour")
def old_codes_forget() -> None:
    """Forget codes by phone that are over."""
    phone_codes_forget()
