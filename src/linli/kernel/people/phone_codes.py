# SPDX-License-Identifier: MulanPSL-2.0
"""Codes by which residents show that a phone is in their hand.

A number that nobody here has gets a code too, which nobody is sent: the work and the answer are the
same. Wall time throughout: the demo clock opens no door.
"""

import secrets
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import crypto
from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.access import services as access
from linli.kernel.access.limits import rate_hit
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.people import rules
from linli.kernel.people.models import Person, PhoneCode
from linli.kernel.people.terms import (
    CODE_LASTS,
    CODE_TRIES,
    PHONE_CODE_CONTEXT,
    PHONE_CONTEXT,
    Verb,
)

MINUTE, DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A code on its way; shown in no log."""

    phone: str = field(repr=False)
    code: str = field(repr=False)


def phone_code_make(*, phone: str, address: str) -> Outgoing | None:
    """Make the code of a phone, which ends the one before; None if nobody shall be sent it.

    Whoever calls answers the same either way, and as fast. Not one transaction: a refusal must not
    take its count back. Raises Invalid, TooMany.
    """
    plain = rules.phone_cleaned(phone)
    if not plain:
        message = _("Give the number of your phone.")
        raise Invalid(message, code="phone_missing", fields={"phone": message})
    rate_hit("phone_code.address", address, limit=20, per_seconds=DAY)
    rate_hit("phone_code.minute", plain, limit=1, per_seconds=MINUTE)
    rate_hit("phone_code.day", plain, limit=5, per_seconds=DAY)
    code = f"{secrets.randbelow(1_000_000):06}"
    is_known = bool(_residents(plain))
    _keep(plain, code, is_known=is_known)
    return Outgoing(plain, code) if is_known else None


@transaction.atomic
def phone_code_check(*, phone: str, typed: str) -> list[Account]:
    """Use up the code of a phone; returns the accounts that it lets in, none if it is wrong, over
    or dead. It raises nothing for a wrong one, so that the try stays counted.

    A try is taken before it is compared, so that many at once have no more of them than one.
    Raises Invalid.
    """
    plain = rules.phone_cleaned(phone)
    now = timezone.now()
    indexes = crypto.blind_indexes(plain, context=PHONE_CODE_CONTEXT)
    code = PhoneCode.objects.filter(phone_index__in=indexes).order_by("-pk").first()
    open_codes = PhoneCode.objects.filter(used_at__isnull=True)
    if code is None or not open_codes.filter(
        pk=code.pk, tries__lt=CODE_TRIES, made_at__gt=now - CODE_LASTS
    ).update(tries=F("tries") + 1):
        return []
    expected = crypto.blind_indexes(_together(plain, typed.strip()), context=PHONE_CODE_CONTEXT)
    matches = [secrets.compare_digest(code.code_index, each) for each in expected]
    if not any(matches) or not open_codes.filter(pk=code.pk).update(used_at=now):
        audit.record(SYSTEM, Verb.PHONE_CODE_WRONG, on=code)
        return []
    audit.record(SYSTEM, Verb.PHONE_CODE_USED, on=code)
    return _residents(plain)


@transaction.atomic
def _keep(plain: str, code: str, *, is_known: bool) -> None:
    """Keep digests of a code; those of the same phone, and all that are over, go."""
    now = timezone.now()
    indexes = crypto.blind_indexes(plain, context=PHONE_CODE_CONTEXT)
    PhoneCode.objects.filter(phone_index__in=indexes).delete()
    PhoneCode.objects.filter(made_at__lte=now - CODE_LASTS).delete()
    kept = PhoneCode.objects.create(
        phone_index=crypto.blind_index(plain, context=PHONE_CODE_CONTEXT),
        code_index=crypto.blind_index(_together(plain, code), context=PHONE_CODE_CONTEXT),
        made_at=now,
    )
    audit.record(SYSTEM, Verb.PHONE_CODE_MADE, on=kept, detail={"is_known": is_known})


def _residents(plain: str) -> list[Account]:
    """Open accounts of who has this phone; whoever holds a role comes in by no phone alone."""
    found = Person.objects.filter(
        phone_index__in=crypto.blind_indexes(plain, context=PHONE_CONTEXT),
        erased_at__isnull=True,
        account__is_active=True,
    ).select_related("account")
    accounts = [person.account for person in found.order_by("pk") if person.account]
    return [account for account in accounts if not access.actor_for(account).grants]


def _together(plain: str, code: str) -> str:
    return f"{plain}:{code}"
