# SPDX-License-Identifier: MulanPSL-2.0
"""What is told of a request: its id, one line in the log, one count; never who asked, nor for what.

It stands outside everything that may refuse a request, so that nothing is answered untold.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.base.trail import working
from linli.kernel.jobs.rules import looks_personal
from linli.shells.frame import counting

Next = Callable[[HttpRequest], HttpResponse]

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
NOWHERE = "nowhere"
"""The name of the route where no page stands."""

log = logging.getLogger("linli.access")


class TellingMiddleware:
    """Gives a request its id, which the answer and every line of the log carry, and tells how it
    went.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        request_id = request_id_of(request)
        request.request_id = request_id  # type: ignore[attr-defined]
        began = time.perf_counter()
        with working(request=request_id):
            response = self.get_response(request)
            _tell(request, response.status_code, time.perf_counter() - began)
        response["X-Request-ID"] = request_id
        return response


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    method = request.method if request.method in METHODS else "OTHER"
    route, ms = route_of(request), round(seconds * 1000)
    told = {"method": method, "route": route, "status": status, "ms": ms}
    log.info("%s %s %d %d ms", method, route, status, ms, extra={"told": told})
    counting.count(route, f"{status // 100}xx", seconds)


def route_of(request: HttpRequest) -> str:
    """The name of the page, which says nothing of what was asked for there."""
    return request.resolver_match.view_name if request.resolver_match else NOWHERE


def request_id_of(request: HttpRequest) -> str:
    """The id that a proxy gave, or one of our own; what looks like somebody's number is no id."""
    given = request.headers.get("X-Request-ID", "")
    is_id = REQUEST_ID.fullmatch(given) and not looks_personal(given)
    return given if is_id else uuid.uuid4().hex
