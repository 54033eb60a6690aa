# SPDX-License-Identifier: MulanPSL-2.0
"""The jobs that parts have registered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.kernel.jobs import rules


@dataclass(frozen=True)
class Job:
    """Work done in the background: a function that takes ids and may run twice without harm.

    `every` is in seconds, None for a job that runs only when asked for; `attempts` how often it is
    tried.
    """

    name: str
    function: Callable[..., None]
    every: int | None
    attempts: int


_jobs: dict[str, Job] = {}


def job_add(name: str, function: Callable[..., None], every: str | None, attempts: int) -> None:
    """Register a job; raises ValueError if another function has the name."""
    known = _jobs.get(name)
    if known is not None and _home(known.function) != _home(function):
        message = f"two jobs are called {name}"
        raise ValueError(message)
    seconds = None if every is None else rules.every_seconds(every)
    _jobs[name] = Job(name, function, seconds, attempts)


def job_find(name: str) -> Job | None:
    """The job of that name, if this process knows it."""
    return _jobs.get(name)


def jobs_known() -> list[Job]:
    """Every job that this process knows."""
    return list(_jobs.values())


def jobs_scheduled() -> list[Job]:
    """The jobs that run again and again."""
    return [job for job in _jobs.values() if job.every is not None]


def _home(function: Callable[..., Any]) -> tuple[str, str]:
    return function.__module__, function.__qualname__
