# SPDX-License-Identifier: MulanPSL-2.0
"""How whoever sits at a session showed who they are, as django-allauth keeps it, and what asks for
it.
"""

import datetime as dt
from typing import Any, Protocol

from allauth.account.authentication import get_authentication_records
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.base.actor import Actor, ActorKind, Proof
from linli.base.errors import Conflict, Unproven
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.rules import FRESH

SECOND_FACTOR = "mfa"
"""What allauth calls a passkey or a code from an app, among the ways somebody came in."""

BY_PHONE = "phone_code"
"""What we call a code on the phone, among the ways somebody came in."""

PASSWORD = "password"  # noqa: S105 - a word, not a password
SIGN_ON = "sign_on"
"""Ways in, as sessions note them."""


class Asked(Protocol):
    """A request, as far as its session is asked for."""

    session: Any


def proof_of(request: Asked, account: Account) -> Proof:
    """When an account last showed who it is in this session, and whether by a second factor.

    The personas of a demo have nothing to show and are let through; production has none.
    """
    if account.is_demo:
        return Proof(timezone.now(), has_second_factor=True)
    records = get_authentication_records(request, account)
    moments = [float(each["at"]) for each in records if "at" in each]
    return Proof(
        dt.datetime.fromtimestamp(max(moments), dt.UTC) if moments else None,
        SECOND_FACTOR in ways_in(request, account),
    )


def came_by_phone(request: Asked, account: Account) -> bool:
    """Whether an account has shown a code on its phone in this session, a short while ago."""
    records = get_authentication_records(request, account)
    since = (timezone.now() - FRESH).timestamp()
    return any(each.get("method") == BY_PHONE and each["at"] > since for each in records)


def ways_in(request: Asked, account: Account) -> set[str]:
    """By what an account came in or showed itself since, in allauth's words."""
    return {str(each.get("method")) for each in get_authentication_records(request, account)}


def prove(actor: Actor) -> None:
    """Make sure that an account showed who it is a short while ago: before grants, exports and
    keys.

    Wall time, as sessions count it. Raises Unproven.
    """
    at = actor.proof.at
    if actor.kind is ActorKind.ACCOUNT and (at is None or timezone.now() - at > FRESH):
        message = _("Show once more that it is you; then it goes on here.")
        raise Unproven(message, code="prove_again")


def prove_twice(actor: Actor) -> None:
    """Make sure that an account came in with a second factor: before anything personal opens.

    Raises Unproven, and Conflict for who serves the machine in an operator session.
    """
    if actor.operation is not None:
        message = _("What is personal stays closed in an operator session.")
        raise Conflict(message, code="operating")
    if actor.kind is ActorKind.ACCOUNT and not actor.proof.has_second_factor:
        message = _("What is personal opens only with a second factor: a passkey or a code.")
        raise Unproven(message, code="second_factor")
