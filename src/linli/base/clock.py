# SPDX-License-Identifier: MulanPSL-2.0
"""The one clock of the house: nobody else asks the machine what time it is.

Three layers: the machine's time held steady, plus the demo's shift where that is enabled, unless a
block runs `at` a given moment. The guard: within one process `now()` never falls more than
`TOLERANCE` below what it has already said; if the machine's clock jumps back further, time goes on
from the last value by the monotonic clock until the machine has caught up. `at` and a fresh
`enable_shift` are exempt.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
TOLERANCE = timedelta(seconds=2)
LONGEST_SHIFT = timedelta(days=3660)
READ_AGAIN_AFTER = 1.0

log = logging.getLogger(__name__)
_moment: ContextVar[datetime | None] = ContextVar("linli_moment", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    fixed = _moment.get()
    if fixed is not None:
        return fixed
    return _steady.hold(datetime.now(UTC) + timedelta(seconds=shift_read()))


def today() -> date:
    """Today's date in Asia/Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment as people here read it.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZONE)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let a block run as if it were `moment`; blocks may nest. Other threads are not touched.

    Raises:
        ValueError: the moment has no time zone.
    """
    token = _moment.set(local(moment).astimezone(UTC))
    try:
        yield moment
    finally:
        _moment.reset(token)


class _Steady:
    """Keeps time from running backwards within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: datetime | None = None
        self._ticks = 0.0

    def hold(self, moment: datetime) -> datetime:
        """The moment itself, or the last one moved on when the moment lies well before it."""
        with self._lock:
            ticks = time.monotonic()
            if self._last is not None and moment < self._last - TOLERANCE:
                moment = self._last + timedelta(seconds=max(ticks - self._ticks, 0.0))
            if self._last is None or moment > self._last:
                self._last, self._ticks = moment, ticks
            return moment

    def forget(self) -> None:
        """Begin anew, after the shift was set on purpose."""
        with self._lock:
            self._last = None


@dataclass
class _Shift:
    """Where the demo's shift is written, and what was last read there."""

    path: Path | None = None
    seconds: float = 0.0
    stamp: tuple[int, int, int] | None = None
    read_at: float = float("-inf")


_steady = _Steady()
_shift = _Shift()


def enable_shift(path: Path | str | None) -> None:
    """Let the demo's clock run ahead by the seconds written in `path`; None switches it off.

    Only demo mode calls this. A file that is not there means no shift.
    """
    global _shift  # noqa: PLW0603 - one clock a process
    _shift = _Shift(None if path is None else Path(path))
    _steady.forget()


def shift_read() -> float:
    """By how many seconds the clock runs ahead; at most a second old; 0 when not enabled."""
    shift = _shift
    if shift.path is None:
        return 0.0
    ticks = time.monotonic()
    if ticks - shift.read_at >= READ_AGAIN_AFTER:
        shift.read_at = ticks
        _read_again(shift, shift.path)
    return shift.seconds


def shift_by(delta: timedelta) -> float:
    """Move the demo's clock on by `delta`, for every process; returns the whole shift in seconds.

    Raises:
        ValueError: not enabled, not forward, or more than ten years in all.
    """
    path = _shift.path
    if path is None:
        raise ValueError("the demo clock is not enabled")
    if delta <= timedelta():
        raise ValueError("the demo clock only goes forward")
    with _locked(path):
        _read_again(_shift, path)
        seconds = _shift.seconds + delta.total_seconds()
        if seconds > LONGEST_SHIFT.total_seconds():
            raise ValueError("the demo clock goes ahead ten years at most")
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        fresh.write_text(f"{seconds:.0f}\n", encoding="ascii")
        fresh.replace(path)
        _read_again(_shift, path)
    return _shift.seconds


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w", encoding="ascii") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _read_again(shift: _Shift, path: Path) -> None:
    """Take the file's number if it changed; an unreadable file changes nothing and is logged."""
    try:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        if stamp == shift.stamp:
            return
        seconds = float(path.read_text(encoding="ascii"))
        if not 0 <= seconds <= LONGEST_SHIFT.total_seconds():
            raise ValueError("out of range")
    except FileNotFoundError:
        shift.seconds, shift.stamp = 0.0, None
    except (OSError, ValueError):
        log.warning("the demo clock's file cannot be read; the last shift stays")
    else:
        shift.seconds, shift.stamp = seconds, stamp
