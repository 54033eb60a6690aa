# SPDX-License-Identifier: MulanPSL-2.0
"""Being called up: on top of today's round, one tap to answer or check in."""

import datetime as dt
import math
from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.kernel.access import services as access
from linli.kernel.places import selectors as places
from linli.modules.grids import services
from linli.modules.grids.models import CalledPerson
from linli.modules.grids.selectors import call_ups
from linli.modules.grids.terms import Answer, Perm
from linli.shells.field.stops import Stop, stops
from linli.shells.frame.faces import field
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
"""Before everything else that is due today."""


@stops
def called_up(request: HttpRequest) -> Iterable[Stop]:
    """What the reader is called to comes first; done once they are signed off or cannot come."""
    actor = actor_of(request)
    if not access.may_anywhere(actor, Perm.ANSWER):
        return []
    return [_stop(one) for one in call_ups.own_calls(actor)]


def _stop(called: CalledPerson) -> Stop:
    call_up = called.call_up
    assigned = called.assigned
    place = assigned or call_up.place
    flag = _("Your place: %(place)s") % {"place": places.name_of(assigned)} if assigned else ""
    return Stop(
        title=_("Called up: %(reason)s") % {"reason": call_up.reason},
        what=_state(called),
        where=places.name_of(place),
        href=reverse("field:call_up", args=[call_up.pk]),
        due_at=FIRST,
        flag=flag,
        actions="" if called.came_at else "grids/field/stop.html",
        values={"id": call_up.pk, "has_answered": called.answer == Answer.COMING},
        is_done=called.left_at is not None or called.answer == Answer.NOT_COMING,
    )


def _state(called: CalledPerson) -> str:
    if called.left_at is not None:
        return _("Signed off. Thank you.")
    if called.came_at is not None:
        return _("You have checked in.")
    if called.answer:
        return str(Answer(called.answer).label)
    return _("Please say whether you can come.")


def _own(actor: Actor, call_up_id: int) -> CalledPerson:
    called = call_ups.own_call(actor, call_up_id)
    if called is None:
        raise Http404
    return called


@field.page("call-ups/<int:call_up_id>/", name="call_up", needs=Perm.ANSWER)
@require_GET
def call_up(request: HttpRequest, call_up_id: int) -> HttpResponse:
    """What one is called to: why, where, by when; answering and checking in."""
    return _page(request, _own(actor_of(request), call_up_id))


def _page(
    request: HttpRequest, called: CalledPerson, refusal: Refused | None = None
) -> HttpResponse:
    place = called.call_up.place
    return render(
        request,
        "grids/field/call_up.html",
        status=refusal.status if refusal else 200,
        called=called,
        call_up=called.call_up,
        state=_state(called),
        places=call_ups.places_to_come_to(called.call_up),
        map={"areas": places.map_features_public(parent=place, width=480), "here": place.code},
        sent=request.POST,
        refusal=refusal,
    )


@field.page("call-ups/<int:call_up_id>/answer/", name="call_up_answer", needs=Perm.ANSWER)
@require_POST
def call_up_answer(request: HttpRequest, call_up_id: int) -> HttpResponse:
    """Coming, or not and why."""
    actor = actor_of(request)
    called = _own(actor, call_up_id)
    is_coming = request.POST.get("answer") == Answer.COMING
    try:
        services.call_up_answer(
            actor=actor,
            called=called,
            is_coming=is_coming,
            why_not=request.POST.get("why_not", ""),
        )
    except Refused as refusal:
        return _page(request, _own(actor, call_up_id), refusal)
    said = _("Noted: you are coming.") if is_coming else _("Noted. Thank you for saying so.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("field:call_up", args=[call_up_id]))


@field.page("call-ups/<int:call_up_id>/check-in/", name="call_up_check_in", needs=Perm.ANSWER)
@require_POST
def call_up_check_in(request: HttpRequest, call_up_id: int) -> HttpResponse:
    """Say that one is there, by position or by a place from the list."""
    actor, sent = actor_of(request), request.POST
    called = _own(actor, call_up_id)
    lon, lat = _degree(sent.get("lon", "")), _degree(sent.get("lat", ""))
    by_list = sent.get("where") == "list" or lon is None or lat is None
    place = places.place_by_code(sent.get("place", "")[:64]) if by_list else None
    try:
        if by_list:
            services.call_up_check_in(actor=actor, called=called, place=place)
        else:
            services.call_up_check_in(actor=actor, called=called, lon=lon, lat=lat)
    except Refused as refusal:
        return _page(request, _own(actor, call_up_id), refusal)
    messages.success(request, _("You have checked in."))
    return HttpResponseRedirect(reverse("field:call_up", args=[call_up_id]))


def _degree(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= 180 else None
