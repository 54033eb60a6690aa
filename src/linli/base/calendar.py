# SPDX-License-Identifier: MulanPSL-2.0
"""Due times on a working calendar, pure: no clock, no database.

The rules (`definitions.md` 2.3 and 4; Civil Code articles 201 to 203): the day of the event is not
counted; a span by days ends at 24:00 of its last day, or at the calendar's closing time if it
counts working days; working hours run only while the calendar is open; a pause keeps what was left;
holidays and make-up days come from the calendar's own `days`. All times given must be aware; all
times returned are local.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from linli.base.clock import ZONE, local
from linli.base.derivation import (
    INSTANT,
    RECEIVED,
    Change,
    Day,
    Derivation,
    Due,
    Extension,
    Interval,
    Kind,
    Pause,
    Recount,
    Words,
)
from linli.base.spans import Span, SpanError, Unit

__all__ = [
    "CalendarError",
    "Derivation",
    "Due",
    "Kind",
    "Remaining",
    "Span",
    "SpanError",
    "Unit",
    "WorkCalendar",
    "add_working",
    "due",
    "extend",
    "read_hours",
    "recompute",
    "remaining",
    "resume",
    "working_between",
]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEPT_DAYS = 92
KEPT_ENDS = 14
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


class CalendarError(ValueError):
    """Hours that cannot be a working calendar; the message says what is wrong."""


def read_hours(rows: Sequence[Mapping[str, Any]]) -> dict[int, tuple[tuple[time, time], ...]]:
    """Read a pack's `hours`: rows of `days` (`mon` … `sun`) and `work` (`"08:30-12:00"`).

    Midnight at the end of a day is written `24:00` and kept as `time(0, 0)`.

    Raises:
        CalendarError: an unknown day, a day named twice, or times that cannot be read.
    """
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for row in rows:
        work = tuple(_read_interval(text) for text in row["work"])
        for name in row["days"]:
            if name not in WEEKDAYS:
                raise CalendarError(
                    f'"{name}" is no day of the week; write one of {" ".join(WEEKDAYS)}'
                )
            if WEEKDAYS.index(name) in hours:
                raise CalendarError(f'"{name}" stands in two rows of hours')
            hours[WEEKDAYS.index(name)] = work
    return hours


def _read_interval(text: str) -> tuple[time, time]:
    match = _HOURS.fullmatch(text)
    if match is None or (match[3] == "24" and match[4] != "00"):
        raise CalendarError(f'"{text}" is no stretch of hours; write it as "08:30-12:00"')
    return time(int(match[1]), int(match[2])), time(int(match[3]) % 24, int(match[4]))


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """When an office works: hours by weekday (0 is Monday), days off and make-up days by date.

    A make-up day on a weekday without hours has Monday's (or the first hours of the week). An
    `all_day` calendar is always open: its working hours and days are wall-clock ones. The
    `provisional_years` have no holiday notice yet; later years are provisional with them. An end of
    `time(0, 0)` is 24:00.
    """

    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    days: Mapping[date, bool] = field(default_factory=dict)
    all_day: bool = False
    notes: Mapping[date, Words] = field(default_factory=dict)
    provisional_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a calendar that never opens or whose hours overlap.

        Raises:
            CalendarError: no hours at all, or hours out of order.
        """
        if not self.all_day and not any(self.hours.values()):
            raise CalendarError(
                "a calendar needs hours on at least one day of the week, or all_day"
            )
        for weekday, intervals in self.hours.items():
            last = time()
            for begin, end in intervals:
                if begin < last or (end <= begin and end != time()):
                    raise CalendarError(
                        f"the hours of {WEEKDAYS[weekday]} overlap or run backwards"
                    )
                last = end if end != time() else time.max

    def kind(self, day: date) -> Kind:
        """What sort of day it is."""
        usual = self.all_day or bool(self.hours.get(day.weekday()))
        mark = None if self.all_day else self.days.get(day)
        if mark is None:
            return Kind.WORK if usual else Kind.REST
        if mark:
            return Kind.WORK if usual else Kind.MAKE_UP
        return Kind.HOLIDAY if usual or self.notes.get(day) else Kind.REST

    def is_working(self, day: date) -> bool:
        """Whether the office works at all on that day."""
        return self.kind(day) in (Kind.WORK, Kind.MAKE_UP)

    def open_on(self, day: date) -> tuple[Interval, ...]:
        """The stretches of that day in which the office is open, as local wall-clock times."""
        if self.all_day:
            return (_whole(day),)
        if not self.is_working(day):
            return ()
        hours = self.hours.get(day.weekday()) or self._make_up_hours()
        return tuple(
            (datetime.combine(day, a), datetime.combine(day, b) if b != time() else _whole(day)[1])
            for a, b in hours
        )

    def usual_day(self) -> timedelta:
        """How much working time an ordinary day has."""
        if self.all_day:
            return timedelta(days=1)
        monday = date(2024, 1, 1)
        hours = ((datetime.combine(monday, a), b) for a, b in self._make_up_hours())
        ends = (
            (a, datetime.combine(monday, b) if b != time() else _whole(monday)[1]) for a, b in hours
        )
        return sum((b - a for a, b in ends), timedelta())

    def is_provisional(self, year: int) -> bool:
        """Whether the holiday notice of that year is still missing."""
        return bool(self.provisional_years) and (
            year in self.provisional_years or year > max(self.provisional_years)
        )

    def _make_up_hours(self) -> tuple[tuple[time, time], ...]:
        return next(filter(None, (self.hours.get(weekday) for weekday in range(7))))


def due(
    calendar: WorkCalendar, start: datetime, span: Span, received_label: Words = RECEIVED
) -> Due:
    """When something that began at `start` is due after `span`, with the reasons.

    Raises:
        ValueError: `start` has no time zone.
    """
    return _built(calendar, start, span, received_label, ())


def add_working(calendar: WorkCalendar, start: datetime, length: timedelta) -> datetime:
    """The first moment by which `length` of working time has passed since `start`."""
    return _aware(_advance(calendar, _naive(start), length))


def working_between(calendar: WorkCalendar, a: datetime, b: datetime) -> timedelta:
    """How much working time lies between two moments; negative when `b` is before `a`."""
    return _working(calendar, _naive(a), _naive(b))


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a clock that was stopped at `paused_at`; kept while it stands still."""

    paused_at: datetime
    left: timedelta
    derivation: Derivation

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `left` in seconds."""
        return {
            "paused_at": self.paused_at.isoformat(),
            "left": self.left.total_seconds(),
            "derivation": self.derivation.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        paused_at = datetime.fromisoformat(data["paused_at"]).astimezone(ZONE)
        left = timedelta(seconds=data["left"])
        return cls(paused_at, left, Derivation.from_json(data["derivation"]))


def remaining(calendar: WorkCalendar, now: datetime, due: Due | Derivation) -> Remaining:
    """Stop a clock: what is left of its time at `now` (working time if it counts that), or 0."""
    derivation = due.derivation if isinstance(due, Due) else due
    left = _measure(calendar, derivation.span, _naive(now), _naive(derivation.at))
    return Remaining(local(now), max(left, timedelta()), derivation)


def resume(
    calendar: WorkCalendar, remaining: Remaining, at: datetime, reason: Words | None = None
) -> Due:
    """Let a stopped clock go on at `at` with what was left; the pause is listed with its reason.

    A clock that was late when it stopped stays due when it was.

    Raises:
        ValueError: `at` is before the pause began.
    """
    if at < remaining.paused_at:
        raise ValueError("a pause cannot end before it began")
    base = remaining.derivation
    pause = Pause(remaining.paused_at, local(at), reason or {}, base.at)
    return _built(calendar, base.start, base.span, base.label, (*base.changes, pause))


def extend(
    calendar: WorkCalendar,
    due: Due | Derivation,
    span: Span,
    *,
    granted_at: datetime,
    granted_by: Words | None = None,
    reason: Words | None = None,
) -> Due:
    """Add `span` to a due time; it begins where the time before it ends."""
    base = due.derivation if isinstance(due, Due) else due
    extension = Extension(span, local(granted_at), granted_by or {}, reason or {}, base.at)
    return _built(calendar, base.start, base.span, base.label, (*base.changes, extension))


def recompute(calendar: WorkCalendar, due: Due | Derivation, at: datetime, reason: Words) -> Due:
    """Count a due time anew, pauses and extensions included, after the calendar changed.

    A line with the reason is added only when the due time moves.
    """
    base = due.derivation if isinstance(due, Due) else due
    fresh = _built(calendar, base.start, base.span, base.label, base.changes)
    if fresh.at == base.at:
        return fresh
    recount = Recount(local(at), base.at, fresh.at, reason)
    derivation = replace(fresh.derivation, changes=(*fresh.derivation.changes, recount))
    return Due(fresh.at, derivation)


def _built(
    calendar: WorkCalendar, start: datetime, span: Span, label: Words, changes: tuple[Change, ...]
) -> Due:
    """Play a clock's whole story on a calendar: the span first, then each pause and extension."""
    begin = _naive(start)
    first = at = _end_of(calendar, begin, begin.date(), span)
    told: list[Change] = []
    for change in changes:
        at = _after(calendar, span, at, change)
        told.append(change if isinstance(change, Recount) else replace(change, due_at=_aware(at)))
    last_on = (at - INSTANT).date()
    years = range(begin.year, last_on.year + 1) if span.unit.is_working else ()
    derivation = Derivation(
        start=_aware(begin),
        label=label,
        span=span,
        counts_working=span.unit.is_working,
        first_at=_aware(first),
        at=_aware(at),
        changes=tuple(told),
        days=tuple(_days(calendar, begin.date(), last_on, is_working=span.unit.is_working)),
        usual_day=calendar.usual_day() if span.unit.is_working else timedelta(days=1),
        provisional=tuple(year for year in years if calendar.is_provisional(year)),
    )
    return Due(derivation.at, derivation)


def _after(calendar: WorkCalendar, span: Span, at: datetime, change: Change) -> datetime:
    """The due time after one change."""
    if isinstance(change, Extension):
        return _end_of(calendar, at, (at - INSTANT).date(), change.span)
    if isinstance(change, Recount):
        return at
    began = _naive(change.began_at)
    left = _measure(calendar, span, began, at)
    if left <= timedelta():
        return at
    ended = _naive(change.ended_at)
    return _advance(calendar, ended, left) if span.unit.is_working else ended + left


def _end_of(calendar: WorkCalendar, begin: datetime, event_on: date, span: Span) -> datetime:
    """Where a span ends that begins at `begin`, an event of the day `event_on`."""
    length = span.fixed_length()
    if length is not None:
        return _advance(calendar, begin, length) if span.unit.is_working else begin + length
    if span.unit is not Unit.WORKING_DAYS:
        return _whole(span.last_day(event_on))[1]
    day, left = event_on, span.count
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return calendar.open_on(day)[-1][1]


def _advance(calendar: WorkCalendar, begin: datetime, length: timedelta) -> datetime:
    if length <= timedelta():
        return begin
    left, day = length, begin.date()
    while True:
        for a, b in calendar.open_on(day):
            stretch = b - max(a, begin)
            if stretch >= left:
                return max(a, begin) + left
            left -= max(stretch, timedelta())
        day += timedelta(days=1)


def _working(calendar: WorkCalendar, a: datetime, b: datetime) -> timedelta:
    if b < a:
        return -_working(calendar, b, a)
    total = timedelta()
    for day in _dates(a.date(), b.date()):
        for begin, end in calendar.open_on(day):
            total += max(min(end, b) - max(begin, a), timedelta())
    return total


def _measure(calendar: WorkCalendar, span: Span, a: datetime, b: datetime) -> timedelta:
    return _working(calendar, a, b) if span.unit.is_working else b - a


def _days(calendar: WorkCalendar, first: date, last: date, *, is_working: bool) -> Iterator[Day]:
    """The days of a derivation; over a long span its ends and the days that are not ordinary."""
    is_long = (last - first).days > KEPT_DAYS
    for day in _dates(first, last):
        kind = calendar.kind(day)
        is_ordinary = kind in (Kind.WORK, Kind.REST)
        is_middle = min(day - first, last - day) >= timedelta(days=KEPT_ENDS)
        if is_long and is_ordinary and is_middle:
            continue
        hours = calendar.open_on(day) if is_working else (_whole(day),)
        yield Day(day, kind, calendar.notes.get(day, {}), hours)


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _whole(day: date) -> Interval:
    return datetime.combine(day, time()), datetime.combine(day + timedelta(days=1), time())


def _naive(moment: datetime) -> datetime:
    return local(moment).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZONE)
