# SPDX-License-Identifier: MulanPSL-2.0
"""Clients of a demo, as the benchmarks use them: they come in by its doors and keep their lines."""

import http.client
import http.cookies
import json
import re
import shutil
import statistics
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


class Line:
    """A connection that is kept, with the cookies of somebody."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.cookie = cookie
        self.line = http.client.HTTPConnection("localhost", port, timeout=60)

    def get(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        """One answer."""
        return self.ask("GET", path)

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """One answer to any question."""
        self.line.request(method, path, body, {"Cookie": self.cookie} | headers)
        answer = self.line.getresponse()
        return answer, answer.read()

    def post(self, path: str, content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What the API answers to JSON."""
        token = re.search(r"csrftoken=(\w+)", self.cookie)
        headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": token[1] if token else "",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        answer, body = self.ask("POST", path, json.dumps(content), **headers)
        return answer.status, json.loads(body)


def entered(persona: str, port: int) -> str:
    """The cookies of somebody who came in through a door of the demo."""
    line = Line(port)
    answer, page = line.get("/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
    if token is None:
        sys.exit("the door page has no form")
    line.cookie = cookies_of(answer.headers)
    form = urlencode({"persona": persona, "csrfmiddlewaretoken": token[1].decode()})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer, _body = line.ask("POST", "/demo/enter/", form, **kind)
    return cookies_of(answer.headers, before=line.cookie)


def cookies_of(headers: http.client.HTTPMessage, before: str = "") -> str:
    """What an answer sets, over what was set before, as a browser sends it back."""
    jar = http.cookies.SimpleCookie(before)
    for line in headers.get_all("Set-Cookie", []):
        jar.load(line)
    return "; ".join(f"{name}={one.value}" for name, one in jar.items())


def memory_of(server: int) -> int:
    """Resident memory of a process and of all that it has started, in MB."""
    told = subprocess.run(  # noqa: S603 - no word of another's
        [shutil.which("ps") or "ps", "-e", "-o", "pid=,ppid=,rss="],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [tuple(map(int, line.split())) for line in told.stdout.splitlines()]
    family = {server}
    while more := {pid for pid, parent, _size in rows if parent in family} - family:
        family |= more
    return sum(size for pid, _parent, size in rows if pid in family) // 1024


@dataclass
class Times:
    """How long answers took, and how many were wrong."""

    taken: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def told(self, seconds: float) -> dict[str, Any]:
        """In milliseconds, with how many came a second."""
        cuts = statistics.quantiles(self.taken, n=100)
        found = {f"p{at}_ms": round(cuts[at - 1] * 1000, 1) for at in (50, 95, 99)}
        return found | {
            "a_second": round(len(self.taken) / seconds, 1),
            "wrong": len(self.wrong),
            "first_wrong": self.wrong[:1],
        }
