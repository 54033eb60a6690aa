# SPDX-License-Identifier: MulanPSL-2.0
"""Several processes that work on held tables at once, each for its own part."""

import os
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NoReturn

from django.db import models

from linli.base import clock
from linli.demo.memory.holding import Memory
from linli.demo.memory.writing import rows_leave


def work_share(
    memory: Memory,
    parts: int,
    work: Callable[[int], None],
    *,
    apart: Collection[type[models.Model]],
) -> None:
    """Call `work` with each number below `parts`, all but the first in processes of their own.

    A part must need nothing that another makes. What others make comes back to this process, which
    writes it; in tables held `apart` each keeps what it writes to itself. From now on keys are
    given out by the minute, from the moment of the clock on. Raises RuntimeError where a part
    fails, after the others were stopped.
    """
    memory.numbers.since, memory.numbers.parts = clock.now(), parts
    folder = Path(memory.closing.enter_context(tempfile.TemporaryDirectory(prefix="linli-parts-")))
    memory.others = [folder / str(part) for part in range(1, parts)]
    children = [
        _started(memory, part, work, other, apart)
        for part, other in enumerate(memory.others, start=1)
    ]
    try:
        work(0)
        _ended(children)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _started(
    memory: Memory,
    part: int,
    work: Callable[[int], None],
    folder: Path,
    apart: Collection[type[models.Model]],
) -> int:
    """The id of a process that does one part and leaves its rows in a folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _work(memory, part, work, folder, apart)
    return pid


def _work(
    memory: Memory,
    part: int,
    work: Callable[[int], None],
    folder: Path,
    apart: Collection[type[models.Model]],
) -> NoReturn:
    """One part, in a process that must not touch the database of the one it came from."""
    try:
        memory.is_cut_off = True
        memory.numbers.part = part
        tables = [table for model, table in memory.tables.items() if model not in apart]
        for table in tables:
            table.loaded |= table.rows.keys()
        work(part)
        changed = [table.model._meta.label for table in tables if table.changed]
        if changed:
            raise NotImplementedError(f"rows of another process were changed: {changed}")
        folder.mkdir()
        for table in tables:
            rows_leave(table, memory.connection, folder)
        os._exit(0)
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        os._exit(1)


def _ended(children: list[int]) -> None:
    """Wait for the other processes, and take those that have ended off the list."""
    while children:
        _pid, status = os.waitpid(children.pop(), 0)
        if status:
            raise RuntimeError("a part of the work failed in another process; see above")
