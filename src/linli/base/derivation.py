# SPDX-License-Identifier: MulanPSL-2.0
"""How a due time came about: kept as data beside every due time, and readable by people.

`linli.base.calendar` makes a `Derivation`; `linli.base.derivation_words` says it in a sentence or
in lines; `linli.base.rail` measures it for drawing. What is spent by now is never stored here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self, cast

from linli.base import derivation_words
from linli.base.clock import ZONE
from linli.base.spans import Span

Words = Mapping[str, str]
"""A text in the platform's languages: `{"zh": …, "en": …}`; empty when there is nothing to say."""

Interval = tuple[datetime, datetime]
"""A stretch of local wall-clock time without time zone, the end excluded."""

RECEIVED: Words = {"zh": "收到", "en": "Received"}
INSTANT = timedelta(microseconds=1)


class Kind(StrEnum):
    """What sort of day it is on a working calendar."""

    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


@dataclass(frozen=True, slots=True)
class Day:
    """One day on the way to a due time: its kind, its name if any, and the hours that count."""

    on: date
    kind: Kind
    note: Words
    open: tuple[Interval, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; hours as `"08:30-12:00"`, the end of the day as `24:00`."""
        hours = [
            f"{a:%H:%M}-{'24:00' if b.date() > self.on else f'{b:%H:%M}'}" for a, b in self.open
        ]
        return {
            "on": self.on.isoformat(),
            "kind": self.kind.value,
            "note": dict(self.note),
            "open": hours,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        on = date.fromisoformat(data["on"])
        spans = tuple(
            (_on(on, text[:5]), _on(on, text[6:])) for text in cast("list[str]", data["open"])
        )
        return cls(on, Kind(data["kind"]), data["note"], spans)


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from `began_at` to `ended_at`; what was left went on afterwards."""

    began_at: datetime
    ended_at: datetime
    reason: Words
    due_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "is": "pause",
            "began_at": self.began_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "reason": dict(self.reason),
            "due_at": self.due_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, granted by somebody else; it begins where the time before it ends."""

    span: Span
    granted_at: datetime
    granted_by: Words
    reason: Words
    due_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "is": "extension",
            "span": str(self.span),
            "granted_at": self.granted_at.isoformat(),
            "granted_by": dict(self.granted_by),
            "reason": dict(self.reason),
            "due_at": self.due_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Recount:
    """The due time was counted anew because the calendar changed."""

    counted_at: datetime
    before: datetime
    due_at: datetime
    reason: Words

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "is": "recount",
            "counted_at": self.counted_at.isoformat(),
            "before": self.before.isoformat(),
            "due_at": self.due_at.isoformat(),
            "reason": dict(self.reason),
        }


Change = Pause | Extension | Recount


@dataclass(frozen=True, slots=True)
class Derivation:
    """Why something is due at `at`: the start, the span, what happened since, and the days between.

    `first_at` is the due time before any pause or extension. All times are aware, in local time; a
    span that ends at 24:00 ends at 00:00 of the next day and is shown as 24:00. `counts_working`
    tells whether only working time counts. Over a very long span `days` leaves out ordinary days in
    the middle.
    """

    start: datetime
    label: Words
    span: Span
    counts_working: bool
    first_at: datetime
    at: datetime
    changes: tuple[Change, ...]
    days: tuple[Day, ...]
    usual_day: timedelta
    provisional: tuple[int, ...]

    @property
    def is_provisional(self) -> bool:
        """Whether a year it crosses has no holiday notice yet, so that it may move."""
        return bool(self.provisional)

    @property
    def last_on(self) -> date:
        """The day on which it is due; 24:00 belongs to the day it ends."""
        return (self.at - INSTANT).date()

    def sentence(self, language: str) -> str:
        """One line, such as `收到 周五 16:30 → 2 工作时 → 周一 09:30`."""
        return derivation_words.sentence(self, language)

    def lines(self, language: str) -> list[tuple[str, str]]:
        """Heading and text, pair by pair (起算, 时限, 暂停, 延期, 重算, 到期, 提醒), by time."""
        return derivation_words.lines(self, language)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for a JSONField or an API; `from_json` gives the same value back."""
        return {
            "start": self.start.isoformat(),
            "label": dict(self.label),
            "span": str(self.span),
            "counts_working": self.counts_working,
            "first_at": self.first_at.isoformat(),
            "at": self.at.isoformat(),
            "changes": [change.to_json() for change in self.changes],
            "days": [day.to_json() for day in self.days],
            "usual_day": int(self.usual_day.total_seconds()),
            "provisional": list(self.provisional),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            KeyError, ValueError: the data are not a derivation.
        """
        return cls(
            start=_moment(data["start"]),
            label=data["label"],
            span=Span.parse(data["span"]),
            counts_working=data["counts_working"],
            first_at=_moment(data["first_at"]),
            at=_moment(data["at"]),
            changes=tuple(_change(each) for each in data["changes"]),
            days=tuple(Day.from_json(each) for each in data["days"]),
            usual_day=timedelta(seconds=data["usual_day"]),
            provisional=tuple(data["provisional"]),
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A due time with its derivation; the two are stored side by side."""

    at: datetime
    derivation: Derivation


def _on(day: date, text: str) -> datetime:
    if text == "24:00":
        return datetime.combine(day + timedelta(days=1), time())
    return datetime.combine(day, time.fromisoformat(text))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


def _change(data: Mapping[str, Any]) -> Change:
    due_at, reason = _moment(data["due_at"]), data["reason"]
    if data["is"] == "pause":
        return Pause(_moment(data["began_at"]), _moment(data["ended_at"]), reason, due_at)
    if data["is"] == "extension":
        span, granted_at = Span.parse(data["span"]), _moment(data["granted_at"])
        return Extension(span, granted_at, data["granted_by"], reason, due_at)
    return Recount(_moment(data["counted_at"]), _moment(data["before"]), due_at, reason)
