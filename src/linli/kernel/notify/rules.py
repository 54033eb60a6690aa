# SPDX-License-Identifier: MulanPSL-2.0
"""Filling the names of a text."""

import datetime as dt
import string
from collections.abc import Mapping

from linli.base.clock import local
from linli.kernel.notify.terms import LINK

RETRIES = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (10, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800)
)
"""How long a letter waits after its first, second … failure; about a day in all."""

RESTS = tuple(dt.timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 300))
"""How long a server is left alone after failing once, twice … in a row."""

Value = str | Mapping[str, str]
"""A text, or a label {zh, en}."""


def in_language(words: Mapping[str, str], language: str) -> str:
    """A label in an account's language, else in Chinese."""
    return (words.get("en") if language.startswith("en") else None) or words.get("zh") or ""


def body_filled(body: str, values: Mapping[str, Value], language: str) -> str:
    """The body with its names filled in; a name without a value leaves nothing, "{link}" stays."""
    filled: list[str] = []
    for text, name, _, _ in string.Formatter().parse(body):
        filled.append(text)
        if name == "link":
            filled.append(LINK)
        elif name is not None:
            value = values.get(name, "")
            filled.append(value if isinstance(value, str) else in_language(value, language))
    return "".join(filled)


def moment_words(moment: dt.datetime) -> dict[str, str]:
    """A moment as a message says it, good on any later day: `3月10日周二16:30`, `Tue 10 Mar
    16:30`."""
    here = local(moment)
    weekday = "一二三四五六日"[here.weekday()]
    name = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[here.weekday()]
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
        here.month - 1
    ]
    return {
        "zh": f"{here.month}月{here.day}日周{weekday}{here:%H:%M}",
        "en": f"{name} {here.day} {month} {here:%H:%M}",
    }


def day_words(day: dt.date) -> dict[str, str]:
    """A day as a message says it: `2026年3月10日`, `2026-03-10`."""
    return {"zh": f"{day.year}年{day.month}月{day.day}日", "en": f"{day:%Y-%m-%d}"}


def length_words(length: dt.timedelta) -> dict[str, str]:
    """A length of time roughly, in its two largest units: `1天3小时`, `25 minutes`."""
    minutes = max(int(length.total_seconds() // 60), 1)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        (days, "天", "day"),
        (hours, "小时", "hour"),
        (minutes if not days else 0, "分钟", "minute"),
    ]
    said = [(count, zh, en if count == 1 else f"{en}s") for count, zh, en in parts if count]
    return {
        "zh": "".join(f"{count}{zh}" for count, zh, _ in said),
        "en": " ".join(f"{count} {en}" for count, _, en in said),
    }


def wait_after(tries: int) -> dt.timedelta | None:
    """How long a letter waits after so many tries; None when it is given up."""
    return RETRIES[tries - 1] if tries <= len(RETRIES) else None


def rest_after(failures: int) -> dt.timedelta:
    """How long a server is left alone that has failed so often in a row."""
    return RESTS[min(failures, len(RESTS)) - 1]
