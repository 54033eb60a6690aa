# SPDX-License-Identifier: MulanPSL-2.0
"""Work in the background."""

from linli.kernel.jobs.services import job
from linli.kernel.keys import renewing


@job(name="keys.renew", every="1 minute")
def renew() -> None:
    """Go on making anew what older keys have made."""
    renewing.renew()


@job(name="keys.look_again", every="1 day")
def look_again() -> None:
    """Look for what slipped in with an older key since the last round."""
    renewing.renewals_begin_again()
