# SPDX-License-Identifier: MulanPSL-2.0
"""The console's own pages: the desk and messages. Modules put cards on the desk (slot `desk`)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from linli.kernel.notify.selectors import notices_unread
from linli.shells.frame import live
from linli.shells.frame.faces import ANY_OF_FACE, SIGNED_IN, console
from linli.shells.frame.inbox import inbox, message
from linli.shells.frame.menu import Contents, Group, Menu
from linli.shells.frame.render import render


@console.page(
    "",
    name="home",
    needs=ANY_OF_FACE,
    menu=Menu(gettext_lazy("Desk"), "desk", group=Group.TOP, order=0),
)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person, by module."""
    live.follow_reader(request)
    return render(request, "console/desk.html", "cards", cards=console.filled(request, "desk"))


@console.card("desk", "console/desk_waiting.html", order=80)
def waiting_card(request: HttpRequest) -> Contents | None:
    """What waits behind the navigation, but for what has a card of its own."""
    entries = [each for each in console.entries(request) if each.count and not each.is_told]
    return {"entries": entries} if entries else None


@console.page(
    "messages/",
    name="inbox",
    needs=SIGNED_IN,
    menu=Menu(
        gettext_lazy("Messages"),
        "bell",
        group=Group.TOP,
        order=10,
        waiting=notices_unread,
        is_told=True,
    ),
)
def messages(request: HttpRequest) -> HttpResponse:
    """Messages to this person."""
    return inbox(request, console, "console/messages.html")


@console.page("messages/<int:notice_id>/", name="message", needs=SIGNED_IN)
def message_open(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Open a message."""
    return message(request, console, notice_id)
