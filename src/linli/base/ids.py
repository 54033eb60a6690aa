# SPDX-License-Identifier: MulanPSL-2.0
"""Numbers that people read, write down and say on the phone."""

import re
import secrets
from dataclasses import dataclass
from datetime import date

from linli.base.text import narrow

ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
"""No 0 O, 1 I L, and of the pairs 5 S, 8 B, 2 Z, V U only the first."""

QUERY_CODE_LENGTH = 8

_NUMBER = re.compile(r"([A-Z]{1,6})-([0-9]{4})([0-9]{2})([0-9]{2})-([0-9]{4,})")


def query_code() -> str:
    """Eight unguessable characters (38 bits): how somebody without an account follows a matter."""
    return "".join(secrets.choice(ALPHABET) for _ in range(QUERY_CODE_LENGTH))


def query_code_read(text: str) -> str:
    """What somebody typed as a query code, in its one form; "" if it cannot be one."""
    code = narrow(text).upper().replace("-", "")
    return code if len(code) == QUERY_CODE_LENGTH and set(code) <= set(ALPHABET) else ""


@dataclass(frozen=True, slots=True)
class MatterNumber:
    """A matter's number: the workflow's prefix, the day it was opened, its place in that day."""

    prefix: str
    day: date
    serial: int

    def __str__(self) -> str:
        """`SQ-20261121-0007`; a busy day's serial grows past four digits."""
        return f"{self.prefix}-{self.day:%Y%m%d}-{self.serial:04d}"


def matter_number(prefix: str, day: date, serial: int) -> str:
    """`SQ-20261121-0007`.

    Raises:
        ValueError: the prefix is not one to six capital letters, or the serial is under 1.
    """
    number = MatterNumber(prefix, day, serial)
    if serial < 1 or matter_number_read(str(number)) != number:
        raise ValueError(f"{prefix!r} and {serial} make no matter number")
    return str(number)


def matter_number_read(text: str) -> MatterNumber | None:
    """The parts of a number as somebody typed it, also full-width or small; None if it is none."""
    match = _NUMBER.fullmatch(narrow(text).upper())
    if match is None:
        return None
    try:
        day = date(int(match[2]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return MatterNumber(match[1], day, int(match[5]))
