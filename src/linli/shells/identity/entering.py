# SPDX-License-Identifier: MulanPSL-2.0
"""Somebody has come in: what their session knows of it, and whom it ends."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from linli.base.address import address_masked, address_of
from linli.kernel.access import services as access
from linli.kernel.accounts import services
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.proof import PASSWORD, ways_in
from linli.kernel.accounts.rules import (
    RESIDENT_REST,
    STAFF_REST,
    device_of,
    is_password_old,
)
from linli.kernel.accounts.sessions import PASSWORD_OLD
from linli.kernel.privacy import services as privacy


def session_begin(request: HttpRequest, account: Account) -> None:
    """Note from where somebody came in, and put it on record; whoever holds a role is signed out
    sooner when they rest and has to change a password that is too old, an administrator is signed
    out on all other devices.
    """
    actor = access.actor_for(account)
    session: Any = request.session
    session.begin(
        device=device_of(request.headers.get("User-Agent", "")),
        address=address_masked(address_of(request)),
        rest_minutes=STAFF_REST if actor.grants else RESIDENT_REST,
    )
    if actor.grants and PASSWORD in ways_in(request, account):
        days = settings.LINLI_PASSWORD_DAYS[access.is_administrator(actor)]
        is_old = is_password_old(account.password_set_at, timezone.now(), days)
        session[PASSWORD_OLD] = is_old
    services.session_record(actor=services.self_actor(account), account=account)
    if not actor.grants:
        privacy.notice_note_shown(actor=actor, account=account)
    if access.is_administrator(actor):
        own = services.self_actor(account)
        services.sessions_end(actor=own, account=account, keep=session.session_key)
