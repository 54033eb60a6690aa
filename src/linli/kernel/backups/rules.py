# SPDX-License-Identifier: MulanPSL-2.0
"""Which backups stay, and when the last one is too old. Pure."""

import datetime as dt
from collections.abc import Callable, Iterable

from linli.base.clock import ZONE

DAYS, WEEKS, MONTHS = 7, 4, 12
LATE = dt.timedelta(hours=26)
"""A backup a night: one that is older says that a night went without."""


def kept(moments: Iterable[dt.datetime]) -> set[dt.datetime]:
    """The moments of the backups that stay: the newest of each of the last days, weeks and months
    that have one.
    """
    newest = sorted(moments, reverse=True)
    stay: set[dt.datetime] = set()
    for period, most in ((_day, DAYS), (_week, WEEKS), (_month, MONTHS)):
        stay |= set(_first_of_each(newest, period)[:most])
    return stay


def is_late(last: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the last good backup is missing or too old."""
    return last is None or now - last > LATE


def _first_of_each(
    moments: list[dt.datetime], period: Callable[[dt.datetime], object]
) -> list[dt.datetime]:
    first: dict[object, dt.datetime] = {}
    for moment in moments:
        first.setdefault(period(moment.astimezone(ZONE)), moment)
    return list(first.values())


def _day(moment: dt.datetime) -> object:
    return moment.date()


def _week(moment: dt.datetime) -> object:
    return moment.isocalendar()[:2]


def _month(moment: dt.datetime) -> object:
    return moment.year, moment.month
