# SPDX-License-Identifier: MulanPSL-2.0
"""When to warn: so much time before a due time, on the clock's own calendar."""

import datetime as dt

from linli.base.calendar import WorkCalendar
from linli.base.clock import ZONE, local
from linli.base.spans import Span, Unit

_LONGEST_LOOK = 400
"""Days looked back at most; a warning earlier than that warns of nothing."""


def before(calendar: WorkCalendar, due_at: dt.datetime, span: Span) -> dt.datetime:
    """The moment that lies a span before a due time; working spans count working time only."""
    if span.unit is Unit.WORKING_HOURS:
        return _back(calendar, due_at, dt.timedelta(hours=span.count))
    if span.unit is Unit.WORKING_DAYS:
        return _back(calendar, due_at, calendar.usual_day() * span.count)
    length = span.fixed_length()
    if length is not None:
        return due_at - length
    days = {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 365}[span.unit]
    return due_at - dt.timedelta(days=days * span.count)


def _back(calendar: WorkCalendar, due_at: dt.datetime, length: dt.timedelta) -> dt.datetime:
    at = local(due_at).replace(tzinfo=None)
    left, day = length, at.date()
    for _ in range(_LONGEST_LOOK):
        for begin, end in reversed(calendar.open_on(day)):
            stretch = min(end, at) - begin
            if stretch >= left:
                return (min(end, at) - left).replace(tzinfo=ZONE)
            left -= max(stretch, dt.timedelta())
        day -= dt.timedelta(days=1)
    return due_at - dt.timedelta(days=_LONGEST_LOOK)
