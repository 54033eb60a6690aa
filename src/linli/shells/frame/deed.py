# SPDX-License-Identifier: MulanPSL-2.0
"""A page that asks before something is done: it says what follows, and comes back with the reason
where it is refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from linli.base.errors import Refused
from linli.shells.frame.render import render


def deed_page(
    request: HttpRequest,
    template: str,
    deed: Callable[[], object],
    *,
    done: str,
    to: str,
    **shown: Any,
) -> HttpResponse:
    """The page; sent, it does the deed, says that it is `done`, and goes on `to` an address."""
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            deed()
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, done)
            return HttpResponseRedirect(to)
    status = refusal.status if refusal else 200
    return render(request, template, status=status, refusal=refusal, sent=request.POST, **shown)
