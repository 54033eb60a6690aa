# SPDX-License-Identifier: MulanPSL-2.0
"""Which appeal a request speaks of: by its code without an account, else one of the reader's."""

from typing import TypeVar

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.address import address_of
from linli.base.errors import Forbidden
from linli.kernel.access import services as access
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases, reporter

Found = TypeVar("Found")

TRIES, TRIES_WITHIN = 10, 600


def source_of(request: HttpRequest, actor: Actor) -> str:
    """Whom a limit counts: the account, else where the request comes from."""
    return str(actor.account_id or address_of(request))


def appeal_by_code(request: HttpRequest, number: str, code: str) -> Appeal:
    """An appeal by number and query code; a wrong pair is the same as none, and tries are counted.

    Raises Forbidden, TooMany.
    """
    access.rate_hit("appeals.find", address_of(request), limit=TRIES, per_seconds=TRIES_WITHIN)
    return ensure_there(cases.appeal_by_code(number=number, code=code))


def appeal_seen(actor: Actor, number: str) -> Appeal:
    """An appeal of the actor, or of a case that they may see. Raises Forbidden."""
    own = cases.appeal_own(actor=actor, number=number)
    rows = reporter.appeals_listed(actor=actor, which="seen")
    return ensure_there(own or rows.filter(number=number).first())


def appeal_filed(actor: Actor, number: str) -> Appeal:
    """An appeal of the actor, or one that they took in for somebody. Raises Forbidden."""
    own = cases.appeal_own(actor=actor, number=number)
    return ensure_there(own or cases.appeal_taken(actor=actor, number=number))


def ensure_there(found: Found | None) -> Found:
    """What was looked for. Raises Forbidden for none: it is not there, or not for this reader."""
    if found is None:
        raise Forbidden("", code="missing")
    return found
