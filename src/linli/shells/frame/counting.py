# SPDX-License-Identifier: MulanPSL-2.0
"""How many requests each process answered, and how long they took: in a file of its own that it
maps into memory, so that whichever process is asked can tell for all on this machine.

A process holds a lock on its file as long as it lives: a file that can be locked is a dead one's.
"""

import fcntl
import mmap
import os
import socket
import struct
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds up to which a request counts into each heap; what took longer counts into the last."""

NAME = 120
"""So many bytes has the name of a row: a route and a class of status."""

ROW = struct.Struct(f"{NAME}s{len(BOUNDS) + 1}Qd")
ROWS = 2048
"""So many pairs of route and status are counted at most; beyond it nothing new is."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One route and class of status in one process: how many in each heap, and seconds in all."""

    process: str
    route: str
    status: str
    heaps: tuple[int, ...]
    seconds: float


class Counter:
    """The counts of this process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.process = os.getpid()
        self._lock = threading.Lock()
        self._places: dict[bytes, int] = {}
        name = f"{socket.gethostname()[:30]}-{self.process}"
        fresh = folder / f".{name}"
        self._file = fresh.open("w+b")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.truncate(ROW.size * ROWS)
        self._map = mmap.mmap(self._file.fileno(), ROW.size * ROWS)
        fresh.rename(folder / f"{name}.counts")  # locked before anybody can find it

    def count(self, route: str, status: str, seconds: float) -> None:
        """Count one request."""
        name = f"{route} {status}".encode()[:NAME]
        with self._lock:
            place = self._places.get(name, len(self._places))
            if place == ROWS:
                return
            self._places[name] = place
            _name, *heaps, so_far = ROW.unpack_from(self._map, place * ROW.size)
            heaps[bisect_left(BOUNDS, seconds)] += 1
            ROW.pack_into(self._map, place * ROW.size, name, *heaps, so_far + seconds)

    def close(self) -> None:
        """Count no more; the file is a dead one's now."""
        self._map.close()
        self._file.close()


_folder: Path | None = None
_mine: Counter | None = None
_making = threading.Lock()


def count_into(folder: Path | None) -> None:
    """Count from now on, each process into a file of this folder; None counts nothing."""
    global _folder, _mine
    if _mine is not None:
        _mine.close()
    _folder, _mine = folder, None


def count(route: str, status: str, seconds: float) -> None:
    """Count one request, where anybody wants to know."""
    global _mine  # noqa: PLW0603 - made with the first request, after the process was forked
    if _folder is None:
        return
    with _making:
        if _mine is None or _mine.process != os.getpid():
            _mine = Counter(_folder)
    _mine.count(route, status, seconds)


def counted() -> Iterator[Counted]:
    """What every living process on this machine has counted; files of dead ones are taken away."""
    for path in sorted(_folder.glob("*.counts")) if _folder is not None else ():
        with path.open("rb") as file:
            if _is_left(file):
                path.unlink(missing_ok=True)
            else:
                yield from _rows(path.stem, file.read())


def _is_left(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _rows(process: str, told: bytes) -> Iterator[Counted]:
    for name, *heaps, seconds in ROW.iter_unpack(told[: len(told) - len(told) % ROW.size]):
        if not name.strip(b"\0"):
            return
        route, _, status = name.rstrip(b"\0").decode(errors="replace").rpartition(" ")
        yield Counted(process, route, status, tuple(heaps), seconds)
