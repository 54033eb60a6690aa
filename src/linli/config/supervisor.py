# SPDX-License-Identifier: MulanPSL-2.0
"""Keeps the web server and the worker running, and takes them down with itself."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

STOP_WITHIN = 3.5
"""Seconds a child has to stop by itself; the whole house is down within five."""
TOO_OFTEN = 3
"""A child that ends this many times within a minute is not started again."""
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """One program that must run as long as we do, in a process group of its own.

    One that runs `once` may end well; one `after` another starts when that has ended well.
    """

    name: str
    command: list[str]
    once: bool = False
    after: "Child | None" = None
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; it is told to end when this process, of one thread, dies without a word."""
        self.starts = [moment for moment in self.starts if moment > time.monotonic() - 60]
        self.starts.append(time.monotonic())
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=partial(_die_with, os.getpid()),  # noqa: PLW1509 - we have one thread
        )

    def is_ready(self) -> bool:
        """Whether nothing it comes after is still to be done."""
        return self.after is None or self.after.is_done()

    def is_done(self) -> bool:
        """Whether it ran once and ended well."""
        return self.once and self.process is not None and self.process.poll() == 0

    def has_ended(self) -> bool:
        """Whether it ran and does not any more."""
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Signal its whole group, so that nothing it started outlives it."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


def run(children: list[Child], *, tick: Callable[[], None]) -> int:
    """Run the children until SIGTERM or SIGINT; returns the status to exit with.

    A child that dies is started again; one that keeps dying, or that should run once and fails,
    ends
    everything with status 1.
    `tick` is called a few times a second and must not take long.
    """
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    try:
        while not asked:
            if not all(_keep(child) for child in children):
                return 1
            time.sleep(0.2)
            tick()
        return 0
    finally:
        _stop(children)


def _keep(child: Child) -> bool:
    if child.process is None and child.is_ready():
        child.start()
    if not child.has_ended() or child.is_done():
        return True
    if child.once:
        return False
    child.signal(signal.SIGKILL)
    if len(child.starts) >= TOO_OFTEN:
        print(f"linli: the {child.name} keeps ending; giving up", file=sys.stderr)
        return False
    print(f"linli: the {child.name} ended; starting it again", file=sys.stderr)
    time.sleep(0.5)
    child.start()
    return True


def _stop(children: list[Child]) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while time.monotonic() < deadline and not all(child.has_ended() for child in children):
        time.sleep(0.05)
    for child in children:
        child.signal(signal.SIGKILL)


def _die_with(parent: int) -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before it could be followed
            os._exit(1)
