# SPDX-License-Identifier: MulanPSL-2.0
"""What the clock chip and the rail show: a derivation measured at the moment of drawing.

Pure numbers and words, no SVG: the shells draw. A stretch is two shares (0 to 1) of the day's bar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from linli.base.clock import local
from linli.base.derivation import Day, Derivation, Extension, Interval, Kind, Pause, Words

Stretch = tuple[float, float]


class Tone(StrEnum):
    """How a due time is coloured: late after it, soon when less than one working day is left."""

    LATE = "late"
    SOON = "soon"
    NONE = ""


@dataclass(frozen=True, slots=True)
class RailDay:
    """One bar of the rail.

    `open` is working time, `spent` what has passed of it, `extra` what an extension added, `paused`
    where the clock stood still; `start`, `now`, `due` are marks, where they fall on this day.
    """

    on: date
    kind: Kind
    note: Words
    open: tuple[Stretch, ...]
    spent: tuple[Stretch, ...]
    extra: tuple[Stretch, ...]
    paused: tuple[Stretch, ...]
    start: float | None
    now: float | None
    due: float | None


def left(derivation: Derivation, now: datetime) -> timedelta:
    """The time left: working time if the clock counts that; below zero (wall clock) when late."""
    moment, end = _plain(now), _plain(derivation.at)
    if moment >= end or not derivation.counts_working or _is_sparse(derivation, moment.date()):
        return end - moment
    return _total(_cut(derivation.days, moment, end))


def spent(derivation: Derivation, until: datetime) -> timedelta:
    """The time used from the start until a moment not after the due time, pauses taken out."""
    begin, end = _plain(derivation.start), min(_plain(until), _plain(derivation.at))
    if not derivation.counts_working or _is_sparse(derivation, begin.date()):
        whole: list[Interval] = [(begin, max(begin, end))]
    else:
        whole = _cut(derivation.days, begin, end)
    return _total(_without(whole, _pauses(derivation)))


def tone(derivation: Derivation, now: datetime) -> Tone:
    """The colour of the chip; a colour never stands without a word."""
    if local(now) > derivation.at:
        return Tone.LATE
    return Tone.SOON if left(derivation, now) < derivation.usual_day else Tone.NONE


def left_words(derivation: Derivation, now: datetime, language: str) -> str:
    """`还有1工作日`, `还有40分钟`, `超时3小时`: whole units; lateness is wall-clock."""
    is_chinese = language.startswith("zh")
    rest = left(derivation, now)
    if rest < timedelta():
        size = _size(-rest, timedelta(days=1), is_working=False, is_chinese=is_chinese)
        return f"超时{size}" if is_chinese else f"{size} late"
    is_working = derivation.counts_working and not _is_sparse(derivation, _plain(now).date())
    size = _size(rest, derivation.usual_day, is_working=is_working, is_chinese=is_chinese)
    return f"还有{size}" if is_chinese else f"{size} left"


def rail(derivation: Derivation, now: datetime) -> tuple[RailDay, ...]:
    """The bars of the rail, from the day of the start to the day it is due.

    Each day's bar runs from the earliest opening to the latest closing among the days shown. After
    the due time the mark of now stands where the due mark is.
    """
    window = _window(derivation)
    return tuple(_bar(derivation, day, window, _plain(now)) for day in derivation.days)


def _bar(
    derivation: Derivation, day: Day, window: tuple[timedelta, timedelta], now: datetime
) -> RailDay:
    midnight = datetime.combine(day.on, time())
    opens, closes = midnight + window[0], midnight + window[1]
    start, end = _plain(derivation.start), _plain(derivation.at)
    extended_from = _extended_from(derivation)
    pauses = _pauses(derivation)

    def stretches(intervals: Iterable[Interval]) -> tuple[Stretch, ...]:
        return tuple((_share(a, opens, closes), _share(b, opens, closes)) for a, b in intervals)

    def mark(moment: datetime, on: date) -> float | None:
        return _share(moment, opens, closes) if on == day.on else None

    return RailDay(
        on=day.on,
        kind=day.kind,
        note=day.note,
        open=stretches(day.open),
        spent=stretches(_without(_cut([day], start, min(now, end)), pauses)),
        extra=stretches(_cut([day], extended_from, end) if extended_from else ()),
        paused=stretches(piece for a, b in pauses for piece in _cut([day], a, min(b, end))),
        start=mark(start, start.date()),
        now=mark(now, now.date()) if now <= end else mark(end, derivation.last_on),
        due=mark(end, derivation.last_on),
    )


def _window(derivation: Derivation) -> tuple[timedelta, timedelta]:
    """Earliest opening and latest closing of the days shown, counted from midnight."""
    if not derivation.counts_working:
        return timedelta(), timedelta(days=1)
    edges = [(day.on, a, b) for day in derivation.days for a, b in day.open]
    begins = [a - datetime.combine(on, time()) for on, a, _ in edges]
    ends = [b - datetime.combine(on, time()) for on, _, b in edges]
    return min(begins), max(ends)


def _share(moment: datetime, opens: datetime, closes: datetime) -> float:
    return min(max((moment - opens) / (closes - opens), 0.0), 1.0)


def _extended_from(derivation: Derivation) -> datetime | None:
    """The due time before the first extension."""
    before = derivation.first_at
    for change in derivation.changes:
        if isinstance(change, Extension):
            return _plain(before)
        before = change.due_at
    return None


def _pauses(derivation: Derivation) -> list[Interval]:
    pauses = (change for change in derivation.changes if isinstance(change, Pause))
    return [(_plain(pause.began_at), _plain(pause.ended_at)) for pause in pauses]


def _cut(days: Iterable[Day], begin: datetime, end: datetime) -> list[Interval]:
    """The open stretches of these days that lie between two moments."""
    stretches = ((max(a, begin), min(b, end)) for day in days for a, b in day.open)
    return [(a, b) for a, b in stretches if a < b]


def _without(stretches: list[Interval], holes: list[Interval]) -> list[Interval]:
    for begin, end in holes:
        pieces = (
            ((a, min(b, begin)) for a, b in stretches),
            ((max(a, end), b) for a, b in stretches),
        )
        stretches = sorted((a, b) for side in pieces for a, b in side if a < b)
    return stretches


def _total(stretches: Iterable[Interval]) -> timedelta:
    return sum((b - a for a, b in stretches), timedelta())


def _is_sparse(derivation: Derivation, since: date) -> bool:
    """Whether days from `since` on were left out, so that only the wall clock can be read."""
    kept = sum(day.on >= since for day in derivation.days)
    return kept < (derivation.last_on - max(since, derivation.start.date())).days + 1


def _size(length: timedelta, day: timedelta, *, is_working: bool, is_chinese: bool) -> str:
    if length >= day:
        count, chinese, english = length // day, "工作日" if is_working else "天", "day"
    elif length >= timedelta(hours=1):
        count, chinese, english = (
            length // timedelta(hours=1),
            "工作时" if is_working else "小时",
            "hour",
        )
    else:
        count, chinese, english = length // timedelta(minutes=1), "分钟", "minute"
        is_working = False
    if is_chinese:
        return f"{count}{chinese}"
    return f"{count} {'working ' if is_working else ''}{english}{'' if count == 1 else 's'}"


def _plain(moment: datetime) -> datetime:
    return local(moment).replace(tzinfo=None)
