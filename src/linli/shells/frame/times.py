# SPDX-License-Identifier: MulanPSL-2.0
"""Times as people say them: 今天17:30, 明天16:30, 周二10:00; a date only beyond a week. Pure."""

from datetime import date, datetime, time, timedelta

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR_ZH = {-1: "昨天", 0: "今天", 1: "明天"}
NEAR_EN = {-1: "yesterday", 0: "today", 1: "tomorrow"}
WEEK = 7


def moment_words(moment: datetime, now: datetime, language: str, *, is_end: bool = False) -> str:
    """A moment seen from now, both local; with `is_end`, midnight is 24:00 of the day it ends."""
    if is_end and moment.time() == time():
        return _joined(
            day_words(moment.date() - timedelta(days=1), now.date(), language), "24:00", language
        )
    return _joined(day_words(moment.date(), now.date(), language), f"{moment:%H:%M}", language)


def day_words(day: date, today: date, language: str) -> str:
    """A day seen from today: 今天, 周二 within a week, else 9月8日, with another year named."""
    away = (day - today).days
    is_chinese = language.startswith("zh")
    near = (NEAR_ZH if is_chinese else NEAR_EN).get(away)
    if near:
        return near
    if abs(away) < WEEK:
        return weekday(day, language)
    return date_words(day, today, language)


def date_words(day: date, today: date, language: str) -> str:
    """The date itself: 9月8日, 2025年9月8日, 8 Sep, 8 Sep 2025."""
    is_other_year = day.year != today.year
    if language.startswith("zh"):
        return (
            f"{day.year}年{day.month}月{day.day}日"
            if is_other_year
            else f"{day.month}月{day.day}日"
        )
    return f"{day.day} {MONTHS_EN[day.month - 1]}{f' {day.year}' if is_other_year else ''}"


def weekday(day: date, language: str) -> str:
    """周二, Tue."""
    index = day.weekday()
    return f"周{WEEKDAYS_ZH[index]}" if language.startswith("zh") else WEEKDAYS_EN[index]


def greeting(now: datetime, language: str) -> str:
    """上午好, good morning … by the hour."""
    is_chinese = language.startswith("zh")
    for until, chinese, english in (
        (5, "夜里好", "Good evening"),
        (9, "早上好", "Good morning"),
        (12, "上午好", "Good morning"),
        (14, "中午好", "Good day"),
        (18, "下午好", "Good afternoon"),
        (24, "晚上好", "Good evening"),
    ):
        if now.hour < until:
            return chinese if is_chinese else english
    raise AssertionError("no such hour")


def _joined(day: str, clock: str, language: str) -> str:
    return f"{day}{clock}" if language.startswith("zh") else f"{day} {clock}"
