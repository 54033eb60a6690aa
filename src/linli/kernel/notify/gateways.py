# SPDX-License-Identifier: MulanPSL-2.0
"""Ways in which a letter leaves the platform: a mail server, an SMS gateway, a city's own class.

Each says of every hand-over what is certain. What may have been taken is in doubt, whatever else
went wrong.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from linli.base import calling
from linli.base.wire import Trouble
from linli.kernel.notify.servers import SmsServer
from linli.kernel.notify.terms import Channel

SECONDS = 15.0
"""How long a hand-over takes at most, from resolving the name to the last byte of the answer."""

CONNECT_SECONDS = 5.0
NOT_US = frozenset({300, 301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 429, 503})
"""What a gateway answers that takes nothing from anybody just now, or not from us as we are set."""

DOUBTED = 408
"""The one 4xx after which nobody knows what was heard."""


class Handed(StrEnum):
    """How a hand-over ended: `LATER` and `REFUSED` are certain not to have arrived."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a hand-over ended; where `rests`, nobody need try the next letter at once."""

    handed: Handed
    trouble: str = ""
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter as a gateway is given it; shown in no log. `key` is the same at each try."""

    key: str
    address: str = field(repr=False)
    title: str = field(repr=False)
    body: str = field(repr=False)
    message_id: str = ""


class Gateway(Protocol):
    """What a city writes to bring its own: made without arguments, called from one thread."""

    def hand_over(self, envelope: Envelope) -> Outcome:
        """Give a letter away, within `SECONDS`."""


class HttpGateway:
    """An SMS gateway that takes one JSON object a message, with the key in a header."""

    def __init__(self, server: SmsServer) -> None:
        self._server = server

    def hand_over(self, envelope: Envelope) -> Outcome:
        """Post it; an answer of 2xx has taken it."""
        server = self._server
        headers = {server.key_header: envelope.key}
        if server.secret:
            headers[server.header] = server.secret
        values = {"{phone}": envelope.address, "{text}": envelope.body, "{key}": envelope.key}
        answer = calling.post(
            server.address,
            headers=headers,
            body=server.filled(values),
            agent="Linli/1",
            seconds=SECONDS,
        )
        return outcome_of(answer)


def outcome_of(answer: calling.Answer) -> Outcome:
    """What is certain after a call."""
    if answer.status is None:
        handed = Handed.DOUBTFUL if answer.is_out else Handed.LATER
        return Outcome(handed, answer.trouble, rests=True)
    said = f"http {answer.status}"
    if answer.is_taken:
        return Outcome(Handed.TAKEN)
    if answer.status in NOT_US:
        return Outcome(Handed.LATER, said, rests=True)
    if 400 <= answer.status < 500 and answer.status != DOUBTED:
        return Outcome(Handed.REFUSED, said)
    return Outcome(Handed.DOUBTFUL, said, rests=True)


class InTime:
    """A city's own gateway, which keeps to our time: what it still does then is nobody's business
    and whether it handed over is in doubt.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def hand_over(self, envelope: Envelope) -> Outcome:
        """Have it handed over beside us."""
        outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

        def run() -> None:
            try:
                outcomes.put(self._gateway.hand_over(envelope))
            except Exception as error:
                outcomes.put(Outcome(Handed.DOUBTFUL, type(error).__name__[:40]))

        threading.Thread(target=run, daemon=True, name="linli-hand-over").start()
        try:
            return outcomes.get(timeout=SECONDS)
        except queue.Empty:
            return Outcome(Handed.DOUBTFUL, Trouble.TIME, rests=True)


def gateway_of(channel: str) -> Gateway | None:
    """By what letters of a channel leave; None where the installation has nothing."""
    return _MAKERS[Channel(channel)]()


def is_open(channel: str) -> bool:
    """Whether letters of a channel can leave at all."""
    named = {Channel.SMS: settings.LINLI_SMS, Channel.MAIL: settings.LINLI_MAIL}
    return bool(named[Channel(channel)])


def _sms() -> Gateway | None:
    if settings.LINLI_SMS_SERVER is not None:
        return HttpGateway(settings.LINLI_SMS_SERVER)
    return InTime(import_string(settings.LINLI_SMS)()) if settings.LINLI_SMS else None


def _mail() -> Gateway | None:
    from linli.kernel.notify.mailing import MailGateway

    return MailGateway(settings.LINLI_MAIL) if settings.LINLI_MAIL else None


_MAKERS: dict[Channel, Callable[[], Gateway | None]] = {Channel.SMS: _sms, Channel.MAIL: _mail}
