# SPDX-License-Identifier: MulanPSL-2.0
"""Calling an address outside: resolved and checked at each call, connected to exactly what was
checked, five seconds and one megabyte in all, no redirect, no proxy.

The socket is our own because no library lets one choose the address and keep the name for TLS
without reaching into it (docs/decisions/0015).
"""

import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from linli.base.text import clean
from linli.modules.exchange import rules
from linli.modules.exchange.terms import Trouble

SECONDS = 5.0
LIMIT = 1_000_000
"""Bytes of an answer, headers included, that are read at most."""

KEPT = 500
"""Characters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or the trouble why there is none; `text` is its beginning."""

    status: int | None
    trouble: str
    milliseconds: int
    text: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has taken the message, whatever else it said."""
        return self.status is not None and 200 <= self.status < 300


class Failed(Exception):
    """The call ends here."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def post(address: str, *, headers: Mapping[str, str], body: str) -> Answer:
    """Send a body to an address outside; whatever goes wrong is told in the answer."""
    started = time.monotonic()
    call = _Call(started + SECONDS)
    trouble = ""
    try:
        call.run(address, headers, body.encode())
    except Failed as failed:
        trouble = failed.trouble
    except TimeoutError:
        trouble = Trouble.TIME
    except ssl.SSLCertVerificationError:
        trouble = Trouble.CERTIFICATE
    except (http.client.HTTPException, ValueError):
        trouble = Trouble.ANSWER
    except OSError:
        trouble = Trouble.CONNECTION
    finally:
        call.close()
    if not trouble and call.status is not None and not 200 <= call.status < 300:
        trouble = Trouble.REDIRECT if 300 <= call.status < 400 else Trouble.STATUS
    spent = round((time.monotonic() - started) * 1000)
    return Answer(call.status, trouble, spent, _said(call.read))


class _Call:
    """One call within its deadline (monotonic seconds)."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.socket: socket.socket | None = None
        self.status: int | None = None
        self.read = b""

    def run(self, address: str, headers: Mapping[str, str], body: bytes) -> None:
        target = rules.target_of(address)
        if target is None:
            raise Failed(Trouble.ADDRESS)
        found = self._checked(target)
        self._connect(target, found)
        assert self.socket is not None  # noqa: S101 - _connect raises where it makes none
        self.socket.settimeout(self.left())
        self.socket.sendall(_request(target, headers, body))
        self._receive(self.socket)

    def left(self) -> float:
        """Seconds that are left. Raises TimeoutError when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()

    def _checked(self, target: rules.Target) -> Sequence[Any]:
        """What the host's name stands for now; refused as a whole if one address is not allowed."""
        allowed = rules.Allowed.read(settings.LINLI_WEBHOOK_ALLOW)
        found = self._resolved(target)
        addresses = [ipaddress.ip_address(each[4][0]) for each in found]
        if not all(rules.may_call(target, address, allowed) for address in addresses):
            raise Failed(Trouble.ADDRESS)
        return found

    def _resolved(self, target: rules.Target) -> Sequence[Any]:
        """Ask the resolver, beside us: it keeps no deadline of its own."""
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError):
                answers.put([])

        threading.Thread(target=ask, daemon=True, name="linli-resolve").start()
        try:
            found: Sequence[Any] = answers.get(timeout=self.left())
        except queue.Empty:
            raise TimeoutError from None
        if not found:
            raise Failed(Trouble.NAME)
        return found

    def _connect(self, target: rules.Target, found: Sequence[Any]) -> None:
        """Connect to one of the checked addresses, the first that answers."""
        for number, (family, kind, protocol, _name, address) in enumerate(found):
            plain = socket.socket(family, kind, protocol)
            self.socket = plain
            plain.settimeout(self.left())
            try:
                plain.connect(address)
                break
            except TimeoutError:
                raise
            except OSError:
                plain.close()
                if number == len(found) - 1:
                    raise
        if target.is_secure:
            plain.settimeout(self.left())
            context = ssl.create_default_context()
            self.socket = context.wrap_socket(plain, server_hostname=target.host)

    def _receive(self, connected: socket.socket) -> None:
        wire = io.BufferedReader(_Wire(connected, self))
        response = http.client.HTTPResponse(_Door(wire), method="POST")  # type: ignore[arg-type]
        response.begin()
        self.status = response.status
        while piece := response.read1(16_384):
            if len(self.read) < KEPT * 4:
                self.read += piece


class _Wire(io.RawIOBase):
    """Reads from the socket while there is time, and no more than the limit."""

    def __init__(self, connected: socket.socket, call: _Call) -> None:
        self._socket = connected
        self._call = call
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._count >= LIMIT:
            raise Failed(Trouble.SIZE)
        self._socket.settimeout(self._call.left())
        count = self._socket.recv_into(memoryview(buffer)[: LIMIT - self._count])
        self._count += count
        return count


class _Door:
    """What `HTTPResponse` takes for a socket."""

    def __init__(self, wire: io.BufferedReader) -> None:
        self._wire = wire

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return self._wire


def _request(target: rules.Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.authority}"]
    fixed = {
        "User-Agent": "Linli-Webhooks/1",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
    }
    lines += [f"{name}: {value}" for name, value in {**fixed, **headers}.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _said(read: bytes) -> str:
    return clean(read.decode("utf-8", "replace"))[:KEPT]
