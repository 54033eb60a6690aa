# SPDX-License-Identifier: MulanPSL-2.0
"""Every page that somebody opens in an operator session is on record before it is shown."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from linli.kernel.access import services as access
from linli.shells.frame.middleware import POLLS, actor_of

Next = Callable[[HttpRequest], HttpResponse]

SECRET = "code"  # noqa: S105 - a name, not a secret
"""What an address calls a word that opens something to whoever knows it."""


class OperatingMiddleware:
    """Writes down which address is opened, pages and API alike, without what was searched for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, values: dict[str, Any]
    ) -> None:
        """Note the address; where that cannot be written down, nothing is shown."""
        if request.path in POLLS or not request.user.is_authenticated:
            return
        match = request.resolver_match
        address = f"/{match.route}" if match and SECRET in values else request.path
        access.operator_page(
            actor=actor_of(request), method=request.method or "", address=address[:200]
        )
