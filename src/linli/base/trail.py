# SPDX-License-Identifier: MulanPSL-2.0
"""What a line of the log may say: the work it belongs to, and where something broke, but never with
what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType, TracebackType

_work: ContextVar[Mapping[str, str]] = ContextVar("linli_work", default=MappingProxyType({}))


@contextmanager
def working(**names: str) -> Iterator[None]:
    """Let every line that is logged in a block name the request or job; blocks may nest."""
    token = _work.set({**_work.get(), **names})
    try:
        yield
    finally:
        _work.reset(token)


def work_now() -> Mapping[str, str]:
    """The names of the work at hand: {"request": …}, {"job": …} or nothing."""
    return _work.get()


def where(error: BaseException) -> str:
    """The kind of an error and the line it came from, without its message."""
    steps = way(error.__traceback__)
    return f"{type(error).__name__}{f' at {steps[-1]}' if steps else ''}"[:200]


def way(trace: TracebackType | None) -> list[str]:
    """The lines that an error came through, the innermost last, without what they held."""
    steps = []
    while trace is not None:
        steps.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return steps
