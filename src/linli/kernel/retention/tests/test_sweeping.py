# SPDX-License-Identifier: MulanPSL-2.0
"""Rows whose time is over go, batch by batch, and the ledger knows of each."""

import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.kernel.audit.models import AuditRecord
from linli.kernel.files.models import StoredFile
from linli.kernel.jobs.registry import job_find
from linli.kernel.retention import selectors, sweeping
from linli.kernel.retention.models import RetentionPeriod, RetentionRun
from linli.kernel.retention.terms import Verb
from linli.kernel.retention.tests.conftest import A_DAY, NAME, Declare, files_of_days
from linli.kernel.sockets import registry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_what_is_over_goes_and_the_rest_stays(declare: Declare) -> None:
    declare()
    young, old, older = files_of_days(29, 31, 40)
    assert sweeping.sweep() == 2
    assert [row.pk for row in StoredFile.objects.all()] == [young]
    run = RetentionRun.objects.get()
    assert (run.name, run.rows, run.manner, run.version, run.days) == (NAME, 2, "deleted", 0, 30)
    assert run.digest == hashlib.sha256(f"{older}\n{old}\n".encode()).hexdigest()
    assert run.oldest is not None
    assert run.newest is not None
    assert (run.newest - run.oldest).days == 9
    assert run.newest < run.until
    row = AuditRecord.objects.get(verb=Verb.ROWS_GONE)
    assert (row.subject_key, row.detail["rows"], row.detail["digest"]) == (NAME, 2, run.digest)


def test_a_run_in_which_nothing_goes_stands_in_the_ledger_too(declare: Declare) -> None:
    declare()
    assert sweeping.sweep() == 0
    run = RetentionRun.objects.get()
    assert (run.rows, run.digest, run.ended_at is not None) == (0, "", True)
    assert not AuditRecord.objects.exists()
    assert not selectors.runs_told().exists()


def test_a_run_that_was_stopped_goes_on_with_its_cut_off(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = files_of_days(50, 49, 48, 47, 46)
    calls = []

    def take(rows: Any) -> None:
        calls.append(rows.count())
        if len(calls) == 2:
            rows.delete()
            raise KeyboardInterrupt
        rows.delete()

    monkeypatch.setattr(sweeping, "BATCH", 2)
    declare(take=take)
    with pytest.raises(KeyboardInterrupt):
        sweeping.sweep()
    stopped = RetentionRun.objects.get()
    assert (stopped.rows, stopped.ended_at) == (2, None)
    assert StoredFile.objects.count() == 3
    assert sweeping.sweep() == 3
    run = RetentionRun.objects.get()
    assert (run.rows, run.until, run.manner) == (5, stopped.until, "anonymized")
    assert run.digest == digest_of(keys[:2], keys[2:4], keys[4:])


def digest_of(*batches: list[int]) -> str:
    """The digest that runs through the batches."""
    digest = ""
    for keys in batches:
        told = digest + "".join(f"{key}\n" for key in keys)
        digest = hashlib.sha256(told.encode()).hexdigest()
    return digest


def test_rows_may_be_made_anonymous_instead(declare: Declare) -> None:
    declare(take=lambda rows: rows.update(owner_key=""))
    files_of_days(31, 1)
    assert sweeping.sweep() == 1
    assert sweeping.sweep() == 0
    assert sorted(StoredFile.objects.values_list("owner_key", flat=True)) == ["", "17"]


def test_what_was_taken_and_is_still_there_is_a_fault(declare: Declare) -> None:
    declare(take=lambda rows: None)
    files_of_days(31)
    with pytest.raises(RuntimeError, match=NAME):
        sweeping.sweep()
    assert RetentionRun.objects.get().rows == 0


def test_a_class_that_fails_holds_up_no_other(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare()
    files_of_days(31)

    def broken(until: object) -> Any:
        raise LookupError(until)

    good = registry._all.retention[NAME]
    both = {"test.broken": type(good)(good.rule, broken, None), NAME: good}
    monkeypatch.setattr(registry._all, "retention", both)
    with pytest.raises(LookupError):
        sweeping.sweep()
    assert not StoredFile.objects.exists()


def test_a_period_that_was_set_holds_and_ends_a_run_of_another(declare: Declare) -> None:
    declare()
    files_of_days(31, 61)
    now = timezone.now()
    stopped = RetentionRun.objects.create(
        name=NAME, manner="deleted", version=0, days=30, until=now - 30 * A_DAY, begun_at=now
    )
    RetentionPeriod.objects.create(name=NAME, days=60, set_at=now)
    assert sweeping.sweep() == 1
    stopped.refresh_from_db()
    assert (stopped.rows, stopped.ended_at is not None) == (0, True)
    run = RetentionRun.objects.exclude(pk=stopped.pk).get()
    assert (run.version, run.days, run.rows) == (1, 60, 1)


def test_a_lowest_that_grew_holds_over_what_was_set(declare: Declare) -> None:
    declare(least=90)
    RetentionPeriod.objects.create(name=NAME, days=60, set_at=timezone.now())
    files_of_days(61)
    assert sweeping.sweep() == 0


def test_the_database_knows_one_open_run_a_class(declare: Declare) -> None:
    now = timezone.now()
    given = {"name": NAME, "version": 0, "days": 30, "until": now, "begun_at": now}
    RetentionRun.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRun.objects.create(**given)


def test_every_class_of_the_house_can_be_gone_through() -> None:
    """Each question works on this database, and nothing that is young goes."""
    assert len(registry.retention()) >= 10
    job = job_find("retention.sweep")
    assert job is not None
    job.function()
    names = RetentionRun.objects.filter(ended_at__isnull=False).values_list("name", flat=True)
    assert set(names) == set(registry.retention())
