# SPDX-License-Identifier: MulanPSL-2.0
"""The queue, the schedule, and several workers side by side."""

import datetime as dt
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from linli.kernel.jobs import registry, selectors, services, worker
from linli.kernel.jobs.models import Schedule, Worker
from linli.kernel.jobs.tests import work

LATER = dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    work.done.clear()
    work.failing["times"] = 0
    yield
    work.failing["times"] = 0


def due_now() -> None:
    """Let what waits for another attempt be due."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - LATER)


@pytest.mark.django_db
class TestQueue:
    def test_a_job_that_was_asked_for_is_done_once(self) -> None:
        services.enqueue("test.note", number=7)
        assert work.done == []
        assert worker.run_all() == 1
        assert work.done == [7]
        assert worker.run_all() == 0

    def test_a_delayed_job_waits(self) -> None:
        services.enqueue("test.note", delay=dt.timedelta(hours=1), number=7)
        assert worker.run_all() == 0
        due_now()
        worker.run_all()
        assert work.done == [7]

    def test_a_job_nobody_knows_cannot_be_asked_for(self) -> None:
        with pytest.raises(LookupError, match="no_such"):
            services.enqueue("no_such")

    def test_a_personal_value_cannot_be_an_argument(self) -> None:
        with pytest.raises(ValueError, match="no id or code"):
            services.enqueue("test.note", number="13800138000")
        assert not DBTaskResult.objects.exists()

    def test_a_failed_job_is_tried_again_later(self) -> None:
        work.failing["times"] = 2
        services.enqueue("test.shaky", number=3)
        for _attempt in range(3):
            worker.run_all()
            due_now()
        assert work.done == [3]
        assert DBTaskResult.objects.failed().count() == 2

    def test_a_job_that_always_fails_is_given_up(self) -> None:
        work.failing["times"] = 99
        services.enqueue("test.shaky", number=3)
        for _attempt in range(6):
            worker.run_all()
            due_now()
        assert DBTaskResult.objects.failed().count() == 3
        assert not DBTaskResult.objects.ready().exists()

    def test_what_went_wrong_is_kept_without_its_words(self) -> None:
        work.failing["times"] = 99
        services.enqueue("test.shaky", number=3)
        worker.run_all()
        failed = DBTaskResult.objects.failed().get()
        assert "RuntimeError at linli.kernel.jobs.tests.work" in failed.traceback
        assert "13800138000" not in failed.traceback

    def test_a_job_whose_code_is_gone_waits_for_it(self) -> None:
        services.enqueue("test.note", number=1)
        DBTaskResult.objects.update(args_kwargs={"args": ["test.gone", {}, 1], "kwargs": {}})
        worker.run_all()
        assert DBTaskResult.objects.failed().count() == 1
        assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_two_functions_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match=r"test\.note"):
        services.job(name="test.note")(work.tick)
    assert registry.job_find("test.note") is not None


@pytest.mark.django_db
class TestSchedule:
    @pytest.fixture(autouse=True)
    def _only_tick(self) -> None:
        worker.schedules_sync()
        Schedule.objects.exclude(name="test.tick").update(next_run_at=timezone.now() + LATER)

    def test_a_due_tick_runs_once_and_comes_again_after_its_interval(self) -> None:
        assert worker.schedule_run_next("one")
        assert not worker.schedule_run_next("two")
        assert work.done == [0]
        row = Schedule.objects.get(name="test.tick")
        assert row.claimed_by == ""
        assert row.last_run_at is not None
        assert row.next_run_at - row.last_run_at == dt.timedelta(hours=1)

    def test_a_tick_that_another_worker_holds_is_left_alone(self) -> None:
        Schedule.objects.filter(name="test.tick").update(claimed_by="another")
        assert not worker.schedule_run_next("me")
        assert work.done == []

    def test_a_failed_tick_is_noted_and_comes_again_soon(self) -> None:
        work.failing["times"] = 1
        worker.schedule_run_next("me")
        row = Schedule.objects.get(name="test.tick")
        assert (row.failures, row.claimed_by) == (1, "")
        assert row.last_error.startswith("RuntimeError at linli.kernel.jobs.tests.work")
        assert row.next_run_at < timezone.now() + dt.timedelta(minutes=1)
        Schedule.objects.filter(pk=row.pk).update(next_run_at=timezone.now())
        worker.schedule_run_next("me")
        row.refresh_from_db()
        assert (row.failures, row.last_error) == (0, "")

    def test_a_changed_interval_counts_from_now(self) -> None:
        Schedule.objects.filter(name="test.tick").update(
            every_seconds=9, next_run_at=timezone.now() + LATER
        )
        worker.schedules_sync()
        row = Schedule.objects.get(name="test.tick")
        assert row.every_seconds == 3600
        assert row.next_run_at <= timezone.now()

    def test_what_only_an_older_version_did_is_not_shown(self) -> None:
        now = timezone.now()
        Schedule.objects.create(name="test.no_more", every_seconds=60, next_run_at=now)
        shown = [row.name for row in selectors.schedules()]
        assert "test.tick" in shown
        assert "test.no_more" not in shown


@pytest.mark.django_db
class TestDeadWorkers:
    def test_what_a_dead_worker_held_is_taken_up_again(self) -> None:
        worker.schedules_sync()
        worker.beat("dead")
        Schedule.objects.filter(name="test.tick").update(claimed_by="dead")
        services.enqueue("test.note", number=5)
        held = DBTaskResult.objects.get()
        held.claim("dead")
        worker.beat("alive")
        assert DBTaskResult.objects.running().exists()  # still counted as alive

        Worker.objects.filter(pk="dead").update(seen_at=timezone.now() - LATER)
        worker.beat("alive")
        assert Schedule.objects.get(name="test.tick").claimed_by == ""
        worker.run_all("alive")
        assert work.done == [5]

    def test_a_clock_that_was_ahead_lets_nothing_lie(self) -> None:
        ahead = timezone.now() + LATER
        worker.schedules_sync()
        Worker.objects.create(id="dead", started_at=ahead, seen_at=ahead)
        Schedule.objects.update(claimed_by="dead", next_run_at=ahead)
        worker.beat("alive")
        assert Worker.objects.get(pk="dead").seen_at <= timezone.now()
        assert Schedule.objects.get(name="test.tick").next_run_at <= timezone.now()
        Worker.objects.filter(pk="dead").update(seen_at=timezone.now() - worker.STALE * 2)
        worker.beat("alive")
        assert not Schedule.objects.exclude(claimed_by="").exists()

    def test_a_worker_whose_own_clock_is_off_goes_by_the_database(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if connection.vendor != "postgresql":
            return
        right = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: right + LATER)
        worker.beat("ahead")
        assert Worker.objects.get(pk="ahead").seen_at < right + dt.timedelta(minutes=1)

    def test_health_shows_when_a_worker_was_last_seen(self) -> None:
        assert selectors.worker_seen_at() is None
        worker.beat("alive")
        seen = selectors.worker_seen_at()
        assert seen is not None
        assert timezone.now() - seen < dt.timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_several_threads_do_every_job_once_and_stop_when_told() -> None:
    worker.schedules_sync()
    Schedule.objects.update(next_run_at=timezone.now() + dt.timedelta(minutes=2))
    Schedule.objects.filter(name="test.tick").update(next_run_at=timezone.now())
    for number in range(1, 31):
        services.enqueue("test.note", number=number)
    stop = threading.Event()
    loops = [
        threading.Thread(target=_closing(worker.worker_run), args=(stop,), kwargs={"threads": 3})
        for _process in range(2)
    ]
    for loop in loops:
        loop.start()
    until = time.monotonic() + 30
    while len(work.done) < 31 and time.monotonic() < until:
        time.sleep(0.05)
    began = time.monotonic()
    stop.set()
    for loop in loops:
        loop.join(10)
    assert time.monotonic() - began < 3
    assert sorted(work.done) == list(range(31))
    assert not Worker.objects.exists()


def _closing(run):  # type: ignore[no-untyped-def]
    def closed(*args, **kwargs):  # type: ignore[no-untyped-def]
        try:
            run(*args, **kwargs)
        finally:
            connection.close()

    return closed
