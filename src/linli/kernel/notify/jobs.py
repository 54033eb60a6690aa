# SPDX-License-Identifier: MulanPSL-2.0
"""Letters leave in the background."""

from linli.kernel.jobs.services import job
from linli.kernel.notify import letters


@job(name="notify.letters_ask", every="1 second")
def letters_ask() -> None:
    """Give carriers with something due to workers."""
    letters.letters_ask()


@job(name=letters.SEND_JOB)
def letters_send(channel: str, until: str) -> None:
    """Hand over what is due of one channel."""
    letters.letters_send(channel=channel, until=until)
