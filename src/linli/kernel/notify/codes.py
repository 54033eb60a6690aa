# SPDX-License-Identifier: MulanPSL-2.0
"""Sending a resident the code that shows that a phone is in their hand."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.notify.letters import letter_write
from linli.kernel.notify.terms import Channel, LetterKind
from linli.kernel.people import phone_codes
from linli.kernel.people.terms import CODE_LASTS


def phone_code_send(*, phone: str, address: str) -> None:
    """Make a code and have it sent; `address` is where the request comes from.

    It does the same for every number, known here or not: whoever sends the letter finds out. Not
    one transaction: a refusal must not take its count back. Raises Invalid, TooMany.
    """
    plain = phone_codes.phone_code_count(phone=phone, address=address)
    with transaction.atomic():
        made = phone_codes.phone_code_make(phone=plain)
        minutes = int(CODE_LASTS.total_seconds() // 60)
        body = _("Linli: your code is %(code)s, good for %(minutes)s minutes. Tell it to nobody.")
        letter_write(
            channel=Channel.SMS,
            kind=LetterKind.PHONE_CODE,
            key=f"phone_code:{made.number}",
            address=plain,
            body=body % {"code": made.code, "minutes": minutes},
            ends_at=made.ends_at,
        )
