# SPDX-License-Identifier: MulanPSL-2.0
"""A derivation in words, Chinese and English side by side, as a community worker would say it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from linli.base.spans import Unit

if TYPE_CHECKING:
    from linli.base.derivation import Change, Day, Derivation

NEAR = timedelta(days=6)
FEW_DAYS = 4
_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class _Speaker:
    """Knows the language, and whether dates must be named because weekdays would mislead."""

    def __init__(self, derivation: "Derivation", language: str) -> None:
        self.is_chinese = language.startswith("zh")
        self.derivation = derivation
        moments = [
            derivation.at,
            derivation.first_at,
            *(change.due_at for change in derivation.changes),
        ]
        self.is_far = max(moments) - derivation.start > NEAR

    def pick(self, chinese: str, english: str) -> str:
        return chinese if self.is_chinese else english

    def words(self, words: Mapping[str, str]) -> str:
        """A label in the reader's language, else in whichever there is."""
        return words.get("zh" if self.is_chinese else "en") or next(iter(words.values()), "")

    def day(self, day: date, *, gap: str = "") -> str:
        """`周五`, or `3月7日周五` when a weekday is not enough."""
        weekday = self.pick(f"周{_ZH_DAYS[day.weekday()]}", _EN_DAYS[day.weekday()])
        if not self.is_far:
            return weekday
        is_other_year = day.year != self.derivation.start.year
        if self.is_chinese:
            year = f"{day.year}年" if is_other_year else ""
            return f"{year}{day.month}月{day.day}日{gap}{weekday}"
        year = f" {day.year}" if is_other_year else ""
        return f"{weekday} {day.day} {_EN_MONTHS[day.month - 1]}{year}"

    def moment(self, moment: datetime, *, gap: str = "", is_end: bool = False) -> str:
        """Day and time; the end of a day is 24:00 of that day, not 00:00 of the next."""
        if is_end and moment.time() == time():
            return f"{self.day(moment.date() - timedelta(days=1), gap=gap)}{gap}24:00"
        return f"{self.day(moment.date(), gap=gap)}{gap}{moment:%H:%M}"

    @property
    def gap(self) -> str:
        """What stands between a day and a time inside a line: nothing in Chinese."""
        return self.pick("", " ")


def sentence(derivation: "Derivation", language: str) -> str:
    """`收到 周五 16:30 → 2 工作时 → 周一 09:30`, extensions appended."""
    say = _Speaker(derivation, language)
    parts = [
        f"{say.words(derivation.label)} {say.moment(derivation.start, gap=' ')}".strip(),
        derivation.span.words(language, spaced=True),
        say.moment(derivation.first_at, gap=" ", is_end=True),
    ]
    for change in derivation.changes:
        moved_to = say.moment(change.due_at, gap=" ", is_end=True)
        if moved_to != parts[-1]:
            parts += [_heading(say, change, language), moved_to]
    text = " → ".join(parts)
    return text + say.pick("（暂定）", " (provisional)") if derivation.is_provisional else text


def _heading(say: _Speaker, change: "Change", language: str) -> str:
    from linli.base.derivation import Extension, Pause

    if isinstance(change, Extension):
        return say.pick("延期 ", "extended by ") + change.span.words(language, spaced=True)
    if isinstance(change, Pause):
        return say.pick("暂停后顺延", "after a pause")
    return say.pick("重算", "counted anew")


def lines(derivation: "Derivation", language: str) -> list[tuple[str, str]]:
    """Heading and text, one pair a fact, in order of time."""
    say = _Speaker(derivation, language)
    told = [
        (say.pick("起算", "From"), _start(say)),
        (say.pick("时限", "Time allowed"), _limit(say, language)),
        *(_change(say, change, language) for change in derivation.changes),
        (say.pick("到期", "Due"), say.moment(derivation.at, gap=say.gap, is_end=True)),
    ]
    if derivation.is_provisional:
        told.append((say.pick("提醒", "Note"), _provisional(say)))
    return told


def _start(say: _Speaker) -> str:
    derivation = say.derivation
    moment, label = say.moment(derivation.start, gap=say.gap), say.words(derivation.label)
    text = say.pick(f"{moment}{label}", f"{label} {moment}".strip())
    if derivation.span.unit is not Unit.WORKING_HOURS:
        return text
    start = derivation.start.replace(tzinfo=None)
    intervals = [stretch for day in derivation.days for stretch in day.open]
    first = next((a for a, b in intervals if b > start), start)
    if first <= start:
        return text
    opens = say.moment(first, gap=say.gap)
    return text + say.pick(f"，从{opens}上班算起", f", counted from opening on {opens}")


def _limit(say: _Speaker, language: str) -> str:
    span = say.derivation.span
    head = span.words(language)
    if span.unit is Unit.WORKING_HOURS:
        body = _hours_body(say)
    elif span.unit is Unit.WORKING_DAYS:
        body = _days_body(say)
    elif span.unit.is_by_day:
        body = say.pick(
            "当天不算，从第二天数起，休息日也算", "from the day after, days of rest included"
        )
    else:
        body = say.pick("按钟点连续算", "by the clock, without a break")
    return head + say.pick("：", ": ") + body


def _hours_body(say: _Speaker) -> str:
    derivation = say.derivation
    start, end = derivation.start.replace(tzinfo=None), derivation.first_at.replace(tzinfo=None)
    parts = []
    for day in derivation.days:
        counted = sum(
            (max(min(b, end) - max(a, start), timedelta()) for a, b in day.open), timedelta()
        )
        if counted:
            parts.append((day, _length(say, counted)))
    if len(parts) > FEW_DAYS:
        return _long_body(say)
    said = (
        say.pick(f"{_named(say, day)}计{size}", f"{_named(say, day)} {size}") for day, size in parts
    )
    return say.pick("，", ", ").join(said)


def _days_body(say: _Speaker) -> str:
    derivation = say.derivation
    last_on = (derivation.first_at - timedelta(microseconds=1)).date()
    counted = [
        day for day in derivation.days if derivation.start.date() < day.on <= last_on and day.open
    ]
    if derivation.span.count > FEW_DAYS:
        return _long_body(say)
    said = (
        say.pick(f"{_named(say, day)}计1日", f"{_named(say, day)} is one day") for day in counted
    )
    return say.pick("，", ", ").join(said)


def _long_body(say: _Speaker) -> str:
    """Many days: which named days were skipped or worked, not each of them."""
    from linli.base.derivation import Kind

    days = say.derivation.days
    holidays = _names(say, (day for day in days if day.kind is Kind.HOLIDAY))
    made_up = _names(say, (day for day in days if day.kind is Kind.MAKE_UP))
    text = say.pick("休息日不算", "days of rest left out")
    if holidays:
        text += say.pick(f"，{holidays}放假不算", f", {holidays} left out")
    if made_up:
        text += say.pick(f"，{made_up}照算", f", {made_up} counted")
    return text


def _names(say: _Speaker, days: Iterable["Day"]) -> str:
    names = dict.fromkeys(say.words(day.note) or say.day(day.on) for day in days)
    return say.pick("、", ", ").join(names)


def _named(say: _Speaker, day: "Day") -> str:
    """`周日（补班）`: the day, and its name where it is not an ordinary one."""
    from linli.base.derivation import Kind

    if day.kind is not Kind.MAKE_UP:
        return say.day(day.on)
    note = say.words(day.note) or say.pick("补班", "make-up day")
    return say.day(day.on) + say.pick(f"（{note}）", f" ({note})")


def _change(say: _Speaker, change: "Change", language: str) -> tuple[str, str]:
    from linli.base.derivation import Extension, Pause

    reason = say.words(change.reason)
    tail = say.pick("，", ", ") + reason if reason else ""
    if isinstance(change, Pause):
        began, ended = (
            say.moment(each, gap=say.gap) for each in (change.began_at, change.ended_at)
        )
        return say.pick("暂停", "Paused"), say.pick(
            f"{began}到{ended}", f"{began} to {ended}"
        ) + tail
    if isinstance(change, Extension):
        when, who = say.moment(change.granted_at, gap=say.gap), say.words(change.granted_by)
        granted = say.pick(f"，{who}{when}批准", f", granted {when}{f' by {who}' if who else ''}")
        return say.pick("延期", "Extended"), change.span.words(language) + granted + tail
    before, after = (
        say.moment(each, gap=say.gap, is_end=True) for each in (change.before, change.due_at)
    )
    moved = say.pick(f"由{before}改到{after}", f"from {before} to {after}")
    return say.pick("重算", "Counted anew"), moved + tail


def _provisional(say: _Speaker) -> str:
    years = "、".join(f"{year}年" for year in say.derivation.provisional)
    numbers = ", ".join(str(year) for year in say.derivation.provisional)
    return say.pick(
        f"{years}的放假安排还没公布，先按周末和法定节日算，公布后会重算",
        f"the holidays of {numbers} are not announced yet; weekends and statutory days are left "
        "out for now, and it will be counted anew",
    )


def _length(say: _Speaker, length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    chinese = (f"{hours}小时" if hours else "") + (f"{minutes}分钟" if minutes else "")
    english = " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes))
    return say.pick(chinese or "不到1分钟", english or "under a minute")
