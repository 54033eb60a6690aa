# SPDX-License-Identifier: MulanPSL-2.0
"""The working calendar: known cases first, then what must hold for any case."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.base import rail
from linli.base.calendar import (
    CalendarError,
    Derivation,
    Kind,
    Remaining,
    Span,
    WorkCalendar,
    add_working,
    due,
    extend,
    read_hours,
    recompute,
    remaining,
    resume,
    working_between,
)
from linli.base.clock import ZONE

HOURS = read_hours(
    [{"days": ["mon", "tue", "wed", "thu", "fri"], "work": ["08:30-12:00", "13:30-17:30"]}]
)
OFFICE = WorkCalendar(hours=HOURS)
ALWAYS = WorkCalendar(all_day=True)
AUTUMN = WorkCalendar(
    hours=HOURS,
    days={date(2026, 9, 20): True, **{date(2026, 10, day): False for day in range(1, 8)}},
    notes={
        date(2026, 9, 20): {"zh": "补班", "en": "make-up day"},
        **{date(2026, 10, day): {"zh": "国庆节", "en": "National Day"} for day in range(1, 8)},
    },
    provisional_years=frozenset({2027}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        ("2025-03-07 16:30", "2 working_hours", "2025-03-10 09:30"),
        ("2025-03-07 16:30", "1 working_hour", "2025-03-07 17:30"),
        ("2025-03-07 11:30", "1 working_hour", "2025-03-07 14:00"),
        ("2025-03-08 10:00", "2 working_hours", "2025-03-10 10:30"),
        ("2025-03-07 19:00", "2 working_hours", "2025-03-10 10:30"),
        ("2025-03-10 06:00", "2 working_hours", "2025-03-10 10:30"),
        ("2025-03-07 16:30", "1 working_day", "2025-03-10 17:30"),
        ("2025-03-08 10:00", "1 working_day", "2025-03-10 17:30"),
        ("2025-03-07 16:30", "30 minutes", "2025-03-07 17:00"),
        ("2025-03-07 16:30", "24 hours", "2025-03-08 16:30"),
        ("2025-03-07 16:30", "7 days", "2025-03-15 00:00"),
        ("2025-03-07 16:30", "2 weeks", "2025-03-22 00:00"),
        ("2025-01-31 09:00", "1 month", "2025-03-01 00:00"),
        ("2024-02-29 09:00", "1 year", "2025-03-01 00:00"),
        ("2024-12-31 09:00", "2 months", "2025-03-01 00:00"),
    ],
)
def test_a_span_ends_where_the_office_wall_says(start: str, span: str, expected: str) -> None:
    assert due(OFFICE, at(start), Span.parse(span)).at == at(expected)


def test_a_make_up_sunday_counts_with_the_hours_of_monday() -> None:
    assert due(AUTUMN, at("2026-09-18 16:30"), Span.parse("2 working_days")).at == at(
        "2026-09-21 17:30"
    )
    assert due(AUTUMN, at("2026-09-18 16:30"), Span.parse("2 working_hours")).at == at(
        "2026-09-20 09:30"
    )


def test_a_make_up_day_uses_its_own_hours_when_the_weekday_has_some() -> None:
    saturday = read_hours([{"days": ["tue", "sat"], "work": ["09:00-11:00"]}])
    calendar = WorkCalendar(hours=saturday, days={date(2026, 9, 20): True, date(2026, 9, 19): True})
    assert calendar.kind(date(2026, 9, 19)) is Kind.WORK
    assert calendar.kind(date(2026, 9, 20)) is Kind.MAKE_UP
    assert working_between(calendar, at("2026-09-19 00:00"), at("2026-09-21 00:00")) == timedelta(
        hours=4
    )


def test_holidays_do_not_count_and_are_named() -> None:
    found = due(AUTUMN, at("2026-09-30 10:00"), Span.parse("1 working_day"))
    assert found.at == at("2026-10-08 17:30")
    kinds = {day.on: day.kind for day in found.derivation.days}
    assert kinds[date(2026, 10, 3)] is Kind.HOLIDAY
    assert kinds[date(2026, 10, 8)] is Kind.WORK


def test_an_all_day_calendar_counts_by_the_wall_clock() -> None:
    start = at("2026-10-02 23:00")
    assert due(ALWAYS, start, Span.parse("2 working_hours")).at == at("2026-10-03 01:00")
    assert due(ALWAYS, start, Span.parse("2 working_days")).at == at("2026-10-05 00:00")
    assert due(ALWAYS, start, Span.parse("2 days")).at == at("2026-10-05 00:00")


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    start = datetime(2025, 3, 7, 8, 30, tzinfo=UTC)
    assert due(OFFICE, start, Span.parse("2 working_hours")).at == at("2025-03-10 09:30")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(OFFICE, datetime(2025, 3, 7, 8, 30), Span.parse("2 working_hours"))  # noqa: DTZ001


def test_a_night_shift_may_end_at_midnight() -> None:
    night = WorkCalendar(hours=read_hours([{"days": ["mon"], "work": ["22:00-24:00"]}]))
    assert due(night, at("2025-03-10 21:00"), Span.parse("2 working_hours")).at == at(
        "2025-03-11 00:00"
    )
    assert night.usual_day() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"days": ["mon"], "work": ["8:30-12:00"]}], "8:30-12:00"),
        ([{"days": ["mon"], "work": ["22:00-24:30"]}], "24:30"),
        ([{"days": ["monday"], "work": ["08:30-12:00"]}], "monday"),
        ([{"days": ["mon", "mon"], "work": ["08:30-12:00"]}], "two rows"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(rows: list[dict[str, list[str]]], said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        read_hours(rows)


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {0: ()},
        {0: ((time(9), time(12)), (time(11), time(13)))},
        {0: ((time(12), time(9)),)},
        {0: ((time(12), time(0)), (time(13), time(14)))},
    ],
)
def test_a_calendar_that_never_opens_or_overlaps_is_refused(
    hours: dict[int, tuple[tuple[time, time], ...]],
) -> None:
    with pytest.raises(CalendarError):
        WorkCalendar(hours=hours)


def test_a_pause_keeps_what_was_left() -> None:
    first = due(OFFICE, at("2025-03-07 16:30"), Span.parse("4 working_hours"))
    stopped = remaining(OFFICE, at("2025-03-07 17:00"), first)
    assert stopped.left == timedelta(hours=3, minutes=30)
    kept = Remaining.from_json(json.loads(json.dumps(stopped.to_json())))
    again = resume(OFFICE, kept, at("2025-03-12 11:00"), {"zh": "等居民补充", "en": "waiting"})
    assert again.at == at("2025-03-12 16:00")
    assert again.derivation.lines("zh")[2] == ("暂停", "周五17:00到周三11:00，等居民补充")
    assert again.derivation.first_at == first.at


def test_a_pause_of_a_wall_clock_span_keeps_wall_clock_time() -> None:
    first = due(OFFICE, at("2025-03-07 16:30"), Span.parse("7 days"))
    stopped = remaining(OFFICE, at("2025-03-10 00:00"), first)
    assert resume(OFFICE, stopped, at("2025-03-20 00:00")).at == at("2025-03-25 00:00")


def test_a_clock_that_was_late_when_it_stopped_stays_due_when_it_was() -> None:
    first = due(OFFICE, at("2025-03-07 16:30"), Span.parse("2 working_hours"))
    stopped = remaining(OFFICE, at("2025-03-10 10:00"), first)
    assert stopped.left == timedelta()
    assert resume(OFFICE, stopped, at("2025-03-12 10:00")).at == first.at


def test_a_pause_cannot_end_before_it_began() -> None:
    first = due(OFFICE, at("2025-03-07 16:30"), Span.parse("2 working_hours"))
    stopped = remaining(OFFICE, at("2025-03-07 17:00"), first)
    with pytest.raises(ValueError, match="before it began"):
        resume(OFFICE, stopped, at("2025-03-07 16:59"))


def test_an_extension_begins_where_the_time_before_it_ends() -> None:
    first = due(AUTUMN, at("2026-09-18 16:30"), Span.parse("2 working_days"))
    longer = extend(
        AUTUMN,
        first,
        Span.parse("1 working_day"),
        granted_at=at("2026-09-20 14:20"),
        granted_by={"zh": "街道", "en": "the subdistrict"},
    )
    assert longer.at == at("2026-09-22 17:30")
    assert longer.derivation.sentence("zh") == (
        "收到 周五 16:30 → 2 工作日 → 周一 17:30 → 延期 1 工作日 → 周二 17:30"
    )
    assert ("延期", "1工作日，街道周日14:20批准") in longer.derivation.lines("zh")


def test_an_extension_of_a_span_that_ended_at_24_does_not_skip_a_day() -> None:
    first = due(OFFICE, at("2025-03-07 16:30"), Span.parse("7 days"))
    longer = extend(OFFICE, first, Span.parse("2 days"), granted_at=at("2025-03-10 09:00"))
    assert longer.at == at("2025-03-17 00:00")


def test_recounting_plays_pauses_and_extensions_again_and_says_why() -> None:
    before = due(OFFICE, at("2026-09-28 10:00"), Span.parse("3 working_days"))
    longer = extend(OFFICE, before, Span.parse("1 working_day"), granted_at=at("2026-09-29 09:00"))
    reason = {"zh": "国庆放假安排公布", "en": "holidays announced"}
    after = recompute(AUTUMN, longer, at("2026-09-29 12:00"), reason)
    assert longer.at == at("2026-10-02 17:30")
    assert after.at == at("2026-10-09 17:30")
    assert after.derivation.lines("zh")[-2] == (
        "重算",
        "由10月2日周五17:30改到10月9日周五17:30，国庆放假安排公布",
    )
    again = recompute(AUTUMN, after, at("2026-09-29 13:00"), reason)
    assert again.at == after.at
    assert len(again.derivation.changes) == len(after.derivation.changes)


def test_the_sentence_reads_as_people_say_it() -> None:
    found = due(OFFICE, at("2025-03-07 16:30"), Span.parse("2 working_hours")).derivation
    assert found.sentence("zh-hans") == "收到 周五 16:30 → 2 工作时 → 周一 09:30"
    assert found.sentence("en") == "Received Fri 16:30 → 2 working hours → Mon 09:30"
    assert found.lines("zh") == [
        ("起算", "周五16:30收到"),
        ("时限", "2工作时：周五计1小时，周一计1小时"),
        ("到期", "周一09:30"),
    ]


def test_a_make_up_day_is_named_in_the_lines() -> None:
    found = due(AUTUMN, at("2026-09-18 16:30"), Span.parse("2 working_days")).derivation
    assert found.lines("zh")[1] == ("时限", "2工作日：周日（补班）计1日，周一计1日")


def test_what_came_after_closing_says_from_when_it_counts() -> None:
    found = due(OFFICE, at("2025-03-07 20:30"), Span.parse("2 working_hours")).derivation
    assert found.lines("zh")[0] == ("起算", "周五20:30收到，从周一08:30上班算起")
    assert found.lines("en")[0] == ("From", "Received Fri 20:30, counted from opening on Mon 08:30")


def test_dates_are_named_when_weekdays_would_mislead_and_midnight_is_24() -> None:
    found = due(OFFICE, at("2025-12-30 09:00"), Span.parse("7 days")).derivation
    assert found.sentence("zh") == "收到 12月30日 周二 09:00 → 7 天 → 2026年1月6日 周二 24:00"


def test_a_year_without_holiday_notice_makes_a_due_time_provisional() -> None:
    crossing = due(AUTUMN, at("2026-12-20 09:00"), Span.parse("40 working_days")).derivation
    assert crossing.provisional == (2027,)
    assert crossing.sentence("zh").endswith("（暂定）")
    assert crossing.lines("zh")[-1][0] == "提醒"
    later = due(AUTUMN, at("2028-01-10 09:00"), Span.parse("1 working_day")).derivation
    assert later.is_provisional
    assert not due(AUTUMN, at("2026-12-20 09:00"), Span.parse("40 days")).derivation.is_provisional


def test_a_very_long_span_keeps_its_ends_and_its_holidays_only() -> None:
    found = due(AUTUMN, at("2026-01-05 09:00"), Span.parse("250 working_days")).derivation
    kept = {day.on for day in found.days}
    assert len(found.days) < 60
    assert {date(2026, 1, 5), date(2026, 9, 20), date(2026, 10, 7), found.last_on} <= kept


def test_the_rail_shows_what_is_spent_what_is_added_and_where_now_is() -> None:
    first = due(AUTUMN, at("2026-09-18 16:30"), Span.parse("2 working_days"))
    longer = extend(AUTUMN, first, Span.parse("1 working_day"), granted_at=at("2026-09-20 14:20"))
    bars = rail.rail(longer.derivation, at("2026-09-21 10:20"))
    friday, saturday, sunday, monday, tuesday = bars
    assert friday.start == pytest.approx(8 / 9)
    assert friday.spent[0] == pytest.approx((8 / 9, 1.0))
    assert (saturday.kind, saturday.open) == (Kind.REST, ())
    assert sunday.spent == sunday.open
    assert monday.now == pytest.approx(11 / 54)
    assert (tuesday.extra, tuesday.due, tuesday.now) == (tuesday.open, 1.0, None)


def test_the_chip_says_what_is_left_and_what_is_late() -> None:
    found = due(OFFICE, at("2025-03-07 16:30"), Span.parse("2 working_days")).derivation
    said = {
        moment: (rail.tone(found, at(moment)), rail.left_words(found, at(moment), "zh"))
        for moment in (
            "2025-03-07 17:00",
            "2025-03-11 09:00",
            "2025-03-11 17:10",
            "2025-03-12 17:30",
        )
    }
    assert list(said.values()) == [
        ("", "还有2工作日"),
        ("soon", "还有7工作时"),
        ("soon", "还有20分钟"),
        ("late", "超时1天"),
    ]
    assert rail.left_words(found, at("2025-03-11 16:00"), "en") == "1 working hour left"
    assert rail.left_words(found, at("2025-03-11 19:40"), "en") == "2 hours late"


def test_time_spent_leaves_pauses_out() -> None:
    first = due(OFFICE, at("2025-03-10 08:30"), Span.parse("6 working_hours"))
    stopped = remaining(OFFICE, at("2025-03-10 09:30"), first)
    found = resume(OFFICE, stopped, at("2025-03-10 11:30")).derivation
    assert rail.spent(found, at("2025-03-10 12:00")) == timedelta(hours=1, minutes=30)
    assert rail.spent(found, at("2025-03-20 12:00")) == timedelta(hours=6)
    (pause,) = rail.rail(found, at("2025-03-10 12:00"))[0].paused
    assert pause == pytest.approx((1 / 9, 3 / 9))


# What must hold for any case.

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=ZONE)
)
SPANS = st.sampled_from(
    [
        *("1 minute", "90 minutes", "5 hours", "1 day", "7 days", "2 weeks", "1 month", "5 months"),
        *("1 year", "1 working_hour", "3 working_hours", "20 working_hours"),
        *("1 working_day", "5 working_days", "40 working_days"),
    ]
).map(Span.parse)
HALF_HOURS = st.lists(st.integers(0, 48), min_size=2, max_size=6, unique=True).map(sorted)


def _stretches(edges: list[int]) -> tuple[tuple[time, time], ...]:
    times = [time(half // 2 % 24, half % 2 * 30) for half in edges[: len(edges) // 2 * 2]]
    return tuple(zip(times[::2], times[1::2], strict=True))


CALENDARS = st.builds(
    WorkCalendar,
    hours=st.dictionaries(st.integers(0, 6), HALF_HOURS.map(_stretches), min_size=1),
    days=st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.booleans(), max_size=40),
    all_day=st.sampled_from([False, False, False, True]),
)


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(), timedelta(days=30)), SPANS)
def test_a_later_start_is_never_due_earlier(
    calendar: WorkCalendar, start: datetime, later: timedelta, span: Span
) -> None:
    assert due(calendar, start, span).at <= due(calendar, start + later, span).at


@given(CALENDARS, MOMENTS, SPANS, st.integers(1, 10))
def test_a_longer_span_is_never_due_earlier(
    calendar: WorkCalendar, start: datetime, span: Span, more: int
) -> None:
    longer = Span(span.count + more, span.unit)
    assert start < due(calendar, start, span).at <= due(calendar, start, longer).at


@given(CALENDARS, MOMENTS, st.integers(1, 60))
def test_working_hours_until_due_are_exactly_the_span(
    calendar: WorkCalendar, start: datetime, hours: int
) -> None:
    span = Span.parse(f"{hours} working_hour{'s' * (hours > 1)}")
    end = due(calendar, start, span).at
    assert working_between(calendar, start, end) == timedelta(hours=hours)
    assert working_between(calendar, end, start) == -timedelta(hours=hours)
    just_before = end - timedelta(microseconds=1)
    assert working_between(calendar, start, just_before) < timedelta(hours=hours)


@given(CALENDARS, MOMENTS, st.integers(1, 30))
def test_a_span_of_working_days_holds_that_many_after_the_first(
    calendar: WorkCalendar, start: datetime, count: int
) -> None:
    found = due(calendar, start, Span.parse(f"{count} working_day{'s' * (count > 1)}"))
    last = found.derivation.last_on
    days = [start.date() + timedelta(days=n) for n in range(1, (last - start.date()).days + 1)]
    assert sum(calendar.is_working(day) for day in days) == count
    assert calendar.is_working(last)


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(), timedelta(hours=99)))
def test_adding_working_time_is_the_inverse_of_measuring_it(
    calendar: WorkCalendar, start: datetime, length: timedelta
) -> None:
    assert working_between(calendar, start, add_working(calendar, start, length)) == length


@given(
    CALENDARS, MOMENTS, SPANS, st.floats(0, 0.99), st.timedeltas(timedelta(), timedelta(days=20))
)
def test_a_pause_neither_adds_nor_takes_time(
    calendar: WorkCalendar, start: datetime, span: Span, share: float, length: timedelta
) -> None:
    first = due(calendar, start, span)
    paused_at = start + (first.at - start) * share
    stopped = remaining(calendar, paused_at, first)
    again = resume(calendar, stopped, paused_at + length)
    assert again.at >= first.at or stopped.left == timedelta()
    measure = working_between if span.unit.is_working else lambda _, a, b: b - a
    if stopped.left:
        assert measure(calendar, paused_at + length, again.at) == stopped.left


@given(CALENDARS, CALENDARS, MOMENTS, SPANS)
def test_recounting_on_the_new_calendar_is_as_if_it_had_always_been_so(
    old: WorkCalendar, new: WorkCalendar, start: datetime, span: Span
) -> None:
    moved = recompute(new, due(old, start, span), start, {"zh": "调整"})
    assert moved.at == due(new, start, span).at


@given(CALENDARS, MOMENTS, SPANS, MOMENTS)
def test_a_derivation_survives_json_and_can_always_be_said_and_drawn(
    calendar: WorkCalendar, start: datetime, span: Span, now: datetime
) -> None:
    longer = extend(calendar, due(calendar, start, span), span, granted_at=start)
    stopped = remaining(calendar, start + timedelta(minutes=1), longer)
    found = resume(calendar, stopped, start + timedelta(days=1)).derivation
    assert Derivation.from_json(json.loads(json.dumps(found.to_json()))) == found
    for language in ("zh", "en"):
        assert "→" in found.sentence(language)
        assert all(heading and text for heading, text in found.lines(language))
        assert rail.left_words(found, now, language)
    shares = [
        edge
        for bar in rail.rail(found, now)
        for each in (*bar.open, *bar.spent, *bar.extra, *bar.paused)
        for edge in each
    ]
    assert all(0 <= share <= 1 for share in shares)
    assert timedelta() <= rail.spent(found, now) <= rail.spent(found, found.at)
