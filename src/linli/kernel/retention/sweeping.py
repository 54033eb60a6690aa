# SPDX-License-Identifier: MulanPSL-2.0
"""Going through the classes, batch by batch, each with its line of the ledger.

Rows and line are written in one transaction, so that nothing goes that the ledger does not know; a
run that was stopped goes on with the same cut-off.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.base.trail import where
from linli.kernel.audit import services as audit
from linli.kernel.retention.models import RetentionRun
from linli.kernel.retention.selectors import Kept, classes_kept
from linli.kernel.retention.terms import CLASS, Verb

log = logging.getLogger(__name__)

BATCH = 500
"""So many rows go at once."""


def sweep() -> int:
    """Let go what had its time, class by class; how many rows went.

    A class that fails does not hold up the others; the first failure is raised at the end.
    """
    failed: Exception | None = None
    count = 0
    for each in classes_kept():
        try:
            count += _class_sweep(each)
        except Exception as error:
            log.error("%s: %s", each.name, where(error))
            failed = failed or error
    if failed is not None:
        raise failed
    return count


def _class_sweep(each: Kept) -> int:
    run = _run_open(each)
    count = 0
    while went := _batch(each, run.pk):
        count += went
    _run_end(run.pk)
    return count


@transaction.atomic
def _run_open(each: Kept) -> RetentionRun:
    """The run that was stopped, else a new one; one of another period is over."""
    now = timezone.now()
    open_one = RetentionRun.objects.select_for_update().filter(name=each.name, ended_at=None)
    for run in open_one:
        if (run.version, run.days) == (each.version, each.days):
            return run
        _run_end(run.pk)
    return RetentionRun.objects.create(
        name=each.name,
        manner=each.given.manner,
        version=each.version,
        days=each.days,
        until=now - dt.timedelta(days=each.days),
        begun_at=now,
    )


@transaction.atomic
def _batch(each: Kept, run_id: int) -> int:
    """The next rows of a class; 0 where there are no more."""
    run = RetentionRun.objects.select_for_update().get(pk=run_id)
    if run.ended_at is not None:
        return 0
    moment = each.given.rule.moment
    aged = each.given.aged(run.until)
    can_skip = connection.features.has_select_for_update_skip_locked
    held = aged.order_by(moment, "pk").select_for_update(skip_locked=can_skip, of=("self",))
    found = list(held.values_list("pk", moment)[:BATCH])
    if not found:
        return 0
    keys = [key for key, _at in found]
    _take(each, aged.model._base_manager.filter(pk__in=keys))
    if aged.filter(pk__in=keys).exists():
        message = f"{each.name}: rows were taken and are still there"
        raise RuntimeError(message)
    run.rows += len(keys)
    run.oldest = run.oldest or found[0][1]
    run.newest = found[-1][1]
    run.digest = digest_on(run.digest, keys)
    run.save(update_fields=["rows", "oldest", "newest", "digest"])
    return len(keys)


def digest_on(digest: str, keys: Iterable[object]) -> str:
    """The digest of keys that follow on others, one a line."""
    told = "".join(f"{key}\n" for key in keys)
    return hashlib.sha256(f"{digest}{told}".encode()).hexdigest()


def _take(each: Kept, rows: QuerySet[Any]) -> None:
    if each.given.take is None:
        rows.delete()
    else:
        each.given.take(rows)


@transaction.atomic
def _run_end(run_id: int) -> None:
    run = RetentionRun.objects.select_for_update().get(pk=run_id)
    if run.ended_at is not None:
        return
    run.ended_at = timezone.now()
    run.save(update_fields=["ended_at"])
    if run.rows:
        detail = {
            "rows": run.rows,
            "manner": run.manner,
            "until": run.until.isoformat(),
            "version": run.version,
            "digest": run.digest,
        }
        audit.record(SYSTEM, Verb.ROWS_GONE, on=(CLASS, run.name), detail=detail)
