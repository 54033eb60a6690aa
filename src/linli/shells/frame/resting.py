# SPDX-License-Identifier: MulanPSL-2.0
"""How long somebody stays signed in, for the page that warns a minute before it ends."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def rest(request: HttpRequest) -> HttpResponse:
    """The seconds that are left; whoever says `active` is at the page, asking alone is not."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "sign_in"}, status=401)
    is_there = "active" in request.GET
    if is_there:
        request.session.touch()  # type: ignore[attr-defined]
    seconds: int = request.session.lasts(touched=is_there)  # type: ignore[attr-defined]
    return JsonResponse({"seconds": seconds})
