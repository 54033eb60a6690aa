# SPDX-License-Identifier: MulanPSL-2.0
"""Named sets of cases: a figure is the count of one, and its page lists exactly that one."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from linli.base import clock
from linli.kernel.workflow.models import Clock
from linli.modules.appeals.models import Appeal, CaseQuerySet
from linli.modules.appeals.terms import GOOD_MARKS

CONTACT, CLOSING = "contact", "closing"


@dataclass(frozen=True)
class Period:
    """From the first moment up to, not including, the last; `now` is the moment asked at."""

    since: dt.datetime
    until: dt.datetime
    now: dt.datetime

    @property
    def last(self) -> dt.date:
        """Its last day, today at most: along the tree of that day its cases count at places."""
        end = min(self.until - dt.timedelta(microseconds=1), self.now)
        return clock.local(end).date()


Slice = Callable[[CaseQuerySet, Period], CaseQuerySet]


def _clock(name: str, *conditions: Q) -> Exists:
    return Exists(Clock.objects.filter(*conditions, matter=OuterRef("matter"), name=name))


def _appeal(*conditions: Q) -> Exists:
    return Exists(Appeal.objects.filter(*conditions, case=OuterRef("pk")))


def filed(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Cases opened in the period."""
    return cases.filter(matter__opened_at__gte=period.since, matter__opened_at__lt=period.until)


def ended(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Cases that were done in the period (not those refused or withdrawn)."""
    return cases.filter(
        matter__ended_at__gte=period.since, matter__ended_at__lt=period.until, matter__end="done"
    )


def ended_late(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of those done, the ones answered after their closing time."""
    return ended(cases, period).filter(~_clock(CLOSING, Q(stopped_at__lte=F("due_at"))))


def ended_in_time(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of those done, the ones answered before their closing time."""
    return ended(cases, period).filter(_clock(CLOSING, Q(stopped_at__lte=F("due_at"))))


def open_now(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Cases not ended yet."""
    del period
    return cases.filter(matter__ended_at__isnull=True)


def late_now(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Open cases with a clock that has run out and still runs; the queue calls the same ones
    late.
    """
    return open_now(cases, period).filter(matter__next_due_at__lt=period.now)


def due_today(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Open cases whose closing time falls before the end of the day and has not passed."""
    due = Q(due_at__gte=period.now, due_at__lt=period.until)
    due &= Q(stopped_at__isnull=True, paused_at__isnull=True)
    return open_now(cases, period).filter(_clock(CLOSING, due))


def contact_counted(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Cases opened in the period whose first contact has happened or is overdue."""
    counted = Q(stopped_at__isnull=False) | Q(due_at__lt=period.now)
    return filed(cases, period).filter(_clock(CONTACT, counted))


def contact_in_time(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of those, the ones where somebody spoke with the resident in time."""
    return filed(cases, period).filter(_clock(CONTACT, Q(stopped_at__lte=F("due_at"))))


def contact_missed(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of those, the ones where nobody spoke with the resident in time."""
    in_time = _clock(CONTACT, Q(stopped_at__lte=F("due_at")))
    return contact_counted(cases, period).filter(~in_time)


def called_back(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Cases with a mark given in the period."""
    return cases.filter(_appeal(Q(rated_at__gte=period.since, rated_at__lt=period.until)))


def satisfied(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of those, the ones whose every mark was good."""
    return called_back(cases, period).filter(~_rated_badly(period))


def dissatisfied(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of those, the ones with a bad mark."""
    return called_back(cases, period).filter(_rated_badly(period))


def _rated_badly(period: Period) -> Exists:
    in_period = Q(rated_at__gte=period.since, rated_at__lt=period.until)
    return _appeal(in_period & ~Q(mark__in=GOOD_MARKS))


UNSOLVED = ~Q(mark="") & ~Q(mark__in=GOOD_MARKS)
"""A bad mark, whenever it was given."""


def solved(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of the cases done in the period, those that no resident called unsolved (a bad mark)."""
    return ended(cases, period).filter(~_appeal(UNSOLVED))


def unsolved(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    """Of the cases done in the period, those that a resident called unsolved."""
    return ended(cases, period).filter(_appeal(UNSOLVED))


SLICES: dict[str, Slice] = {
    "filed": filed,
    "ended": ended,
    "ended_in_time": ended_in_time,
    "ended_late": ended_late,
    "open": open_now,
    "late": late_now,
    "due_today": due_today,
    "contact_counted": contact_counted,
    "contact_in_time": contact_in_time,
    "contact_missed": contact_missed,
    "called_back": called_back,
    "satisfied": satisfied,
    "dissatisfied": dissatisfied,
    "solved": solved,
    "unsolved": unsolved,
}

OF_NOW = frozenset({"open", "late", "due_today"})
"""Sets that say how it stands now, whatever the period: they count along the tree of now."""

RATES: dict[str, tuple[str, str]] = {
    "response_rate": ("contact_in_time", "contact_counted"),
    "in_time_rate": ("ended_in_time", "ended"),
    "resolution_rate": ("solved", "ended"),
    "satisfaction_rate": ("satisfied", "called_back"),
}
"""The rates (响应率、按时办结率、解决率、满意率): numerator and denominator by slice."""

GAPS: dict[str, str] = {
    "response_rate": "contact_missed",
    "in_time_rate": "ended_late",
    "resolution_rate": "unsolved",
    "satisfaction_rate": "dissatisfied",
}
"""What is missing to a whole rate: the denominator without the numerator, by slice."""
