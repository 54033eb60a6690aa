# SPDX-License-Identifier: MulanPSL-2.0
"""A worker killed in the middle loses nothing, and one told to stop stops."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

PROCESS = Path(__file__).with_name("process.py")
PATIENCE = 40.0
DATABASE = "jobs.sqlite3"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts processes on one database file, and ends those that are left."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "LINLI_DATABASE_URL": f"sqlite:///{tmp_path / DATABASE}",
    }
    started: list[subprocess.Popen[bytes]] = []

    def begin(act: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, str(PROCESS), act], env=environment))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def test_what_a_killed_worker_held_is_done_by_the_next_which_stops_when_told(
    start: Callable[[str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    assert start("ask").wait(PATIENCE) == 0
    first = start("worker")
    _wait_for(tmp_path, "slow-began")
    first.send_signal(signal.SIGKILL)
    first.wait(5)

    second = start("worker")
    _wait_for(tmp_path, "slow-ended")
    second.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert second.wait(5) == 0
    assert time.monotonic() - began < 3


def _wait_for(folder: Path, trace: str) -> None:
    until = time.monotonic() + PATIENCE
    found = None
    with closing(sqlite3.connect(folder / DATABASE, timeout=20)) as database:
        while found is None and time.monotonic() < until:
            query = "SELECT name FROM jobs_schedule WHERE name = ?"
            found = database.execute(query, [trace]).fetchone()
            time.sleep(0.1)
    assert found is not None
