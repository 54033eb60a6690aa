# SPDX-License-Identifier: MulanPSL-2.0
"""A platform that stands: the demo as its own process, with a city that is made only once."""

import datetime as dt
import fcntl
import hashlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from linli.config import frontend
from linli.config.environment import ROOT

LINLI = Path(sys.executable).parent / "linli"
PACK = "leshan"

MAKING = 600
STARTING = 90
STOPPING = 10
"""Seconds that each may take on a machine that does other things as well."""

NOT_OF_A_CITY = {"tests", "templates", "static", "locale", "testing", "commands", "__pycache__"}
"""Folders whose files change nothing about the city that is made."""


@dataclass(frozen=True)
class Platform:
    """A running demo and where it keeps its things."""

    url: str
    data: Path

    def ask(self, *words: str) -> str:
        """What a command says about this platform's data; fails with its own words."""
        done = subprocess.run(
            [str(LINLI), *words],
            env=environment(self.data),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def standing(folder: Path, *, for_phones: bool = False) -> Iterator[Platform]:
    """Serve the demo with a copy of the city in a folder, until the block ends; for phones by
    https.
    """
    data = folder / "data"
    city_copy(data)
    with demo_running(LINLI, folder, environment(data), for_phones=for_phones) as url:
        yield Platform(url, data)


@contextmanager
def demo_running(
    linli: Path, folder: Path, environment: dict[str, str], *, for_phones: bool = False
) -> Iterator[str]:
    """Run the demo of an installation in a folder, until the block ends; SIGTERM ends it well."""
    port = _free_port()
    log = folder / "platform.log"
    command = [str(linli), "demo", "--pack", PACK, "--port", str(port)]
    with log.open("w") as said:
        process = subprocess.Popen(
            [*command, "--lan"] if for_phones else command,
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            line = _line(port, is_secure=for_phones)
            _wait_for(line, process, log)
            yield f"{'https' if for_phones else 'http'}://localhost:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(STOPPING)
    assert status == 0, log.read_text()[-4000:]


def city_copy(data: Path) -> None:
    """Copy a city that was made today from these very sources; make it first where there is none.

    The folder `LINLI_TEST_CITY` names is taken instead where it is set: the data of some demo.
    """
    named = os.environ.get("LINLI_TEST_CITY")
    if named:
        shutil.copytree(named, data)
        return
    shelf = Path(tempfile.gettempdir(), f"linli-cities-{os.getuid()}")
    shelf.mkdir(mode=0o700, exist_ok=True)
    with (shelf / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        frontend.build_if_changed()
        shutil.copytree(_made(shelf), data)


def environment(data: Path) -> dict[str, str]:
    """The variables of a demo of its own, whatever this test run was told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    return kept | {"LINLI_DATA": str(data), "LINLI_MODE": "demo", "LANG": "C.UTF-8"}


def _made(shelf: Path) -> Path:
    city = shelf / _digest()
    if not city.exists():
        for older in shelf.iterdir():
            if older.is_dir():
                shutil.rmtree(older)
        begun = city.with_suffix(".begun")
        command = [str(LINLI), "city", "prepare", "--pack", PACK, "--size", "small"]
        done = subprocess.run(
            command,
            env=environment(begun),
            capture_output=True,
            text=True,
            check=False,
            timeout=MAKING,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        begun.rename(city)
    return city


def _digest() -> str:
    """What the city depends on: code, packs, and the day on which its history ends."""
    total = hashlib.sha256(dt.datetime.now(dt.UTC).date().isoformat().encode())
    for folder in (ROOT / "src" / "linli", ROOT / "packs"):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(ROOT)
            if path.suffix in {".py", ".toml", ".csv"} and not NOT_OF_A_CITY & set(inside.parts):
                total.update(f"{inside}\0".encode())
                total.update(path.read_bytes())
    return total.hexdigest()[:20]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _line(port: int, *, is_secure: bool) -> http.client.HTTPConnection:
    """A line to the platform; its certificate was made on the spot, and nobody vouches for it."""
    if not is_secure:
        return http.client.HTTPConnection("localhost", port, timeout=2)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("localhost", port, timeout=2, context=trusting)


def _wait_for(
    line: http.client.HTTPConnection, process: subprocess.Popen[bytes], log: Path
) -> None:
    """Wait until pages are served."""
    deadline = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(line):
            return
        time.sleep(0.1)
    raise AssertionError(f"the platform did not start:\n{log.read_text()[-4000:]}")


def _answers(line: http.client.HTTPConnection) -> bool:
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        return answer.status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
