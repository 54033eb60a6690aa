# SPDX-License-Identifier: MulanPSL-2.0
"""A machine whose clock is two hours ahead, and is put right: nothing is lost, somebody is told,
and no work waits two hours for it. The clock is moved by faketime, for the platform's processes.
"""

import datetime as dt
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from linli.kernel.jobs.models import Schedule, Worker
from linli.modules.appeals.models import Appeal
from tests.faults.house import PROCESSES, House, figures, kill, reporting, standing, wait_for
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db(transaction=True)

AHEAD = ("faketime", "-f", "+2h")
RIGHT_AGAIN = 60.0


@contextmanager
def _ahead(folder: Path) -> Iterator[House]:
    """The platform on a machine that is two hours ahead; faketime itself would stand between us
    and the process that is killed.
    """
    told = subprocess.run([*AHEAD, "env"], capture_output=True, text=True, check=True).stdout
    named = dict(line.partition("=")[::2] for line in told.splitlines())
    with standing(folder, **{name: named[name] for name in ("LD_PRELOAD", "FAKETIME")}) as house:
        yield house


@pytest.mark.full
def test_a_clock_two_hours_ahead_loses_nothing_and_holds_nothing_up(
    tokens: list[str], city: City, tmp_path: Path
) -> None:
    with _ahead(tmp_path) as house:
        with reporting(house, tokens, city.point) as reporters:
            wait_for(lambda: Schedule.objects.filter(last_run_at__isnull=False).count() > 3)
            if connection.vendor == "postgresql":  # whose own clock is right
                wait_for(lambda: house.get("/readyz?strict=1") == 503)
        before = dict(reporters.taken)
        for pid in [pid for name in reversed(PROCESSES) for pid in house.pids(name)]:
            kill(pid)  # what they held stays theirs
    latest = Appeal.objects.latest("filed_at").filed_at
    assert (latest - timezone.now()).total_seconds() > 3600, "the clock was ahead"
    began = time.monotonic()
    with standing(tmp_path) as house:
        wait_for(_all_work_goes_on, RIGHT_AGAIN)
        took = time.monotonic() - began
        with reporting(house, tokens, city.point) as after:
            pass
        assert house.get("/readyz") == 200
    numbers = sorted(Appeal.objects.values_list("number", flat=True))
    assert numbers == sorted([*before.values(), *after.taken.values()])
    assert not reporters.odd
    assert not after.odd
    figures("clock two hours ahead", acknowledged=len(numbers), work_goes_on_after_s=round(took, 1))


def _all_work_goes_on() -> bool:
    """No job waits for a moment that a right clock does not know, nor is held by who is dead."""
    now = timezone.now()
    alive = Worker.objects.filter(seen_at__lte=now)
    held = Schedule.objects.exclude(claimed_by="").exclude(claimed_by__in=alive.values("pk"))
    soon = Schedule.objects.filter(
        every_seconds__lte=60, next_run_at__gt=now + dt.timedelta(minutes=2)
    )
    ran = Schedule.objects.filter(every_seconds__lte=5, last_run_at__lte=now)
    return not held.exists() and not soon.exists() and ran.exists()
