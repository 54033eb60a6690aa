# SPDX-License-Identifier: MulanPSL-2.0
"""Chinese numbers with a form or check digit: identity numbers, credit codes, phones.

Each check takes what somebody typed (full-width characters and spaces are fine), returns the one
form that is stored, or raises `CheckFailed` with a message for the person that repeats no number.
"""

import re
from datetime import date

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.text import narrow

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55))
    for code in codes
) | {"61", "62", "63", "64", "65", "71", "81", "82", "83"}
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_HYPHENS = re.compile(r"[-‐‑‒–—―−－()]")
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(
    r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})(?:(?:转|x|ext\.?)([0-9]{1,6}))?"
)


class CheckFailed(ValueError):
    """What was typed cannot be right; `message` says why, `code` names it for tests and APIs."""

    def __init__(self, message: str | Promise, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def id_number(text: str) -> str:
    """A citizen's identity number (GB 11643): province, birth date and check digit are right.

    Raises:
        CheckFailed: `length`, `characters`, `region`, `date` or `check_digit`.
    """
    number = narrow(text).upper()
    _ensure_length(number, 18)
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) is None:
        raise CheckFailed(_("An ID number has digits only; the last may be X."), "characters")
    region = number[1:3] if number[0] == "9" else number[:2]  # 9 begins a foreign resident's card
    if region not in _PROVINCES:
        raise CheckFailed(_("The first two digits of the ID number name no province."), "region")
    born = _birth(number)
    if born is None or not date(1850, 1, 1) <= born <= clock.today():
        raise CheckFailed(_("Digits 7 to 14 of the ID number are no birth date."), "date")
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    if number[17] != _ID_CHECKS[total % 11]:
        raise CheckFailed(
            _("One digit of the ID number must be wrong; please compare it with the card."),
            "check_digit",
        )
    return number


def id_number_birth(number: str) -> date:
    """The birth date in an identity number that `id_number` has passed."""
    born = _birth(number)
    if born is None:
        raise CheckFailed(_("Digits 7 to 14 of the ID number are no birth date."), "date")
    return born


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def uscc(text: str) -> str:
    """A unified social credit code (GB 32100): 18 characters without I O S V Z, check digit right.

    Raises:
        CheckFailed: `length`, `characters` or `check_digit`.
    """
    code = narrow(text).upper()
    _ensure_length(code, 18)
    if not set(code) <= set(_CREDIT_ALPHABET) or not code[2:8].isdigit():
        raise CheckFailed(
            _("A credit code has digits and capital letters, but never I, O, S, V or Z."),
            "characters",
        )
    if code[17] != uscc_last(code[:17]):
        raise CheckFailed(
            _("One character of the credit code must be wrong; please compare it with the paper."),
            "check_digit",
        )
    return code


def uscc_last(first: str) -> str:
    """The check character that follows the first seventeen of a credit code (GB 32100)."""
    total = sum(_CREDIT_ALPHABET.index(each) * 3**place % 31 for place, each in enumerate(first))
    return _CREDIT_ALPHABET[-total % 31]


def phone(text: str) -> str:
    """A mainland phone: a mobile as `13812342046`, a landline as `0431-88880012[-123]`.

    Raises:
        CheckFailed: `length` (a mobile with too few or too many digits) or `form`.
    """
    number = _HYPHENS.sub("", narrow(text)).lower()
    mobile = _MOBILE.fullmatch(number)
    if mobile is not None:
        return mobile[1]
    landline = _LANDLINE.fullmatch(number) or _with_extension(text)
    if landline is not None:
        extension = f"-{landline[3]}" if landline[3] else ""
        return f"{landline[1]}-{landline[2]}{extension}"
    if re.fullmatch(r"1[3-9][0-9]*", number):
        _ensure_length(number, 11)
    raise CheckFailed(
        _("Please give a mobile number of 11 digits, or a landline with its area code."), "form"
    )


def _with_extension(text: str) -> re.Match[str] | None:
    """A landline whose extension stands after a second hyphen: `0431-88880012-123`."""
    parts = _HYPHENS.sub("-", narrow(text)).split("-")
    return _LANDLINE.fullmatch("{}{}转{}".format(*parts)) if len(parts) == 3 else None


def _ensure_length(number: str, length: int) -> None:
    missing = length - len(number)
    if missing > 0:
        raise CheckFailed(
            format_lazy(
                _("This has {length} characters; {missing} are missing."),
                length=len(number),
                missing=missing,
            ),
            "length",
        )
    if missing < 0:
        raise CheckFailed(
            format_lazy(
                _("This has {length} characters; {extra} are too many."),
                length=len(number),
                extra=-missing,
            ),
            "length",
        )
