# SPDX-License-Identifier: MulanPSL-2.0
"""Messages to partner systems, in the background."""

from linli.kernel.jobs.services import job
from linli.modules.exchange.services import sending


@job(name="exchange.messages_make", every="1 second")
def messages_make() -> None:
    """Make messages of what has happened, and give them to workers to send."""
    sending.messages_make()
    sending.sends_ask()


@job(name="exchange.messages_sweep", every="5 minutes")
def messages_sweep() -> None:
    """Make messages of what ended late."""
    sending.messages_make(is_sweep=True)


@job(name=sending.SEND_JOB)
def webhook_send(webhook_id: int, until: str) -> None:
    """Send what is due of one webhook."""
    sending.messages_send(webhook_id=webhook_id, until=until)
