# SPDX-License-Identifier: MulanPSL-2.0
"""The field face's own pages: today's round, messages, what waits on the phone.

Modules bring stops (`field/stops.py`) and fill the slot `today` of the first page.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from linli.base.actor import Actor
from linli.kernel.notify.selectors import notices_unread
from linli.kernel.places import selectors as places
from linli.shells.field.stops import Stop, stops_for
from linli.shells.frame import live
from linli.shells.frame.faces import ANY_OF_FACE, field
from linli.shells.frame.inbox import inbox, message
from linli.shells.frame.menu import Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

GROUND_WIDTH = 480
"""Pixels for which boundaries are thinned on a phone."""


@field.page(
    "",
    name="home",
    needs=ANY_OF_FACE,
    offline=True,
    menu=Menu(gettext_lazy("Today"), "list", order=0),
)
def today(request: HttpRequest) -> HttpResponse:
    """What is to be done today, in the order of the way or of the time."""
    live.follow_reader(request)
    stops = stops_for(request)
    order = "time" if request.GET.get("order") == "time" else "way"
    if order == "time":
        stops = sorted(stops, key=lambda stop: (stop.is_done, stop.due_at is None, stop.due_at))
    open_stops = [stop for stop in stops if not stop.is_done]
    done = [stop for stop in stops if stop.is_done]
    return render(
        request,
        "field/today.html",
        "today",
        stops=open_stops,
        done=len(done),
        stops_done=done,
        total=len(stops),
        order=order,
        map=_map_of(request, open_stops),
        cards=field.filled(request, "today"),
    )


@field.page(
    "messages/",
    name="inbox",
    needs=ANY_OF_FACE,
    menu=Menu(gettext_lazy("Messages"), "bell", order=800, waiting=notices_unread),
)
def messages(request: HttpRequest) -> HttpResponse:
    """The worker's messages."""
    return inbox(request, field, "field/messages.html")


@field.page("messages/<int:notice_id>/", name="message", needs=ANY_OF_FACE)
def message_open(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Open a message."""
    return message(request, field, notice_id)


@field.page("me/", name="me", needs=ANY_OF_FACE, menu=Menu(gettext_lazy("Mine"), "me", order=900))
def me(request: HttpRequest) -> HttpResponse:
    """The worker's own: how the pages look, what was not sent, signing out."""
    return render(request, "field/me.html")


@field.page("outbox/", name="outbox", needs=ANY_OF_FACE, offline=True)
def outbox(request: HttpRequest) -> HttpResponse:
    """What was filled in without a signal and has not gone out yet."""
    return render(request, "field/outbox.html")


def _map_of(request: HttpRequest, stops: list[Stop]) -> dict[str, object]:
    """The open stops by their number, on the grids around; nothing when no stop has a point."""
    spots = [
        {
            "lon": stop.lon,
            "lat": stop.lat,
            "text": str(number),
            "state": "next" if number == 1 else "",
        }
        for number, stop in enumerate(stops, 1)
        if stop.lon is not None and stop.lat is not None
    ]
    return {"spots": spots, "areas": _ground(actor_of(request))} if spots else {}


def _ground(actor: Actor) -> dict[str, object]:
    """The places beside the one where the worker works: the grids of their community."""
    codes = [held.path.rstrip("/").rpartition("/")[2] for held in actor.grants]
    own = next(iter(places.places_by_codes(codes[:1]).values()), None)
    around = own.parent if own is not None and own.parent is not None else own
    return places.map_features_public(parent=around, width=GROUND_WIDTH) if around else {}
