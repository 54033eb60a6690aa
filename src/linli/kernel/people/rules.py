# SPDX-License-Identifier: MulanPSL-2.0
"""What names, phones and ID numbers may be, and what is shown of them. Pure."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linli.base import text
from linli.base.errors import Invalid
from linli.kernel.people.terms import MINOR_BELOW, PersonalField, Privacy

NAME_LENGTH = 100
ADDRESS_LENGTH = 200
PURPOSE_LENGTH = 2
"""The shortest purpose: two characters, as in 回访."""

_DOTS = re.compile("[•‧・･․∙⋅]")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}|[48]00[0-9]{7}")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"


@dataclass(frozen=True)
class Masked:
    """A person as lists show them: "" where nothing is known."""

    name: str
    phone: str
    id_number: str
    address: str


def name_cleaned(typed: str) -> str:
    """A name as it is kept: one line, the dot of 买买提·艾力 written one way; of one or many
    characters.

    Raises Invalid for nothing and for more than 100 characters.
    """
    name = _DOTS.sub("·", text.clean_line(typed))
    if not name or not any(character.isalnum() for character in name):
        message = _("Write a name.")
        raise Invalid(message, code="name_missing", fields={"name": message})
    if len(name) > NAME_LENGTH:
        message = _("A name has at most 100 characters.")
        raise Invalid(message, code="name_long", fields={"name": message})
    return name


def phone_cleaned(typed: str) -> str:
    """A phone number in plain digits, without +86; "" stays "".

    Takes full-width digits, blanks and dashes. Raises Invalid for what is no mobile or landline
    number.
    """
    plain = re.sub(r"[-–—()]", "", text.narrow(text.clean(typed)))
    if not plain:
        return ""
    mobile = _MOBILE.fullmatch(plain)
    if mobile is not None:
        return mobile[1]
    if _LANDLINE.fullmatch(plain):
        return plain
    message = _(
        "This is no phone number. A mobile number has 11 digits; a landline needs its area code."
    )
    raise Invalid(message, code="phone_invalid", fields={"phone": message})


def id_number_cleaned(typed: str) -> str:
    """A citizen's ID number with its X in capitals; "" stays "".

    Raises Invalid when its check digit is wrong.
    """
    plain = text.narrow(text.clean(typed)).upper()
    if not plain:
        return ""
    message = _("This ID number cannot be right. Compare all 18 characters with the card.")
    wrong = Invalid(message, code="id_number_invalid", fields={"id_number": message})
    if not _ID_NUMBER.fullmatch(plain):
        raise wrong
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, plain, strict=False))
    if _LAST[total % 11] != plain[17] or birth_on_of(plain) is None:
        raise wrong
    return plain


def birth_on_of(id_number: str) -> dt.date | None:
    """The day of birth that an ID number states; None if it states no day."""
    try:
        return dt.date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def address_cleaned(typed: str) -> str:
    """A contact address on one line. Raises Invalid for more than 200 characters."""
    address = text.clean_line(typed)
    if len(address) > ADDRESS_LENGTH:
        message = _("An address has at most 200 characters.")
        raise Invalid(message, code="address_long", fields={"address": message})
    return address


def birth_on_checked(birth_on: dt.date | None, id_number: str, today: dt.date) -> dt.date | None:
    """The day of birth, from the ID number where it is not given.

    Raises Invalid where the two disagree.
    """
    stated = birth_on_of(id_number) if id_number else None
    if birth_on is not None and stated is not None and birth_on != stated:
        message = _("The day of birth does not agree with the ID number.")
        raise Invalid(message, code="birth_differs", fields={"birth_on": message})
    found = birth_on or stated
    if found is not None and (found > today or found.year < 1880):
        message = _("This day of birth cannot be right.")
        raise Invalid(message, code="birth_invalid", fields={"birth_on": message})
    return found


def purpose_cleaned(typed: str) -> str:
    """Why somebody opens a personal field. Raises Invalid for less than two characters."""
    purpose = text.clean_line(typed)
    if len(purpose) < PURPOSE_LENGTH:
        message = _("Say what you need it for. The person can read it.")
        raise Invalid(message, code="purpose_missing", fields={"purpose": message})
    return purpose


def age_on(birth_on: dt.date, day: dt.date) -> int:
    """Full years on a day."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def is_minor(birth_on: dt.date | None, day: dt.date) -> bool:
    """Whether a guardian must consent for them."""
    return birth_on is not None and age_on(birth_on, day) < MINOR_BELOW


def privacy_of(chosen: Privacy | None, birth_on: dt.date | None, day: dt.date) -> Privacy:
    """The record class: a child's is always `minor`, else as chosen."""
    if is_minor(birth_on, day):
        return Privacy.MINOR
    return chosen or Privacy.PERSONAL


def masked(*, name: str, phone: str, id_number: str, address: str, privacy: str) -> Masked:
    """What lists show: numbers always masked, an address never, a name in full unless the class is
    stricter.
    """
    is_strict = privacy in (Privacy.SENSITIVE, Privacy.MINOR)
    return Masked(
        name=text.mask_name(name) if is_strict else name,
        phone=text.mask_phone(phone) if phone else "",
        id_number=text.mask_id_number(id_number) if id_number else "",
        address="****" if address else "",
    )


def field_checked(field: str) -> PersonalField:
    """The personal field of that name. Raises Invalid for any other."""
    try:
        return PersonalField(field)
    except ValueError as error:
        message = _("There is no such field.")
        raise Invalid(message, code="field_unknown", fields={"field": message}) from error
