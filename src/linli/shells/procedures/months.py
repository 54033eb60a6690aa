# SPDX-License-Identifier: MulanPSL-2.0
"""A year of a working calendar as twelve grids of days. Pure."""

import calendar as gregorian
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from linli.base.calendar import Kind, WorkCalendar
from linli.base.text import label

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a grid; `number` is 0 outside the month, `note` the name of a holiday."""

    on: dt.date
    number: int
    kind: str
    note: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its first day, its weeks from Monday on, and how many of its days are worked."""

    first: dt.date
    weeks: tuple[tuple[DayCell, ...], ...]
    working: int


def months_of(calendar: WorkCalendar, year: int, today: dt.date) -> list[Month]:
    """The twelve months of a year."""
    return [_month(calendar, year, month, today) for month in MONTHS]


def _month(calendar: WorkCalendar, year: int, month: int, today: dt.date) -> Month:
    weeks = gregorian.Calendar().monthdatescalendar(year, month)
    cells = tuple(tuple(_cells(calendar, week, month, today)) for week in weeks)
    working = sum(calendar.is_working(day) for week in weeks for day in week if day.month == month)
    return Month(dt.date(year, month, 1), cells, working)


def _cells(
    calendar: WorkCalendar, week: list[dt.date], month: int, today: dt.date
) -> Iterator[DayCell]:
    for day in week:
        is_inside = day.month == month
        kind = calendar.kind(day) if is_inside else Kind.REST
        note = label(calendar.notes.get(day, {})) if is_inside else ""
        yield DayCell(
            day, day.day if is_inside else 0, kind.value, note, is_inside and day == today
        )


def years_of(calendar: WorkCalendar, this_year: int) -> list[int]:
    """The years that the calendar speaks of, and this one and the next."""
    return sorted({day.year for day in calendar.days} | {this_year, this_year + 1})
