# SPDX-License-Identifier: MulanPSL-2.0
"""Server and worker live and die with the process that started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

HOUSE = """
import sys
from linli.config.supervisor import Child, run
child = Child("sleeper", [sys.executable, "-c", sys.argv[1], sys.argv[2]])
sys.exit(run([child], tick=lambda: None))
"""
SLEEPER = """
import os, pathlib, subprocess, sys, time
own = pathlib.Path(sys.argv[1])
below = subprocess.Popen(["sleep", "600"])
with own.open("a") as file:
    file.write(f"{os.getpid()} {below.pid}\\n")
time.sleep(600)
"""
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SLEEPER}"
SHORT = "import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write('x\\n')"

Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture(name="noted")
def fixture_noted(tmp_path: Path) -> Path:
    """Where the children write who they are."""
    return tmp_path / "noted"


@pytest.fixture(name="start")
def fixture_start(noted: Path) -> Start:
    """Start a supervisor over one child that runs the given program."""

    def start(program: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", HOUSE, program, str(noted)])

    return start


def _lines(noted: Path, count: int) -> list[str]:
    """Wait until so many lines are written."""
    for _ in range(200):
        lines = noted.read_text().splitlines() if noted.exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    pytest.fail(f"not {count} lines after 10 s")


def _are_gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(_is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("program", [SLEEPER, DEAF], ids=["a child that listens", "a deaf child"])
def test_sigterm_takes_everything_down_within_five_seconds(
    start: Start, noted: Path, program: str
) -> None:
    house = start(program)
    pids = [int(word) for word in _lines(noted, 1)[0].split()]
    began = time.monotonic()
    house.send_signal(signal.SIGTERM)
    assert house.wait(timeout=6) == 0
    assert time.monotonic() - began < 5
    assert _are_gone(pids)


def test_a_child_that_is_killed_is_started_again(start: Start, noted: Path) -> None:
    house = start(SLEEPER)
    first = [int(word) for word in _lines(noted, 1)[0].split()]
    os.kill(first[0], signal.SIGKILL)
    second = [int(word) for word in _lines(noted, 2)[1].split()]
    assert _are_gone(first)
    house.send_signal(signal.SIGINT)
    assert house.wait(timeout=6) == 0
    assert _are_gone(second)


def test_a_child_that_keeps_ending_ends_the_house(start: Start, noted: Path) -> None:
    house = start(SHORT)
    assert house.wait(timeout=20) == 1
    assert len(_lines(noted, 3)) == 3


def test_children_do_not_outlive_a_killed_supervisor(start: Start, noted: Path) -> None:
    house = start(SLEEPER)
    child = int(_lines(noted, 1)[0].split()[0])
    house.kill()
    house.wait(timeout=5)
    assert _are_gone([child])


IN_TURN = """
import sys
from linli.config.supervisor import Child, run
first = Child("first", [sys.executable, "-c", sys.argv[1], sys.argv[3]], once=True)
then = Child("then", [sys.executable, "-c", sys.argv[2], sys.argv[3]], after=first)
sys.exit(run([first, then], tick=lambda: None))
"""
FAILING = "import sys; sys.exit(3)"


def test_what_comes_after_waits_until_the_first_has_ended_well(noted: Path) -> None:
    slow = f"import time; time.sleep(0.6); {SHORT}"
    house = subprocess.Popen([sys.executable, "-c", IN_TURN, slow, SLEEPER, str(noted)])
    lines = _lines(noted, 2)
    assert lines[0] == "x", "the second has not begun before"
    house.send_signal(signal.SIGTERM)
    assert house.wait(timeout=6) == 0
    assert _are_gone([int(word) for word in lines[1].split()])


def test_a_first_that_fails_ends_the_house_and_nothing_comes_after(noted: Path) -> None:
    house = subprocess.Popen([sys.executable, "-c", IN_TURN, FAILING, SLEEPER, str(noted)])
    assert house.wait(timeout=10) == 1
    assert not noted.exists()
