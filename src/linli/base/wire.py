# SPDX-License-Identifier: MulanPSL-2.0
"""A connection to a host outside that ends in time, whatever the other side does.

The socket is our own because no library lets one choose the address and keep the name for TLS
without reaching into it (docs/decisions/0015).
"""

import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from linli.base.outgoing import Address

LIMIT = 1_000_000
"""Bytes that are read at most."""

Checks = Callable[[Address], bool]


class Trouble(TextChoices):
    """Why a call did not get through; each also says whether anybody answered."""

    ADDRESS = "address", _("The address is not allowed")
    NAME = "name", _("The name of the host is not known")
    CONNECTION = "connection", _("Nobody answers")
    CERTIFICATE = "certificate", _("The certificate is not good")
    TIME = "time", _("It took too long")
    ANSWER = "answer", _("The answer cannot be read")
    SIZE = "size", _("The answer is too large")
    REDIRECT = "redirect", _("It sends us elsewhere; redirects are not followed")
    STATUS = "status", _("It did not take the message")


class Failed(Exception):
    """The call ends here."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Wire:
    """One connection within its deadline; all of it, resolving the name included, takes no longer.

    `connect_seconds` is how long it may take until somebody answers.
    """

    def __init__(self, seconds: float, *, connect_seconds: float) -> None:
        now = time.monotonic()
        self._ends = now + seconds
        self._connects = now + min(seconds, connect_seconds)
        self._socket: socket.socket | None = None

    @property
    def socket(self) -> socket.socket:
        """What is connected; it waits no longer than there is time."""
        assert self._socket is not None  # noqa: S101 - connect raises where it makes none
        self._socket.settimeout(self.left())
        return self._socket

    def left(self, ends: float | None = None) -> float:
        """Seconds that are left. Raises TimeoutError when there are none."""
        left = (self._ends if ends is None else ends) - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def connect(self, host: str, port: int, *, may_call: Checks) -> None:
        """Connect to one of the addresses that a name stands for now, the first that answers; to
        none if one of them may not be called.

        Raises Failed, TimeoutError, OSError.
        """
        found = self._resolved(host, port)
        if not all(may_call(ipaddress.ip_address(each[4][0])) for each in found):
            raise Failed(Trouble.ADDRESS)
        for number, (family, kind, protocol, _name, address) in enumerate(found):
            plain = self._socket = socket.socket(family, kind, protocol)
            plain.settimeout(self.left(self._connects))
            try:
                plain.connect(address)
                return
            except TimeoutError:
                raise
            except OSError:
                plain.close()
                if number == len(found) - 1:
                    raise

    def secure(self, host: str) -> None:
        """Speak TLS from here on, with whoever proves to be that host."""
        context = ssl.create_default_context()
        self._socket = context.wrap_socket(self.socket, server_hostname=host)

    def reader(self) -> io.BufferedReader:
        """What comes back, while there is time, and no more than the limit."""
        return io.BufferedReader(_Reading(self))

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()

    def _resolved(self, host: str, port: int) -> Sequence[Any]:
        """Ask the resolver, beside us: it keeps no deadline of its own."""
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError):
                answers.put([])

        threading.Thread(target=ask, daemon=True, name="linli-resolve").start()
        try:
            found: Sequence[Any] = answers.get(timeout=self.left(self._connects))
        except queue.Empty:
            raise TimeoutError from None
        if not found:
            raise Failed(Trouble.NAME)
        return found


class _Reading(io.RawIOBase):
    """Reads from the socket while there is time, and no more than the limit."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._count >= LIMIT:
            raise Failed(Trouble.SIZE)
        count = self._wire.socket.recv_into(memoryview(buffer)[: LIMIT - self._count])
        self._count += count
        return count


def trouble_of(error: Exception) -> Trouble:
    """What went wrong, of what such a call raises."""
    if isinstance(error, Failed):
        return error.trouble
    if isinstance(error, TimeoutError):
        return Trouble.TIME
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble.CERTIFICATE
    if isinstance(error, OSError):
        return Trouble.CONNECTION
    return Trouble.ANSWER
