# SPDX-License-Identifier: MulanPSL-2.0
"""What a source on the abuse list is called: its one form, and what the list shows of it."""

import re

from django.utils.translation import gettext as _

from linli.base import checks
from linli.base.address import address_masked, address_read
from linli.base.errors import Invalid, Message
from linli.base.text import mask_name, mask_phone, narrow
from linli.kernel.access.terms import AbuseKind
from linli.kernel.accounts.selectors import account_get

LONGEST_ID = 18
_HYPHENS = re.compile(r"[-–—()]")
_WITH_COUNTRY = re.compile(r"(?:\+|00)?86(1[3-9][0-9]{9})")


def source_read(kind: AbuseKind, key: str) -> str:
    """A source as somebody typed it, in its one form. Raises Invalid for what is none."""
    if not narrow(key):
        raise _wrong(_("Say which account, address or phone number is meant."))
    try:
        if kind == AbuseKind.PHONE:
            checks.phone(key)
        elif kind == AbuseKind.ADDRESS:
            address_read(narrow(key))
    except checks.CheckFailed as failed:
        raise _wrong(failed.message) from failed
    except ValueError as error:
        raise _wrong(_("Write a network address like 203.0.113.9 or 2001:db8::7.")) from error
    return source_plain(kind, key)


def source_plain(kind: AbuseKind, key: str) -> str:
    """A source in the form in which it is looked for, however it was written."""
    plain = narrow(key)
    if kind == AbuseKind.PHONE:
        digits = _HYPHENS.sub("", plain)
        mobile = _WITH_COUNTRY.fullmatch(digits)
        return mobile[1] if mobile is not None else digits
    if kind == AbuseKind.ADDRESS:
        try:
            return address_read(plain)
        except ValueError:
            return plain
    return plain


def source_masked(kind: AbuseKind, source: str) -> str:
    """What the list shows of a source: enough to know it again, too little to call it up."""
    if kind == AbuseKind.PHONE:
        return mask_phone(source)
    if kind == AbuseKind.ADDRESS:
        return address_masked(source)
    is_id = source.isdecimal() and len(source) <= LONGEST_ID
    account = account_get(int(source)) if is_id else None
    return mask_name(account.username) if account is not None else ""


def _wrong(message: Message) -> Invalid:
    return Invalid(message, code="abuse_key", fields={"key": message})
