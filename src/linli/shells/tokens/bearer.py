# SPDX-License-Identifier: MulanPSL-2.0
"""How the API knows a partner's system: `Authorization: Bearer linli_…` makes the request's actor.

    @router.get("/", auth=ANYBODY_KNOWN, …)      # a token, else a session
    @carries(Perm.VIEW)                          # what a token must carry, also in the description
    def listed(request): …

A token that is no good is said so, and is never read as a visitor with a session.
"""

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.operation import Operation
from ninja.security import HttpBearer, django_auth
from ninja.utils import contribute_operation_callback

from linli.base.actor import Actor
from linli.base.address import address_of
from linli.base.errors import TooMany
from linli.kernel.access import services as access

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

SCOPE, ACTING = "x-scope", "x-acting"
"""Where the description of an operation says what a token must carry, and that it must act."""

CALLS_A_MINUTE = 300
"""How many requests one token may make in a minute, all processes counted together."""

WINDOW = 60


class TokenAuth(HttpBearer):
    """Reads the token, counts the call and puts its actor on the request."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor of the token.

        Raises TokenRefused (401) for one that is no good, TooMany (429) for one used too often.
        """
        language_choose(request)
        shown = access.token_read(
            token,
            address=address_of(request),
            request_id=str(request.__dict__.get("request_id", "")),
        )
        call_count(request, "tokens.call", shown.token.public_id, CALLS_A_MINUTE)
        request.__dict__["_linli_bearer"] = shown
        request.__dict__["_linli_actor"] = shown.actor
        return shown.actor


TOKEN = TokenAuth()
ANYBODY_KNOWN = [TOKEN, django_auth]
"""A partner's token, else whoever has signed in."""


def bearer_of(request: HttpRequest) -> access.Bearer | None:
    """The token of this request, None for a session."""
    found = request.__dict__.get("_linli_bearer")
    return found if isinstance(found, access.Bearer) else None


def needs_scope(request: HttpRequest, permission: str) -> None:
    """Refuse a token that does not carry a permission; a session is asked by the service itself.

    Raises ScopeMissing (403).
    """
    shown = bearer_of(request)
    if shown is not None:
        access.scope_require(shown, permission)


def needs_acting(request: HttpRequest) -> None:
    """Refuse a token that may not act in procedures as its role. Raises ScopeMissing (403)."""
    shown = bearer_of(request)
    if shown is not None and not shown.token.is_acting:
        message = _("This token reads and reports, but may not press buttons of a procedure.")
        raise access.ScopeMissing(message, code="scope")


def carries(
    permission: str, *, acting: bool = False
) -> Callable[
    [Callable[Concatenate[HttpRequest, Given], Answer]],
    Callable[Concatenate[HttpRequest, Given], Answer],
]:
    """Ask a token for a permission, and with `acting` to act as its role; the description of the
    operation says so.
    """

    def around(
        view: Callable[Concatenate[HttpRequest, Given], Answer],
    ) -> Callable[Concatenate[HttpRequest, Given], Answer]:
        @wraps(view)
        def asked(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
            needs_scope(request, permission)
            if acting:
                needs_acting(request)
            return view(request, *args, **kwargs)

        def tell(operation: Operation) -> None:
            told = {SCOPE: str(permission)} | ({ACTING: True} if acting else {})
            operation.openapi_extra = (operation.openapi_extra or {}) | told

        contribute_operation_callback(asked, tell)
        return asked

    return around


def call_count(request: HttpRequest, bucket: str, key: str, limit: int) -> None:
    """Count a call and keep what the answer's RateLimit headers say. Raises TooMany."""
    reset = max(math.ceil(WINDOW - time.time() % WINDOW), 1)
    headers = {"RateLimit-Limit": str(limit), "RateLimit-Reset": str(reset)}
    request.__dict__["_linli_rate"] = headers | {"RateLimit-Remaining": "0"}
    try:
        used = access.rate_hit(bucket, key, limit=limit, per_seconds=WINDOW)
    except TooMany as refusal:
        refusal.retry_after = refusal.retry_after or reset
        raise
    request.__dict__["_linli_rate"] = headers | {"RateLimit-Remaining": str(limit - used)}


def rate_headers(request: HttpRequest) -> dict[str, str]:
    """The RateLimit headers of a counted request, none for any other."""
    found: dict[str, str] = request.__dict__.get("_linli_rate", {})
    return found


def language_choose(request: HttpRequest) -> None:
    """Answer a program in the language that it asks for; the request's own ends with it."""
    wanted = request.headers.get("Accept-Language", "").strip().lower()
    if wanted.startswith("en"):
        translation.activate("en")
    elif wanted.startswith("zh"):
        translation.activate("zh-hans")
