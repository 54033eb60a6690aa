# SPDX-License-Identifier: MulanPSL-2.0
"""Pages that follow what happens: a page knows its places and asks whether anything is new."""

from collections.abc import Iterable

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from linli.kernel.events import selectors as events

SALT = "linli.live"
LONGEST = 24 * 3600


def token(paths: Iterable[str]) -> str:
    """A sealed list of the places a page shows; only a page that showed them can ask about them."""
    return signing.dumps(sorted(set(paths)), salt=SALT, compress=True)


def mark(paths: Iterable[str]) -> str:
    """Where the page stands when it is made."""
    return events.latest_mark(sorted(set(paths)))


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Answer `{"mark": "…"}` when something happened at the page's places since `since`, else
    204.
    """
    try:
        paths: list[str] = signing.loads(request.GET.get("of", ""), salt=SALT, max_age=LONGEST)
    except (signing.BadSignature, ValueError):
        return JsonResponse({"code": "unknown"}, status=404)
    newest = mark(paths)
    if newest == request.GET.get("since", ""):
        return HttpResponse(status=204)
    response = JsonResponse({"mark": newest})
    response["Cache-Control"] = "no-store"
    return response
