# SPDX-License-Identifier: MulanPSL-2.0
"""Pages whose reads may be a second old ask a replica of the database, unless their reader has
just written something (docs/decisions/0035).
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from linli.base import replicas
from linli.shells.frame.request import WROTE_COOKIE, is_part

Next = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
READS = ("GET", "HEAD")

PINNED_FOR = 3
"""Seconds for which somebody who has written reads what they wrote."""


class WroteMiddleware:
    """Remembers in the browser, for some seconds, that something was written from it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        response = self.get_response(request)
        if request.method not in READS and replicas.is_there():
            response.set_cookie(
                WROTE_COOKIE,
                "1",
                max_age=PINNED_FOR,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def lagging(view: View) -> View:
    """Let the reads of a view be a second old; what follows an event, and what follows a deed of
    the same browser, is read where it was written.
    """

    @wraps(view)
    def read(request: HttpRequest, *args: object, **values: object) -> HttpResponse:
        if request.method not in READS or is_part(request) or WROTE_COOKIE in request.COOKIES:
            return view(request, *args, **values)
        with replicas.may_lag() as is_replica:
            try:
                return view(request, *args, **values)
            except (OperationalError, InterfaceError) as error:
                if not is_replica:
                    raise
                replicas.away(error)
        return view(request, *args, **values)

    return read
