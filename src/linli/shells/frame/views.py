# SPDX-License-Identifier: MulanPSL-2.0
"""Pages that belong to no face: the reader's choices, the way in, and what went wrong."""

import sys
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render as render_whole
from django.utils.http import url_has_allowed_host_and_scheme

from linli.base.actor import ActorKind
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.terms import Language, TextSize, Theme
from linli.shells.frame import refusals
from linli.shells.frame.away import RETRY_AFTER, is_away
from linli.shells.frame.faces import home_of, portal
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.request import LANGUAGE_COOKIE, SIZE_COOKIE, THEME_COOKIE, wants_json

YEAR = 365 * 24 * 3600
CHOICES: dict[str, tuple[str, str, type[TextChoices]]] = {
    "language": (LANGUAGE_COOKIE, "language", Language),
    "theme": (THEME_COOKIE, "theme", Theme),
    "size": (SIZE_COOKIE, "text_size", TextSize),
}
"""For each word in the address: the cookie, the account's preference, and what may be chosen."""


def look(request: HttpRequest) -> HttpResponse:
    """Remember a choice (`language`, `theme`, `size`) and go back to `next`.

    A plain link does, so that it works without script; it changes nothing but how pages look.
    """
    response = HttpResponseRedirect(safe_next(request))
    chosen: dict[str, Any] = {}
    for name, (cookie, preference, known) in CHOICES.items():
        value = request.GET.get(name, "")
        if value in known.values:
            chosen[preference] = known(value)
            is_secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=is_secure)
    actor = actor_of(request)
    if chosen and isinstance(request.user, Account):
        accounts.preferences_set(actor=actor, account=request.user, **chosen)
    return response


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, else its first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return "/"


def root(request: HttpRequest) -> HttpResponse:
    """The bare address: everybody to where they belong."""
    actor = actor_of(request)
    is_known = actor.kind is not ActorKind.ANONYMOUS
    return HttpResponseRedirect(home_of(actor) if is_known else portal.home)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something no page sends."""
    return _failed(request, "frame/400.html", 400, "bad_request")


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: mostly a form that lay open for days."""
    return _failed(request, "frame/403.html", 403, "denied")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was older than the sign-in."""
    return _failed(request, "frame/403.html", 403, "csrf")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing is here, or not for this reader."""
    return refusals.missing(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 where the database or the disk takes nothing just now. The pages ask
    nothing of the parts that may have failed.
    """
    if not is_away(sys.exc_info()[1]):
        return _failed(request, "frame/500.html", 500, "error")
    response = _failed(request, "frame/503.html", 503, "away")
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def locked_out(request: HttpRequest, *_args: object, **_values: object) -> HttpResponse:
    """429: the password was wrong too often."""
    return render_whole(request, "frame/locked.html", {"wait": _wait_minutes()}, status=429)


def _wait_minutes() -> int:
    return round(float(settings.AXES_COOLOFF_TIME) * 60)


def _failed(request: HttpRequest, template: str, status: int, code: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"code": code}, status=status)
    return render_whole(request, template, {"back": refusals.back_of(request)}, status=status)
