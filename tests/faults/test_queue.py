# SPDX-License-Identifier: MulanPSL-2.0
"""Ten thousand jobs wait: pages are served meanwhile, each job is done once though a worker is
killed in the middle, and somebody is told.
"""

import datetime as dt
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.kernel.jobs import selectors as jobs
from linli.kernel.jobs import services
from tests.faults.house import figures, kill, standing, wait_for
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db(transaction=True)

DEEP = 10_000
NOWHERE = 0
"""A webhook that was ended meanwhile: its job has nothing to do but look."""

KILLED_AT = 5
DONE_WITHIN = 300.0


@pytest.mark.full
def test_ten_thousand_jobs_hold_up_no_page_and_are_all_done(city: City, tmp_path: Path) -> None:
    _asked_for_long_ago()
    with standing(tmp_path) as house:
        assert house.get("/readyz?strict=1") == 503
        began, waits = time.monotonic(), []
        while jobs.waiting_count():
            asked = time.monotonic()
            assert house.get("/portal/") == 200
            waits.append(time.monotonic() - asked)
            if len(waits) == KILLED_AT:
                kill(house.pids("worker")[0])
            assert time.monotonic() - began < DONE_WITHIN
            time.sleep(0.2)
        took = time.monotonic() - began
        wait_for(lambda: house.get("/readyz?strict=1") == 200)
    states = Counter(DBTaskResult.objects.values_list("status", flat=True))
    assert states == {TaskResultStatus.SUCCESSFUL: DEEP}
    page = round(sorted(waits)[len(waits) * 95 // 100] * 1000)
    figures("queue 10,000 deep", done=DEEP, seconds=round(took), page_p95_ms=page)


def _asked_for_long_ago() -> None:
    """Ten thousand jobs as `enqueue` leaves them, from while no worker was there."""
    until = timezone.now().isoformat()
    services.enqueue("exchange.webhook_send", webhook_id=NOWHERE, until=until)
    (pattern,) = DBTaskResult.objects.values()
    rows: list[Any] = [DBTaskResult(**{**pattern, "id": uuid.uuid4()}) for _ in range(DEEP - 1)]
    DBTaskResult.objects.bulk_create(rows)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - dt.timedelta(hours=3))
