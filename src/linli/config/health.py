# SPDX-License-Identifier: MulanPSL-2.0
"""Whether the process lives, and whether it can serve pages: asked by load balancers, the demo and
tests. In figures: metrics.py; in words for people: shells/status.
"""

from django.http import HttpRequest, JsonResponse

from linli.kernel.health import checks
from linli.kernel.health.terms import State


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process answers at all; nothing is asked of anything."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served and 503 when not, with how each thing is.

    With `?strict=1` a warning is 503, too: for a watchman that wakes people, never for a load
    balancer. There are no figures, for anybody may ask.
    """
    found = checks.found()
    worst = checks.worst(found)
    is_ok = worst is State.GOOD or (worst is State.WARNING and "strict" not in request.GET)
    told = {"ok": is_ok, "state": worst, "checks": {each.name: each.state for each in found}}
    return JsonResponse(told, status=200 if is_ok else 503)
