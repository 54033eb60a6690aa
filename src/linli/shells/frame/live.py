# SPDX-License-Identifier: MulanPSL-2.0
"""Pages that follow what happens: a page knows its places and asks whether anything is new."""

from collections.abc import Iterable

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from linli.kernel.events import selectors as events
from linli.shells.frame.context import face_of
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.request import is_part
from linli.shells.frame.waiting import marks_of

SALT = "linli.live"
LONGEST = 24 * 3600


def token(paths: Iterable[str]) -> str:
    """A sealed list of the places a page shows; only a page that showed them can ask about them."""
    return signing.dumps(sorted(set(paths)), salt=SALT, compress=True)


def mark(paths: Iterable[str]) -> str:
    """How places stand now."""
    return events.latest_mark(sorted(set(paths)))


def follow(request: HttpRequest, *paths: str) -> None:
    """Let a page follow places from here on: called before it reads what it shows, so that nothing
    is missed that happens meanwhile. Asked together with what waits behind the navigation.
    """
    if not is_part(request):
        marks_of(request).setdefault(_key(paths), None)
        face_of(request).counts(request)


def follow_reader(request: HttpRequest) -> None:
    """Let a page follow wherever its reader works."""
    follow(request, *reader_paths(request))


def reader_paths(request: HttpRequest) -> list[str]:
    """The places whose changes the reader may follow."""
    return [held.path for held in actor_of(request).grants]


def mark_on(request: HttpRequest, paths: Iterable[str]) -> str:
    """Where the page stands: since `follow`, else now."""
    found = marks_of(request).get(_key(paths))
    return mark(paths) if found is None else found


def _key(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(paths)))


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
