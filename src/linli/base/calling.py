# SPDX-License-Identifier: MulanPSL-2.0
"""Calling an address outside: resolved and checked at each call, connected to exactly what was
checked, in time and within one megabyte, no redirect, no proxy.
"""

import http.client
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.conf import settings

from linli.base import outgoing
from linli.base.text import clean
from linli.base.wire import Failed, Trouble, Wire, trouble_of

SECONDS = 5.0
CONNECT_SECONDS = 5.0
KEPT = 500
"""Characters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or the trouble why there is none; `text` is its beginning.

    `is_out` says whether anything of the message left us: whoever heard it may have taken it.
    """

    status: int | None
    trouble: str
    milliseconds: int
    text: str = ""
    is_out: bool = True

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has taken the message, whatever else it said."""
        return self.status is not None and 200 <= self.status < 300


def post(
    address: str,
    *,
    headers: Mapping[str, str],
    body: str,
    agent: str = "Linli-Webhooks/1",
    seconds: float | None = None,
) -> Answer:
    """Send a body to an address outside; whatever goes wrong is told in the answer."""
    started = time.monotonic()
    call = _Call(SECONDS if seconds is None else seconds)
    trouble = ""
    try:
        call.run(address, {"User-Agent": agent, **headers}, body.encode())
    except (Failed, http.client.HTTPException, ValueError, OSError) as error:
        trouble = trouble_of(error)
    finally:
        call.wire.close()
    if not trouble and call.status is not None and not 200 <= call.status < 300:
        trouble = Trouble.REDIRECT if 300 <= call.status < 400 else Trouble.STATUS
    spent = round((time.monotonic() - started) * 1000)
    return Answer(call.status, trouble, spent, _said(call.read), call.is_out)


class _Call:
    """One call."""

    def __init__(self, seconds: float) -> None:
        self.wire = Wire(seconds, connect_seconds=CONNECT_SECONDS)
        self.status: int | None = None
        self.read = b""
        self.is_out = False

    def run(self, address: str, headers: Mapping[str, str], body: bytes) -> None:
        target = outgoing.target_of(address)
        if target is None:
            raise Failed(Trouble.ADDRESS)
        allowed = outgoing.Allowed.read(settings.LINLI_WEBHOOK_ALLOW)
        checks = partial(outgoing.may_call, target, allowed=allowed)
        self.wire.connect(target.host, target.port, may_call=checks)
        if target.is_secure:
            self.wire.secure(target.host)
        connected = self.wire.socket
        self.is_out = True
        connected.sendall(_request(target, headers, body))
        self._receive()

    def _receive(self) -> None:
        door = _Door(self.wire.reader())
        response = http.client.HTTPResponse(door, method="POST")  # type: ignore[arg-type]
        response.begin()
        self.status = response.status
        while piece := response.read1(16_384):
            if len(self.read) < KEPT * 4:
                self.read += piece


class _Door:
    """What `HTTPResponse` takes for a socket."""

    def __init__(self, wire: io.BufferedReader) -> None:
        self._wire = wire

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return self._wire


def _request(target: outgoing.Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.authority}"]
    fixed = {
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
    }
    lines += [f"{name}: {value}" for name, value in {**fixed, **headers}.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _said(read: bytes) -> str:
    return clean(read.decode("utf-8", "replace"))[:KEPT]
