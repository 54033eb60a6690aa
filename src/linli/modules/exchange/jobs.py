# SPDX-License-Identifier: MulanPSL-2.0
"""Messages to partner systems, in the background."""

import datetime as dt

from django.utils import timezone

from linli.kernel.jobs.services import job
from linli.modules.exchange.models import Message
from linli.modules.exchange.services import sending
from linli.modules.exchange.terms import Standing

KEEP_DONE, KEEP_GIVEN_UP = dt.timedelta(days=30), dt.timedelta(days=180)


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


@job(name="exchange.messages_remove", every="1 day")
def messages_remove() -> None:
    """Forget messages: those delivered after a month, those given up after half a year."""
    now = timezone.now()
    old = Message.objects.filter(standing=Standing.DONE, done_at__lt=now - KEEP_DONE)
    old.delete()
    Message.objects.filter(standing=Standing.GIVEN_UP, made_at__lt=now - KEEP_GIVEN_UP).delete()
