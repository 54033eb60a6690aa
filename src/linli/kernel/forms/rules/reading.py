# SPDX-License-Identifier: MulanPSL-2.0
"""Reading one filled-in value by its type; a value that cannot be read is refused in plain
words."""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from linli.base import checks
from linli.base.errors import Message
from linli.base.spans import Span, SpanError
from linli.base.text import clean, clean_line, digits, narrow
from linli.kernel.forms.terms import LONGEST_EVER, FieldType

ZONE = ZoneInfo("Asia/Shanghai")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_TIME = re.compile(r"([0-9]{1,2})[::]([0-9]{2})(?::[0-9]{2})?")
_YES = {"yes", "true", "on", "1", "是", "有"}
_NO = {"no", "false", "off", "0", "否", "无", "没有"}
_LARGEST = 10**15


class Unreadable(Exception):
    """A value that is not of the field's type; `message` says how to mend it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def is_empty(value: object) -> bool:
    """Whether nothing was filled in; `False` and 0 are something."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Sequence | Mapping) and len(value) == 0)


def _line(value: object) -> str:
    return clean_line(_bounded(value))


def _text(value: object) -> str:
    return clean(_bounded(value))


def _bounded(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable(_("Please write a text here."))
    if len(value) > 2 * LONGEST_EVER:
        raise Unreadable(_("This text is far too long. Please shorten it."))
    return value


def _number_text(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Unreadable(_("Please write a number, such as 12."))
    try:
        number = Decimal(narrow(str(value)[:64]).replace(",", ""))
    except InvalidOperation:
        raise Unreadable(_("Please write a number, such as 12.")) from None
    if not number.is_finite() or abs(number) > _LARGEST:
        raise Unreadable(_("This number is too large."))
    return number


def _whole(value: object) -> int:
    number = _number_text(value)
    if number != number.to_integral_value():
        raise Unreadable(_("Please write a whole number, without a point."))
    return int(number)


def _number(value: object) -> int | float:
    number = _number_text(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _money(value: object) -> int:
    """Fen: a whole number is fen already, a text is yuan as people write it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _whole(value)
    fen = _number_text(value) * 100
    if fen != fen.quantize(Decimal(1), rounding=ROUND_HALF_UP):
        raise Unreadable(
            _("Please write an amount in yuan with at most two places, such as 12.50.")
        )
    return int(fen)


def _share(value: object) -> str:
    found = re.fullmatch(r"([0-9]{1,9})/([1-9][0-9]{0,8})", narrow(str(value)[:32]))
    if found is None:
        raise Unreadable(_("Please write a fraction, such as 2/3."))
    share = Fraction(int(found[1]), int(found[2]))
    return f"{share.numerator}/{share.denominator}"


def _date(value: object) -> str:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    found = _DATE.fullmatch(digits(str(value)[:32]).strip())
    try:
        if found is not None:
            return dt.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        raise Unreadable(_("There is no such day. Please write it as 2025-03-07.")) from None
    raise Unreadable(_("Please write a day as 2025-03-07."))


def _time(value: object) -> str:
    found = _TIME.fullmatch(digits(str(value)[:16]).strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unreadable(_("Please write a time as 14:30."))
    return f"{int(found[1]):02d}:{found[2]}"


def _datetime(value: object) -> str:
    try:
        moment = (
            value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value)[:40])
        )
    except ValueError:
        raise Unreadable(_("Please write day and time as 2025-03-07 14:30.")) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    return moment.astimezone(ZONE).isoformat()


def _span(value: object) -> str:
    try:
        return str(Span.parse(str(value)[:40]))
    except SpanError:
        raise Unreadable(_("Please write a length of time, such as 3 days.")) from None


def _yes_no(value: object) -> bool:
    word = str(value).strip().lower()
    if word in _YES or value is True:
        return True
    if word in _NO or value is False:
        return False
    raise Unreadable(_("Please choose yes or no."))


def key_of(value: object) -> str:
    """A key or number that points to something."""
    found = str(value)[:100].strip() if isinstance(value, str | int) else ""
    if _KEY.fullmatch(found) is None:
        raise Unreadable(_("Please choose one of the list."))
    return found


def keys_of(value: object) -> list[str]:
    """Several keys, each once, in the order given; a check list may also be a mapping of yes
    and no."""
    if isinstance(value, Mapping):
        return [key_of(name) for name, is_on in value.items() if _yes_no(is_on)]
    if isinstance(value, str):
        value = [part for part in value.split(";") if part.strip()]
    if not isinstance(value, Sequence) or isinstance(value, bytes) or len(value) > 1000:
        raise Unreadable(_("Please choose from the list."))
    return list(dict.fromkeys(key_of(part) for part in value))


def _point(value: object) -> dict[str, float]:
    if isinstance(value, str):
        parts: Sequence[object] = value.split(",")
    elif isinstance(value, Mapping):
        parts = [value.get("lon"), value.get("lat")]
    else:
        parts = value if isinstance(value, Sequence) else ()
    try:
        lon, lat = (float(str(part)) for part in parts)
    except ValueError:
        raise Unreadable(_("Please show the place on the map again.")) from None
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise Unreadable(_("Please show the place on the map again."))
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


def _checked(check: Callable[[str], str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        try:
            return check(_line(value))
        except checks.CheckFailed as failed:
            raise Unreadable(failed.message) from None

    return read


READERS: dict[FieldType, Callable[[object], Any]] = {
    FieldType.TEXT: _line,
    FieldType.LONG_TEXT: _text,
    FieldType.WHOLE: _whole,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.SHARE: _share,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATETIME: _datetime,
    FieldType.SPAN: _span,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: key_of,
    FieldType.CHOICES: keys_of,
    FieldType.CHECK_LIST: keys_of,
    FieldType.PERSON: key_of,
    FieldType.HOUSEHOLD: key_of,
    FieldType.PLACE: key_of,
    FieldType.UNIT: key_of,
    FieldType.RECORD: key_of,
    FieldType.CLASS: key_of,
    FieldType.POINT: _point,
    FieldType.PHOTO: keys_of,
    FieldType.FILE: keys_of,
    FieldType.VOICE: keys_of,
    FieldType.SIGNATURE: keys_of,
    FieldType.ID_NUMBER: _checked(checks.id_number),
    FieldType.PHONE: _checked(checks.phone),
    FieldType.USCC: _checked(checks.uscc),
}
"""How each type but table is read; what a reader returns is plain JSON."""
