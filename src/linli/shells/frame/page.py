# SPDX-License-Identifier: MulanPSL-2.0
"""One registered page: lets the reader in, runs the view once, and answers refusals."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control

from linli.base.actor import Actor, ActorKind
from linli.base.errors import Refused
from linli.kernel.accounts.sessions import PASSWORD_OLD
from linli.shells.frame import refusals, submissions
from linli.shells.frame.menu import Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.request import SENT_COOKIE, is_parcel, is_part, wants_json

if TYPE_CHECKING:
    from linli.shells.frame.faces import Face

View = Callable[..., HttpResponse]
Counted = Callable[..., HttpResponse | None]
"""Counts a request before anything is written, and answers it where it is one too many."""

SENT_FOR = 600
"""Seconds for which a page may still hear that its form was taken."""

DRAFT = re.compile(r"[\w.:/-]{1,100}", re.ASCII)
"""What the page calls its draft; anything else is no draft of ours and fits into no cookie."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A view with its face, its name and who may see it; Django calls it as the view."""

    face: "Face"
    address: str
    name: str
    view: View
    needs: tuple[str, ...]
    public: bool
    menu: Menu | None
    offline: bool
    counted: Counted | None = None

    @property
    def full_name(self) -> str:
        """The name to reverse: `console:appeal_list`."""
        return f"{self.face.name}:{self.name}"

    def is_open_to(self, actor: Actor) -> bool:
        """Whether this reader gets the page."""
        from linli.shells.frame.faces import ANY_OF_FACE, may_any

        if self.public:
            return True
        if actor.kind is ActorKind.ANONYMOUS:
            return False
        return (
            self.face.is_open_to(actor) if ANY_OF_FACE in self.needs else may_any(actor, self.needs)
        )

    def __call__(self, request: HttpRequest, **values: Any) -> HttpResponse:
        """Serve the page."""
        request.face = self.face  # type: ignore[attr-defined]
        request.actor = actor = actor_of(request)  # type: ignore[attr-defined]
        try:
            response = self._turned_away(request, actor)
            if response is None and self.counted is not None:
                response = self.counted(request, **values)
            if response is None:
                response = submissions.once(request, lambda: self.view(request, **values))
        except Refused as refusal:
            response = refusals.answer(request, refusal)
        return _finished(request, response)

    def _turned_away(self, request: HttpRequest, actor: Actor) -> HttpResponse | None:
        if is_parcel(request) and not _is_of_writer(request, actor):
            return JsonResponse({"code": "sign_in"}, status=401)
        if request.session.get(PASSWORD_OLD):
            return _change_first(request)
        if self.is_open_to(actor):
            return None
        if actor.kind is ActorKind.ANONYMOUS:
            return sign_in(request)
        return refusals.missing(request)


def _change_first(request: HttpRequest) -> HttpResponse:
    """Whoever came in with a password that is too old chooses a new one before anything else."""
    if is_parcel(request) or wants_json(request):
        return JsonResponse({"code": "sign_in"}, status=401)
    asked = urlencode({"next": _way_back(request)})
    return refusals.led_to(request, f"{resolve_url('account_change_password')}?{asked}")


def sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to sign in and back to where they were."""
    if is_parcel(request) or wants_json(request):
        return JsonResponse({"code": "sign_in"}, status=401)
    ended: str = getattr(request.session, "ended", "")
    asked = {"next": _way_back(request)} | ({"ended": ended} if ended else {})
    return refusals.led_to(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode(asked)}")


def _way_back(request: HttpRequest) -> str:
    """The page itself; after a form was sent, the page the form stood on."""
    if request.method == "GET" and not is_part(request):
        return request.get_full_path()
    return refusals.back_of(request) or request.path


def _is_of_writer(request: HttpRequest, actor: Actor) -> bool:
    """A parcel goes in under the name of the account that wrote it, or not at all."""
    return request.headers.get("Linli-Account", "") == str(actor.account_id or "")


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    draft = request.POST.get("_draft", "") if request.method == "POST" else ""
    if DRAFT.fullmatch(draft) and response.status_code < 400:
        is_secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(SENT_COOKIE, draft, max_age=SENT_FOR, samesite="Lax", secure=is_secure)
    return response
