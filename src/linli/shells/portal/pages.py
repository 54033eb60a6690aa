# SPDX-License-Identifier: MulanPSL-2.0
"""The portal's own pages: the first page, messages, and what waits on the phone.

Modules fill the slots of the first page: `action` (the one big button), `quick` (two buttons below
it), `mine` (what the reader has under way), `services` (tiles), `news`, `near` (who is here for
them).
"""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.address import address_of
from linli.kernel.access import services as access
from linli.kernel.notify.selectors import notices_unread
from linli.kernel.places import selectors as places
from linli.kernel.places.terms import Level
from linli.shells.frame.faces import SIGNED_IN, portal
from linli.shells.frame.inbox import inbox, message
from linli.shells.frame.menu import Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

ASKS_A_MINUTE = 60
"""How often one reader may ask what a point on the map is called."""


@portal.page(
    "",
    name="home",
    public=True,
    offline=True,
    menu=Menu(gettext_lazy("Home"), "home", order=0),
)
def home(request: HttpRequest) -> HttpResponse:
    """The resident's first page: one big action, what is under way, services, who is near."""
    slots = ("action", "quick", "mine", "services", "news", "near")
    filled: dict[str, Any] = {slot: portal.filled(request, slot) for slot in slots}
    return render(request, "portal/home.html", **filled)


@portal.page(
    "me/",
    name="inbox",
    needs=SIGNED_IN,
    menu=Menu(gettext_lazy("Mine"), "me", order=900, waiting=notices_unread),
)
def me(request: HttpRequest) -> HttpResponse:
    """The reader's own: messages, how the pages look, signing out."""
    return inbox(request, portal, "portal/me.html")


@portal.page("me/messages/<int:notice_id>/", name="message", needs=SIGNED_IN)
def message_open(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Open a message."""
    return message(request, portal, notice_id)


@portal.page("outbox/", name="outbox", public=True, offline=True)
def outbox(request: HttpRequest) -> HttpResponse:
    """What was written on this phone and has not gone out yet."""
    return render(request, "portal/outbox.html")


@portal.page("place-at/", name="place_at", public=True)
def place_at(request: HttpRequest) -> HttpResponse:
    """What the place at a point is called, for the map of a form."""
    actor = actor_of(request)
    source = str(actor.account_id or address_of(request))
    access.rate_hit("place_at", source, limit=ASKS_A_MINUTE, per_seconds=60)
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return JsonResponse({"problem": _("This is no point on the map.")}, status=422)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return JsonResponse({"problem": _("This is no point on the map.")}, status=422)
    return JsonResponse(_told(lon, lat))


def _told(lon: float, lat: float) -> dict[str, Any]:
    place = places.place_at(lon, lat)
    if place is None:
        return {"problem": _("This point lies outside the area we look after.")}
    above = [
        one
        for one in places.chain(place)
        if one.depth >= place.depth - 1 or one.level == Level.COMMUNITY
    ]
    return {"name": " ".join(places.name_of(one) for one in above), "place": place.code}
