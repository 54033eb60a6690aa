# SPDX-License-Identifier: MulanPSL-2.0
"""Pure rules of background work: how often, how long to wait, what may be an argument."""

import datetime as dt
import re
from collections.abc import Mapping

from linli.base.clock import ZONE
from linli.base.spans import Span, Unit

Code = str | int | bool | None
"""What may travel in job arguments and event payloads: ids and codes, never a personal value."""

CODE_LENGTH = 120
# Not inside a longer word: a hash or a random key is no phone number.
_MOBILE = re.compile(r"(?<![0-9A-Za-z_])1[3-9][0-9]{9}(?![0-9A-Za-z_])")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z_])[0-9]{17}[0-9Xx](?![0-9A-Za-z_])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"
_DAY = 86_400
_SECONDS = {Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: _DAY}
_EVERY_SECONDS = re.compile(r"([1-9]\d{0,4}) seconds?")

NIGHT = 3
"""The hour, by the clock on the wall, at which jobs of days begin."""

LATE = dt.timedelta(minutes=5)
"""Work that could have run for so long and has not is late: somebody should look."""

AWAY = dt.timedelta(minutes=1)
"""When no worker was seen for so long, somebody should look."""

SLACK = dt.timedelta(minutes=1)
"""Clocks of the same moment may differ by so much."""

FIRST_WAIT = 2
LONGEST_WAIT = 3600


def every_seconds(text: str) -> int:
    """The length of "20 seconds" or "1 minute" in seconds; raises ValueError for anything else."""
    seconds = _EVERY_SECONDS.fullmatch(text)
    if seconds is not None:
        return int(seconds[1])
    span = Span.parse(text)
    if span.unit not in _SECONDS:
        message = f'a job runs every so many seconds, minutes, hours or days, not "{text}"'
        raise ValueError(message)
    return span.count * _SECONDS[span.unit]


def wait_after(failures: int) -> dt.timedelta:
    """How long to wait after that many failures in a row: 2 s, 4 s, 8 s … at most an hour."""
    return dt.timedelta(seconds=min(FIRST_WAIT * 2 ** max(failures - 1, 0), LONGEST_WAIT))


def first_run(every: int, now: dt.datetime) -> dt.datetime:
    """When a scheduled job comes for the first time: at once, one of days in the next night."""
    return now if every % _DAY else next_run(every, 0, now)


def next_run(every: int, failures: int, now: dt.datetime) -> dt.datetime:
    """When a scheduled job comes again: as agreed, one of days in the night, when nobody waits for
    a page; sooner after a failure of a rare one, later of a frequent one.

    `every` is in seconds.
    """
    if failures:
        return now + min(wait_after(failures), dt.timedelta(seconds=max(every, 60)))
    if every % _DAY:
        return now + dt.timedelta(seconds=every)
    night = now.astimezone(ZONE).replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    night += dt.timedelta(days=every // _DAY - (night > now))
    return night


def is_put_off(every: int, at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a scheduled job stands further away than anything puts it: when it last ran, the
    clock was ahead.
    """
    return at - now > dt.timedelta(seconds=max(every, 60)) + SLACK


def looks_personal(text: str) -> bool:
    """Whether a mobile number or a citizen's ID number stands in the text."""
    if _MOBILE.search(text):
        return True
    return any(_is_id_number(found) for found in _ID_NUMBER.findall(text))


def without_numbers(text: str) -> str:
    """The text with mobile and ID numbers masked, for what people write freely."""
    masked = _MOBILE.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", text)
    return _ID_NUMBER.sub(
        lambda found: (
            f"{found[0][:4]}**********{found[0][-4:]}" if _is_id_number(found[0]) else found[0]
        ),
        masked,
    )


def _is_id_number(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    month, day = int(digits[10:12]), int(digits[12:14])
    is_date = digits[6:8] in ("18", "19", "20") and 1 <= month <= 12 and 1 <= day <= 31
    return is_date and _LAST[total % 11] == digits[17].upper()


def ensure_codes(values: Mapping[str, object]) -> None:
    """Refuse what is no id or code: raises TypeError for other types, ValueError for what looks
    personal.

    Both are mistakes of a programmer, found by the first test; texts belong into the row that is
    pointed at.
    """
    for name, value in values.items():
        if value is not None and not isinstance(value, str | int):
            message = f"{name} is {type(value).__name__}; only ids and codes may travel"
            raise TypeError(message)
        text = "" if value is None else str(value)
        if len(text) > CODE_LENGTH or looks_personal(text):
            message = f"{name} is no id or code"
            raise ValueError(message)
