# SPDX-License-Identifier: MulanPSL-2.0
"""Which backups stay."""

import datetime as dt

from linli.base.clock import ZONE
from linli.kernel.backups.rules import LATE, is_late, kept

NIGHT = dt.datetime(2026, 7, 31, 19, 5, tzinfo=dt.UTC)  # three in the morning of 1 August in China


def nights(count: int) -> list[dt.datetime]:
    """The backups of so many nights, the last one first."""
    return [NIGHT - dt.timedelta(days=number) for number in range(count)]


def test_all_of_the_first_week_stay() -> None:
    assert kept(nights(7)) == set(nights(7))
    assert kept([]) == set()


def test_after_two_years_seven_days_four_weeks_and_twelve_months_stay() -> None:
    stay = kept(nights(730))
    days = {moment.astimezone(ZONE).date() for moment in stay}
    assert {dt.date(2026, 8, 1) - dt.timedelta(days=number) for number in range(7)} < days
    sundays = {dt.date(2026, 7, 26), dt.date(2026, 7, 19), dt.date(2026, 7, 12)}
    assert sundays < days
    ends = {dt.date(2026, month, 1) - dt.timedelta(days=1) for month in range(1, 9)}
    ends |= {dt.date(2025, month, 1) - dt.timedelta(days=1) for month in (10, 11, 12)}
    assert ends < days
    assert len(days) == 7 + 2 + 10  # 26 and 31 July are among the days


def test_two_of_one_day_leave_the_newer() -> None:
    noon = NIGHT - dt.timedelta(hours=15)
    later = noon + dt.timedelta(hours=1)
    others = [NIGHT - dt.timedelta(days=2 + number) for number in range(30)]
    stay = kept([NIGHT, noon, later, *others])
    assert NIGHT in stay
    assert later in stay
    assert noon not in stay


def test_days_in_which_none_came_do_not_count() -> None:
    seldom = [NIGHT - dt.timedelta(days=40 * number) for number in range(5)]
    assert kept(seldom) == set(seldom)


def test_a_night_without_a_backup_is_late() -> None:
    assert is_late(None, NIGHT)
    assert not is_late(NIGHT - LATE, NIGHT)
    assert is_late(NIGHT - LATE - dt.timedelta(seconds=1), NIGHT)
