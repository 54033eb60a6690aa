# SPDX-License-Identifier: MulanPSL-2.0
"""Codes by which residents show that a phone is in their hand.

A code is made for any number, whoever has it: the work and the answer are the same. Only whoever
hands it over, later, asks `is_known`. Wall time throughout: the demo clock opens no door.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import crypto
from linli.base.actor import SYSTEM
from linli.base.errors import Forbidden, Invalid
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.access.limits import rate_hit
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.people import rules
from linli.kernel.people.models import Person, PhoneCode
from linli.kernel.people.services import linked_announce
from linli.kernel.people.terms import (
    CODE_LASTS,
    CODE_TRIES,
    PHONE_CODE_CONTEXT,
    PHONE_CONTEXT,
    Privacy,
    Verb,
)

MINUTE, DAY = 60, 86_400
OPENED = "resident"
"""How the names of log-ins begin that a code has opened."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A code on its way, with its number among codes and until when it is good; shown in no log."""

    number: int
    code: str = field(repr=False)
    ends_at: dt.datetime


def phone_code_count(*, phone: str, address: str) -> str:
    """Count that a phone asks for a code, from an address; returns its number in plain digits.

    Call it outside any transaction: a refusal must not take its count back. Raises Invalid,
    TooMany.
    """
    plain = rules.phone_cleaned(phone)
    if not plain:
        message = _("Give the number of your phone.")
        raise Invalid(message, code="phone_missing", fields={"phone": message})
    rate_hit("phone_code.address", address, limit=20, per_seconds=DAY)
    rate_hit("phone_code.minute", plain, limit=1, per_seconds=MINUTE)
    rate_hit("phone_code.day", plain, limit=5, per_seconds=DAY)
    return plain


@transaction.atomic
def phone_code_make(*, phone: str) -> Outgoing:
    """Make the code of a phone that was counted, which ends the one before. Digests are kept."""
    now = timezone.now()
    code = f"{secrets.randbelow(1_000_000):06}"
    indexes = crypto.blind_indexes(phone, context=PHONE_CODE_CONTEXT)
    PhoneCode.objects.filter(phone_index__in=indexes).delete()
    kept = PhoneCode.objects.create(
        phone_index=crypto.blind_index(phone, context=PHONE_CODE_CONTEXT),
        code_index=crypto.blind_index(_together(phone, code), context=PHONE_CODE_CONTEXT),
        made_at=now,
    )
    audit.record(SYSTEM, Verb.PHONE_CODE_MADE, on=kept)
    return Outgoing(kept.pk, code, now + CODE_LASTS)


def is_known(*, phone: str) -> bool:
    """Whether a code lets anybody in who has this phone, for whoever is about to send it."""
    return bool(_residents(phone))


@transaction.atomic
def phone_code_check(*, phone: str, typed: str) -> list[Person]:
    """Use up the code of a phone; returns whom it lets in, nobody if it is wrong, over or dead. It
    raises nothing for a wrong one, so that the try stays counted.

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


def people_let_in(*, person_ids: Sequence[int]) -> list[Person]:
    """Those whom a code has let in, as far as they may still come in, for them to choose."""
    found = Person.objects.filter(pk__in=person_ids).select_related("account").order_by("pk")
    return [person for person in found if _may_come_in(person)]


@transaction.atomic
def resident_account(*, person: Person) -> Account:
    """The log-in of somebody whom a code has let in; opened now, without a password, for whoever
    is on file and has none yet.

    Raises Forbidden for somebody whom a code lets in no more.
    """
    kept = lock(person)
    if kept.account_id is not None and kept.account is not None:
        return kept.account
    if not _may_come_in(kept):
        raise Forbidden(_("This phone lets you in no more."), code="phone_not_let_in")
    path = kept.place.path if kept.place else ""
    name = f"{OPENED}-{secrets.token_hex(6)}"
    kept.account = accounts.account_create(
        actor=SYSTEM, username=name, place_path=path, name_key=kept.name_key
    )
    kept.save(update_fields=["account"])
    detail = {"account_id": kept.account.pk}
    audit.record(
        SYSTEM, Verb.ACCOUNT_LINKED, on=kept, at=path, detail=detail, subject_name=kept.name
    )
    linked_announce(kept)
    return kept.account


def _residents(plain: str) -> list[Person]:
    """Whom this phone lets in: residents on file, with a log-in or without."""
    found = Person.objects.filter(
        phone_index__in=crypto.blind_indexes(plain, context=PHONE_CONTEXT)
    ).select_related("account", "place")
    return [person for person in found.order_by("pk") if _may_come_in(person)]


def _may_come_in(person: Person) -> bool:
    """Not who was erased or shut out; whoever holds a role comes in by no phone alone, and no
    log-in is opened for a child.
    """
    if person.erased_at is not None:
        return False
    if person.account is None:
        return person.privacy != Privacy.MINOR
    return person.account.is_active and not access.actor_for(person.account).grants


def _together(plain: str, code: str) -> str:
    return f"{plain}:{code}"
