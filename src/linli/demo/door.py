# SPDX-License-Identifier: MulanPSL-2.0
"""The door page of a demo: whose day would you like to see?"""

import datetime as dt

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.base import clock
from linli.base.errors import Refused
from linli.demo import services
from linli.demo.models import City
from linli.demo.progress import progress_read
from linli.demo.selectors import city_shown
from linli.demo.terms import Persona
from linli.demo.walk import START, Round, doors_of, round_of, tries_of
from linli.kernel.accounts.adapter import BACKEND
from linli.shells.frame import refusals
from linli.shells.frame.faces import cockpit, console, field, portal
from linli.shells.identity.entering import session_begin

FACES = {
    Persona.RESIDENT: portal,
    Persona.GRID_WORKER: field,
    Persona.LEADER: cockpit,
}
"""The face that each door opens; all others open the console."""


@require_safe
@never_cache
def door(request: HttpRequest) -> HttpResponse:
    """Three lines on what this is, and the doors; without a city, how to make one."""
    try:
        services.ensure_demo()
    except Refused as refused:
        return refusals.answer(request, refused)
    city = city_shown()
    walk = round_of(city) if city is not None else None
    return render(
        request,
        "demo/door.html",
        {
            "city": city,
            "making": progress_read() if city is None else None,
            "walk": walk,
            "doors": doors_of(walk) if walk is not None else [],
            "tries": tries_of(walk) if walk is not None else [],
            "is_moved": clock.shift_read() > 0,
            "is_old": city is not None and is_old(city),
        },
    )


def is_old(city: City) -> bool:
    """Whether the city's history ended on a day before this one, however the clock was moved."""
    now = clock.now() - dt.timedelta(seconds=clock.shift_read())
    return clock.local(now).date() > clock.local(city.until).date()


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Sign somebody in and open their face; the door that is next leads straight to the case."""
    try:
        walk = _walk()
        account = services.door_open(walk=walk, persona=request.POST.get("persona", ""))
    except Refused as refused:
        return refusals.answer(request, refused)
    login(request, account, backend=BACKEND)
    session_begin(request, account)
    return HttpResponseRedirect(_inside(walk, Persona(request.POST["persona"])))


@require_POST
def clock_on(request: HttpRequest) -> HttpResponse:
    """Move the demo clock two working days on."""
    try:
        services.clock_forward(city=_walk().city)
    except Refused as refused:
        return refusals.answer(request, refused)
    return HttpResponseRedirect("/")


def _walk() -> Round:
    services.ensure_demo()
    city = city_shown()
    if city is None:
        raise services.no_door()
    return round_of(city)


def _inside(walk: Round, persona: Persona) -> str:
    """Where a door leads: to the case if it waits for this very person, else to the first page."""
    face = FACES.get(persona, console)
    if persona is not walk.persona or walk.step == START or walk.matter is None:
        return face.home
    if persona is Persona.LEADER:
        return face.home
    return f"/go/matter/{walk.matter.number}/"
