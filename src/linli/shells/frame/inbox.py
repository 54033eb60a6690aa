# SPDX-License-Identifier: MulanPSL-2.0
"""Messages to the reader; the same two pages in every face that has an inbox."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from linli.kernel.notify import selectors as notify
from linli.kernel.notify import services as notify_services
from linli.shells.frame import refusals
from linli.shells.frame.faces import Face
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

A_PAGE = 20


def inbox(request: HttpRequest, face: Face, template: str) -> HttpResponse:
    """The reader's messages, newest first; a POST marks them all as read."""
    actor = actor_of(request)
    if request.method == "POST":
        notify_services.notices_read_all(actor=actor)
        return HttpResponseRedirect(request.path)
    notices = Paginator(notify.notices_for(actor), A_PAGE).get_page(request.GET.get("page"))
    return render(request, template, "notices", notices=notices, message_url=f"{face.name}:message")


def message(request: HttpRequest, face: Face, notice_id: int) -> HttpResponse:
    """Open a message: it is read now, and the reader goes where it points."""
    actor = actor_of(request)
    notice = notify.notices_for(actor).filter(pk=notice_id).first()
    if notice is None:
        return refusals.missing(request)
    notify_services.notice_read(actor=actor, notice=notice)
    inside = url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return HttpResponseRedirect(notice.link if inside else reverse(f"{face.name}:inbox"))
