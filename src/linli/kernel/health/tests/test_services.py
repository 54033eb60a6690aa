# SPDX-License-Identifier: MulanPSL-2.0
"""Having a failed job tried again: by whom, once, and on the record."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden
from linli.config.testing.together import at_once, codes
from linli.kernel.access import services as access
from linli.kernel.access.factories import GrantFactory, role_define
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.health import services as health
from linli.kernel.health.terms import Perm, Verb
from linli.kernel.jobs import selectors, worker
from linli.kernel.jobs.services import enqueue
from linli.kernel.jobs.tests import work


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    work.done.clear()
    yield
    work.failing["times"] = 0


def given_up() -> str:
    """A job that failed as often as it is tried; its key."""
    work.failing["times"] = 3
    enqueue("test.shaky", number=3)
    for _attempt in range(3):
        worker.run_all()
        earlier = timezone.now() - dt.timedelta(hours=2)
        DBTaskResult.objects.filter(status="READY").update(run_after=earlier)
    return str(selectors.jobs_failed().get().pk)


def somebody(*permissions: str) -> Actor:
    """Somebody with these permissions at a place."""
    account = AccountFactory.create()
    role_define("tester", permissions)
    GrantFactory.create(account=account, role="tester")
    return access.actor_for(account, "r" * 32)


@pytest.mark.django_db
def test_a_job_that_is_tried_again_is_done_and_no_longer_failed() -> None:
    key = given_up()
    assert health.job_retry(actor=somebody(Perm.RETRY), key=key) == "test.shaky"
    assert selectors.failed_count() == 0
    worker.run_all()
    assert work.done == [3]


@pytest.mark.django_db
def test_it_has_all_its_attempts_again() -> None:
    key = given_up()
    work.failing["times"] = 2
    health.job_retry(actor=somebody(Perm.RETRY), key=key)
    for _attempt in range(3):
        worker.run_all()
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    assert work.done == [3]


@pytest.mark.django_db
def test_who_only_looks_may_not() -> None:
    key = given_up()
    with pytest.raises(Forbidden):
        health.job_retry(actor=somebody(Perm.VIEW), key=key)
    assert selectors.failed_count() == 1


@pytest.mark.django_db
def test_a_job_that_has_not_failed_is_left_alone() -> None:
    enqueue("test.note", number=1)
    actor = somebody(Perm.RETRY)
    with pytest.raises(Conflict):
        health.job_retry(actor=actor, key=str(DBTaskResult.objects.get().pk))
    worker.run_all()
    with pytest.raises(Conflict):
        health.job_retry(actor=actor, key=str(DBTaskResult.objects.get().pk))
    assert work.done == [1]


@pytest.mark.django_db
def test_an_attempt_that_is_followed_by_another_is_none_to_try_again() -> None:
    given_up()
    first = DBTaskResult.objects.failed().order_by("enqueued_at").first()
    assert first is not None
    with pytest.raises(Conflict):
        health.job_retry(actor=somebody(Perm.RETRY), key=str(first.pk))


@pytest.mark.django_db
def test_the_record_says_who_had_what_tried_again_and_not_with_what() -> None:
    key = given_up()
    actor = somebody(Perm.RETRY)
    health.job_retry(actor=actor, key=key)
    row = AuditRecord.objects.get(verb=Verb.JOB_RETRIED)
    assert (row.actor_id, row.subject_key) == (actor.account_id, key)
    assert row.place_path == actor.reach(Perm.RETRY)[0]
    assert row.detail["job"] == "test.shaky"
    assert row.detail["attempts"] == 3
    assert row.detail["error"].startswith("RuntimeError at linli.kernel.jobs.tests.work:")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_press_once() -> None:
    key = given_up()
    actors = [somebody(Perm.RETRY), somebody(Perm.RETRY)]
    found = at_once(*(partial(health.job_retry, actor=actor, key=key) for actor in actors))
    assert codes(found) == ["done", "job_not_failed"]
    assert DBTaskResult.objects.ready().count() == 1
    assert AuditRecord.objects.filter(verb=Verb.JOB_RETRIED).count() == 1
