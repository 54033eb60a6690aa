# SPDX-License-Identifier: MulanPSL-2.0
"""A platform on the city of a test, as a service manager keeps it, and programs that report to it
whatever happens.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linli.config.testing.processes import environment

LINLI = Path(sys.executable).parent / "linli"
PATIENCE = 120.0
STOPPING = 10.0
ANSWER_WITHIN = 10.0
PAUSE = 0.25
"""Seconds between two reports of a partner, who with those sent again stays within the calls that a
token may make in a minute, however quick the machine is."""

PROCESSES = ("front door", "web server", "web process", "worker")
"""What a running platform is made of."""


def wait_for(
    found: Callable[[], object],
    patience: float = PATIENCE,
    told: Callable[[], object] = lambda: "",
) -> None:
    """Wait until something is so; `told` is what to say of it where it never is."""
    until = time.monotonic() + patience
    while not found():
        assert time.monotonic() < until, f"it never came to be so: {told()}"
        time.sleep(0.05)


@dataclass
class House:
    """`linli serve` on the test's own database, started again whenever it ends."""

    folder: Path
    variables: dict[str, str]
    before: tuple[str, ...] = ()
    port: int = 0
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def get(self, path: str) -> int:
        """The status of a page; 0 where nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN)
        try:
            line.request("GET", path, headers={"Host": "localhost"})
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def send(self, path: str, body: str | bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """The status and text with which something sent is answered; 0 where nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN)
        try:
            line.request("POST", path, body, {"Host": "localhost"} | headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()

    def pids(self, name: str) -> list[int]:
        """The processes of this platform by what they are, oldest first."""
        assert self.process is not None
        front = self.process.pid
        found: dict[str, list[int]] = {"front door": [front], "worker": []}
        found["web server"] = [p for p in _children(front) if "granian" in _command(p)]
        found["worker"] = [p for p in _children(front) if p not in found["web server"]]
        below = [child for server in found["web server"] for child in _children(server)]
        found["web process"] = [p for p in below if "resource_tracker" not in _command(p)]
        return sorted(found[name])

    def threads(self, name: str) -> list[int]:
        """The threads of such processes."""
        return [int(task.name) for pid in self.pids(name) for task in _tasks(pid)]

    def look(self) -> dict[str, object]:
        """What stands of it just now."""
        found: dict[str, object] = {each: self.pids(each) for each in PROCESSES}
        return found | {"starts": self.starts, "ready": self.get("/readyz")}

    def keep(self) -> None:
        """Start it, and start it again whenever it ends, as a service manager does."""
        command = [*self.before, str(LINLI), "serve", "--port", str(self.port)]
        with (self.folder / "house.log").open("ab") as said:
            while not self._stop.is_set():
                self.process = subprocess.Popen(
                    command, env=self.variables, stdout=said, stderr=said, start_new_session=True
                )
                self.starts += 1
                while self.process.poll() is None and not self._stop.wait(0.05):
                    pass
                self._stop.wait(0.5)

    def log(self) -> str:
        """The end of what its processes said."""
        return (self.folder / "house.log").read_text(errors="replace")[-4000:]


@contextmanager
def standing(folder: Path, *before: str, **variables: str) -> Iterator[House]:
    """A platform on the database of this test until the block ends; `before` are words that its
    command is said with.
    """
    data = folder / "house"
    data.mkdir(exist_ok=True)
    own = {"LINLI_MODE": "demo", "LINLI_DATA": str(data), "LANG": "C.UTF-8"}
    house = House(folder, environment() | own | variables, before, _free_port())
    keeper = threading.Thread(target=house.keep)
    keeper.start()
    try:
        wait_for(lambda: house.get("/readyz") == http.client.OK)
        yield house
    except BaseException:
        sys.stdout.write(house.log())
        raise
    finally:
        house._stop.set()
        keeper.join()
        assert house.process is not None
        house.process.send_signal(signal.SIGTERM)
        house.process.wait(STOPPING)


@dataclass
class Reporters:
    """Programs that report one drain after the other, each again until it is answered."""

    house: House
    tokens: list[str]
    point: tuple[float, float]
    taken: dict[str, str] = field(default_factory=dict)
    moments: list[float] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    tries: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def report(self, token: str) -> None:
        """Report until told to stop; what was begun is brought to its end."""
        while not self._stop.wait(PAUSE):
            key = str(uuid.uuid4())
            until = time.monotonic() + PATIENCE
            while key not in self.taken and time.monotonic() < until:
                self.tries += 1
                if not self._send(token, key):
                    time.sleep(PAUSE)

    def _send(self, token: str, key: str) -> bool:
        lon, lat = self.point
        said = f"6号楼东侧的雨水井堵了，一下雨就积水。编号{key}"
        body = {"what": said, "lon": lon, "lat": lat, "class_key": "flooding"}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        status, told = self.house.send("/api/v1/appeals/", json.dumps(body), headers)
        if status == http.client.CREATED:
            self.taken[key] = json.loads(told)["number"]
            self.moments.append(time.monotonic())
            return True
        if 0 < status < http.client.INTERNAL_SERVER_ERROR:
            self.odd.append(f"{status} {told.decode()[:200]}")
        return False

    def longest_gap(self, since: float, until: float) -> float:
        """The longest time without an answer that touches a stretch of time."""
        inside = [each for each in sorted(self.moments) if since <= each <= until]
        return max(b - a for a, b in zip([since, *inside], [*inside, until], strict=True))


@contextmanager
def reporting(house: House, tokens: list[str], point: tuple[float, float]) -> Iterator[Reporters]:
    """Let programs report until the block ends, each with a token of its own."""
    found = Reporters(house, tokens, point)
    threads = [threading.Thread(target=found.report, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: len(found.taken) >= len(tokens) or found.odd)
        assert not found.odd, found.odd[0]
        yield found
    finally:
        found._stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def figures(name: str, **told: Any) -> None:
    """Leave what was measured in the log of the test, for docs/reliability.md."""
    sys.stdout.write(json.dumps({"fault": name} | told) + "\n")


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").iterdir())


def _children(pid: int) -> list[int]:
    try:
        tasks = _tasks(pid)
        return [int(p) for task in tasks for p in (task / "children").read_text().split()]
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill(pid: int) -> None:
    """Kill a process, as a machine that has no memory left does."""
    os.kill(pid, signal.SIGKILL)
