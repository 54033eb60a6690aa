# SPDX-License-Identifier: MulanPSL-2.0
"""A refusal of a service as something to read: a notice on the page, or a page of its own."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render as render_whole
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linli.base.errors import Forbidden, Refused, Unproven
from linli.shells.frame.request import is_part, wants_json


def answer(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Turn a refusal into a response with its status.

    What somebody may not do looks exactly like what does not exist. Within a page htmx puts the
    notice into `#messages` and leaves what was typed where it is.
    """
    if isinstance(refusal, Forbidden):
        return missing(request)
    if isinstance(refusal, Unproven) and not wants_json(request):
        return _prove(request, refusal)
    said = _said(refusal) | {"back": back_of(request)}
    if wants_json(request):
        return JsonResponse({"problem": said["message"], **said}, status=refusal.status)
    if not is_part(request):
        return render_whole(request, "frame/refused.html", said, status=refusal.status)
    response = render_whole(request, "frame/parts/refusal.html", said, status=refusal.status)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML show:#messages:top"
    return response


def _prove(request: HttpRequest, refusal: Unproven) -> HttpResponse:
    """Send somebody to show who they are, and back to the page on which they wanted something."""
    back = request.get_full_path() if request.method == "GET" else back_of(request)
    return led_to(
        request, f"{reverse('prove')}?{urlencode({'for': refusal.code, 'next': back or '/'})}"
    )


def led_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send a whole page elsewhere, also where htmx asked for a part of it."""
    if not is_part(request):
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


def missing(request: HttpRequest) -> HttpResponse:
    """The answer to an address that is not there, or not for this reader: the same for both."""
    request.__dict__.pop("face", None)
    if wants_json(request):
        return JsonResponse({"problem": str(_("Nothing is here.")), "code": "missing"}, status=404)
    if not is_part(request):
        return render_whole(request, "frame/404.html", status=404)
    said = {"message": _("This is not here any more, or not for you."), "code": "missing"}
    response = render_whole(request, "frame/parts/refusal.html", said, status=404)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML show:#messages:top"
    return response


def _said(refusal: Refused) -> dict[str, Any]:
    return {
        "message": str(refusal.message),
        "code": refusal.code,
        "fields": {name: str(problem) for name, problem in refusal.fields.items()},
        "status": refusal.status,
    }


def back_of(request: HttpRequest) -> str:
    """The page of this site where the reader came from; empty when there was none."""
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    try:
        here = request.get_host()
    except DisallowedHost:  # the very reason why this is a refusal
        return ""
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={here}):
        return ""
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
