# SPDX-License-Identifier: MulanPSL-2.0
"""How whoever sits at a session showed who they are, as django-allauth keeps it there."""

import datetime as dt
from typing import Any, Protocol

from allauth.account.authentication import get_authentication_records
from django.utils import timezone

from linli.base.actor import Proof
from linli.kernel.accounts.models import Account

SECOND_FACTOR = "mfa"
"""What allauth calls a passkey or a code from an app, among the ways somebody came in."""


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
        any(each.get("method") == SECOND_FACTOR for each in records),
    )
