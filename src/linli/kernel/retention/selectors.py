# SPDX-License-Identifier: MulanPSL-2.0
"""How long classes of rows are kept, and what went of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max, QuerySet, Sum

from linli.kernel.retention.models import RetentionPeriod, RetentionRun
from linli.kernel.sockets import registry
from linli.kernel.sockets.retention import RetentionGiven


@dataclass(frozen=True, slots=True)
class Kept:
    """A class of rows with the period in force: its own, or one that was set (`version` > 0)."""

    name: str
    given: RetentionGiven
    days: int
    version: int
    ran_at: dt.datetime | None = None
    rows: int = 0


def kept(name: str) -> Kept | None:
    """A class with its period; None for one that nobody declares."""
    given = registry.retention().get(name)
    if given is None:
        return None
    return _kept(name, given, RetentionPeriod.objects.filter(pk=name).first())


def classes_kept() -> list[Kept]:
    """Every class with its period, when it was last gone through, and how many rows went so far."""
    periods = RetentionPeriod.objects.in_bulk()
    totals = RetentionRun.objects.values_list("name").annotate(Max("ended_at"), Sum("rows"))
    known = {name: (ran_at, rows) for name, ran_at, rows in totals}
    return [
        _kept(name, given, periods.get(name), *known.get(name, (None, 0)))
        for name, given in registry.retention().items()
    ]


def runs_told(names: Mapping[str, object] | None = None) -> QuerySet[RetentionRun]:
    """The lines of the ledger in which something went, newest first; perhaps of some classes."""
    rows = RetentionRun.objects.filter(rows__gt=0).order_by("-pk")
    return rows if names is None else rows.filter(name__in=names)


def runs_aged(until: dt.datetime) -> QuerySet[RetentionRun]:
    """Lines of the ledger that were written before a moment."""
    return RetentionRun.objects.filter(ended_at__lt=until)


def _kept(
    name: str,
    given: RetentionGiven,
    period: RetentionPeriod | None,
    ran_at: dt.datetime | None = None,
    rows: int = 0,
) -> Kept:
    """What was set holds, though never less than its owner allows by now."""
    if period is None:
        return Kept(name, given, given.rule.days, 0, ran_at, rows)
    days = max(period.days, given.rule.least)
    return Kept(name, given, days, period.version, ran_at, rows)
