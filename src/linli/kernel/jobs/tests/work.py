# SPDX-License-Identifier: MulanPSL-2.0
"""Jobs that the tests of the worker register; a worker in another process imports them too."""

import time

from django.utils import timezone

from linli.kernel.jobs.models import Schedule
from linli.kernel.jobs.services import enqueue, job

done: list[int] = []
failing = {"times": 0}


@job(name="test.note")
def note(number: int) -> None:
    """Remember a number."""
    done.append(number)


@job(name="test.shaky", attempts=3)
def shaky(number: int) -> None:
    """Fail as often as told, with a value in the message that must reach nobody."""
    if failing["times"] > 0:
        failing["times"] -= 1
        message = "13800138000"
        raise RuntimeError(message)
    done.append(number)


@job(name="test.tick", every="1 hour")
def tick() -> None:
    """A scheduled job that fails as often as told."""
    shaky(0)


@job(name="test.slow")
def slow(seconds: int) -> None:
    """Leave a trace, take long the first time, leave another."""
    if trace("slow-began"):
        time.sleep(seconds)
    trace("slow-ended")


def slow_ask() -> None:
    """Ask for the slow job."""
    enqueue("test.slow", seconds=600)


def trace(name: str) -> bool:
    """Leave a trace that another process can see; whether it is the first."""
    defaults = {"every_seconds": 1, "next_run_at": timezone.now()}
    return Schedule.objects.get_or_create(name=name, defaults=defaults)[1]
