# SPDX-License-Identifier: MulanPSL-2.0
"""What every request carries: the reader's choices, a language and an actor."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from linli.base.actor import ANONYMOUS, Actor
from linli.base.definitions import definitions_shared
from linli.base.text import storable
from linli.kernel.access import services as access
from linli.kernel.accounts.proof import proof_of
from linli.kernel.places.trees import tree_held
from linli.shells.frame.request import LANGUAGE_COOKIE, SIZE_COOKIE, THEME_COOKIE, Look

Next = Callable[[HttpRequest], HttpResponse]
THEMES = ("light", "dark")
SIZES = ("large",)
POLLS = ("/live/", "/busy/", "/rest/")
"""What pages ask by themselves; whoever types meanwhile says `active`."""

DEVICES = "camera=(self), geolocation=(self), " + ", ".join(
    f"{name}=()"
    for name in ("bluetooth", "display-capture", "hid", "microphone", "payment", "serial", "usb")
)
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


class TextMiddleware:
    """Takes out of a request what nobody types and no database keeps; a word left is looked up as
    any other.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request without it."""
        request.path = request.path.replace("\x00", UNKNOWN)
        request.path_info = request.path_info.replace("\x00", UNKNOWN)
        request.COOKIES = {name: storable(value) for name, value in request.COOKIES.items()}
        if not _is_storable(request.GET):
            request.GET = _storable(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and not _is_storable(request.POST):
            request.POST = _storable(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _is_storable(fields: QueryDict) -> bool:
    return all(storable(value) == value for _name, values in fields.lists() for value in values)


def _storable(fields: QueryDict) -> QueryDict:
    kept = fields.copy()
    for name, values in fields.lists():
        kept.setlist(name, [storable(value) for value in values])
    return kept


class DevicesMiddleware:
    """Says what of the device our pages may ask for, and no page of anybody else in them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", DEVICES)
        return response


class LanguageMiddleware:
    """Chooses language, theme and type size: by the cookie, else the account, else Chinese."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request in the reader's language."""
        language = language_of(request)
        request.look = look_of(request)  # type: ignore[attr-defined]
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class ActorMiddleware:
    """Gives a request the definitions that are known already, and, when somebody asks for it, its
    actor.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request."""
        request.actor = cast("Actor", SimpleLazyObject(lambda: actor_of(request)))  # type: ignore[attr-defined]
        with definitions_shared(), tree_held():
            response = self.get_response(request)
        if request.path not in POLLS or "active" in request.GET:
            request.session.touch()  # type: ignore[attr-defined]
        return response


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, worked out once."""
    known = request.__dict__.get("_linli_actor")
    if isinstance(known, Actor):
        return known
    request_id = request.__dict__.get("request_id", "")
    user = request.user
    actor = ANONYMOUS
    if user.is_authenticated:
        actor = access.actor_for(user, request_id, proof_of(request, user))
    request.__dict__["_linli_actor"] = actor
    return actor


def language_of(request: HttpRequest) -> str:
    """The language of the page."""
    wanted = request.COOKIES.get(LANGUAGE_COOKIE) or _preference(request, "language")
    known = dict(settings.LANGUAGES)
    return wanted if wanted in known else settings.LANGUAGE_CODE


def look_of(request: HttpRequest) -> Look:
    """The theme and type size of the page."""
    theme = request.COOKIES.get(THEME_COOKIE) or _preference(request, "theme")
    size = request.COOKIES.get(SIZE_COOKIE) or _preference(request, "text_size")
    return Look(theme if theme in THEMES else "", size if size in SIZES else "")


def _preference(request: HttpRequest, name: str) -> str:
    """What the account prefers; nobody is looked up for a request without a session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
        return ""
    return str(getattr(request.user, name, ""))
