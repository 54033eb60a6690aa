# SPDX-License-Identifier: MulanPSL-2.0
"""Reading a moment as lists write it: year first in several ways, Excel's day numbers, or as a
mapping says.
"""

import datetime as dt
import re
from typing import Any

from linli.base import clock
from linli.base.text import digits

EXCEL_FIRST = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a day of Excel's calendar, in no zone
SERIALS = range(18_264, 73_051)
"""Day numbers from 1950 to 2099."""
_NUMBER = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?")
_DATE = re.compile(r"([0-9]{1,4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,4})\s*日?")
_TIME = re.compile(
    r"(上午|下午)?\s*([0-9]{1,2})\s*[:：时]\s*([0-9]{1,2})?\s*(?:[:：分]\s*([0-9]{1,2})?)?"
    r"(?:\.[0-9]+)?\s*秒?\s*(AM|PM|am|pm)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


class UnreadableDate(ValueError):
    """What stands there is no moment, or may be two different ones."""


def moment_read(value: Any, order: str = "ymd") -> dt.datetime | None:
    """A moment in Asia/Shanghai; None for an empty cell.

    `order` says how numbers without a year in front are meant ("mdy", "dmy"). Raises
    UnreadableDate.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=clock.ZONE) if value.tzinfo is None else value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), tzinfo=clock.ZONE)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _serial(float(value))
    text = digits(str(value)).strip().replace("T", " ")
    if _NUMBER.fullmatch(text):
        return _serial(float(text))
    return _written(text, order)


def _serial(number: float) -> dt.datetime:
    if int(number) not in SERIALS:
        raise UnreadableDate(str(number))
    seconds = round(number * 86_400)
    moment = EXCEL_FIRST + dt.timedelta(seconds=seconds)
    return moment.replace(tzinfo=clock.ZONE)


def _written(text: str, order: str) -> dt.datetime:
    packed = _PACKED.fullmatch(text)
    if packed is not None:
        return _made([int(part or 0) for part in packed.groups()], "")
    found = _DATE.match(text)
    if found is None:
        raise UnreadableDate(text)
    year, month, day = _ordered(found[1], found[2], found[3], order)
    rest = text[found.end() :].strip()
    if not rest:
        return _made([year, month, day, 0, 0, 0], "")
    time = _TIME.fullmatch(rest)
    if time is None:
        raise UnreadableDate(text)
    hour = int(time[2])
    is_later = time[1] == "下午" or (time[5] or "").upper() == "PM"
    is_early = time[1] == "上午" or (time[5] or "").upper() == "AM"
    if is_later and hour < 12:
        hour += 12
    elif is_early and hour == 12:
        hour = 0
    return _made([year, month, day, hour, int(time[3] or 0), int(time[4] or 0)], time[6] or "")


def _ordered(first: str, second: str, third: str, order: str) -> tuple[int, int, int]:
    """Year, month, day; a date that does not begin with its year is read only as the mapping
    says.
    """
    if len(first) == 4:
        return int(first), int(second), int(third)
    if order == "ymd" or len(first) > 2 or len(third) not in (2, 4):
        raise UnreadableDate(f"{first}/{second}/{third}")
    year = int(third) + (2000 if len(third) == 2 else 0)
    month, day = (first, second) if order == "mdy" else (second, first)
    return year, int(month), int(day)


def _made(parts: list[int], zone: str) -> dt.datetime:
    try:
        moment = dt.datetime(*parts, tzinfo=clock.ZONE)  # type: ignore[misc,arg-type]
    except ValueError as error:
        raise UnreadableDate(str(parts)) from error
    if not zone:
        return moment
    offset = dt.timedelta()
    if zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[-2:])
        offset = dt.timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return moment.replace(tzinfo=dt.timezone(offset))
