# SPDX-License-Identifier: MulanPSL-2.0
"""Reads that may lag go to a replica of the database, while there is one and it is close behind
(docs/decisions/0035).
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import Error, connections
from django.utils.connection import ConnectionDoesNotExist

PRIMARY, REPLICA = "default", "replica"

LOOK_AGAIN = 1.0
"""Seconds for which a look at the replica holds, counted from when it was begun: what had been
written by then is shown.
"""

PATIENCE, PAUSE = 0.1, 0.01
"""Seconds in which the replica has to show what the primary had at the look, and between two
questions whether it does.
"""

AWAY_FOR = 5.0
"""Seconds for which a replica that did not answer is left alone."""

log = logging.getLogger("linli.replicas")

_reading: ContextVar[str] = ContextVar("linli_reading", default=PRIMARY)


class Router:
    """Django's questions go where this block reads; what is written, and what is read between
    writes, to the primary.
    """

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        """Where rows are read."""
        del model, hints
        return alias()

    def db_for_write(self, model: type[Any], **hints: Any) -> str:
        """Where rows are written."""
        del model, hints
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Rows read in two places are rows of one database."""
        del one, other, hints
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tables of the replica follow by themselves."""
        del app_label, hints
        return db == PRIMARY


def alias() -> str:
    """The name of the connection on which this block reads."""
    chosen = _reading.get()
    return PRIMARY if chosen != PRIMARY and connections[PRIMARY].in_atomic_block else chosen


def reading() -> Any:
    """The connection on which this block reads, for SQL of our own."""
    return connections[alias()]


def is_there() -> bool:
    """Whether a replica was named at all."""
    return REPLICA in connections


@contextmanager
def may_lag() -> Iterator[bool]:
    """Let the reads of this block be a second old; gives whether the replica answers them."""
    chosen = REPLICA if is_there() and _looks.is_close() else PRIMARY
    token = _reading.set(chosen)
    try:
        yield chosen == REPLICA
    finally:
        _reading.reset(token)


def away(error: Exception) -> None:
    """The replica failed in the middle: leave it alone for some seconds."""
    _looks.put(is_close=False, until=time.monotonic() + AWAY_FOR)
    log.warning("reads go to the primary, the replica failed: %s", type(error).__name__)


def is_close() -> bool | None:
    """Whether the replica shows what the primary has; None where none was named."""
    return _looks.is_close() if is_there() else None


class _Looks:
    """What the last look at the replica said, for all threads of this process."""

    def __init__(self) -> None:
        self.looking = threading.Lock()
        self.put(is_close=False, until=0.0)

    def put(self, *, is_close: bool, until: float) -> None:
        """Let this be known until a moment."""
        self.known = is_close, until

    def is_close(self) -> bool:
        """Whether it is close behind; one thread looks, the others go by what was known."""
        known, until = self.known
        if time.monotonic() < until or not self.looking.acquire(blocking=False):
            return known
        begun = time.monotonic()
        try:
            known = _look()
            self.put(is_close=known, until=begun + LOOK_AGAIN)
        except (Error, ConnectionDoesNotExist) as error:
            known = False
            away(error)
        finally:
            self.looking.release()
        return known


_looks = _Looks()


def _look() -> bool:
    """Whether the replica soon shows what the primary has written by now."""
    with connections[PRIMARY].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        (written,) = cursor.fetchone()
    until = time.monotonic() + PATIENCE
    shows = "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn"
    while True:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(shows, [written])
            if cursor.fetchone()[0]:
                return True
        if time.monotonic() >= until:
            return False
        time.sleep(PAUSE)
