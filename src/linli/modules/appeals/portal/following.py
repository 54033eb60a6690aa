# SPDX-License-Identifier: MulanPSL-2.0
"""Whose appeal it is: that of the account, or of whoever filed it here or gave its query code."""

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases
from linli.shells.frame.middleware import actor_of

SESSION = "appeals_followed"
MOST_FOLLOWED = 20
TRIES, TRIES_WITHIN = 10, 600
"""So many pairs of number and code may be tried from one address, in so many seconds."""


def follow(request: HttpRequest, appeal: Appeal) -> None:
    """Remember in this session that its reader filed an appeal, or knows its code."""
    others = [number for number in request.session.get(SESSION, ()) if number != appeal.number]
    request.session[SESSION] = [appeal.number, *others][:MOST_FOLLOWED]


def followed(request: HttpRequest) -> list[Appeal]:
    """The appeals that this session follows without an account, newest first."""
    return cases.appeals_known(numbers=request.session.get(SESSION, ()))


def appeal_of(request: HttpRequest, number: str) -> tuple[Appeal, Actor]:
    """An appeal of the reader, and the reader as the one who may act for it.

    Raises Forbidden, the same for an appeal that is not there and for one of somebody else.
    """
    actor = actor_of(request)
    appeal = cases.appeal_own(actor=actor, number=number)
    if appeal is not None:
        return appeal, actor
    if number in request.session.get(SESSION, ()):
        for known in cases.appeals_known(numbers=[number]):
            return known, cases.acting_for(actor, known)
    raise Forbidden("", code="unknown")
