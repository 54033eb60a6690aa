# SPDX-License-Identifier: MulanPSL-2.0
"""Registering for a resident who stands at the window or is on the telephone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.kernel.people import selectors as people
from linli.kernel.people.models import Person
from linli.modules.appeals import forms, services
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors import cases, intake
from linli.modules.appeals.terms import Channel, Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

PAGE = "appeals/console/register.html"
CHANNELS = (Channel.PHONE, Channel.WINDOW)
FIND, PLACES = "find", "places"
MOST_FOUND = 8
UNPROCESSABLE = 422
"""Also for a place outside the clerk's area: what was typed stays on the page."""


@console.page("appeals/new/", name="appeal_new", needs=Perm.REGISTER_FOR)
def appeal_new(request: HttpRequest) -> HttpResponse:
    """The form, and taking it in; both the resident and whoever it is for are named and told."""
    actor = actor_of(request)
    report = forms.report_read(request.POST)
    if request.method != "POST" or request.POST.get("_step") in (FIND, PLACES):
        return _page(request, actor, report)
    photos = request.FILES.getlist("photos")
    try:
        appeal = _filed(request, actor, report, photos)
    except Refused as refusal:
        wrong = forms.errors_of(refusal)
        status = UNPROCESSABLE if isinstance(refusal, Forbidden) else refusal.status
        return _page(request, actor, report, wrong, status=status, photos_lost=bool(photos))
    return _taken(request, actor, appeal)


def _filed(request: HttpRequest, actor: Actor, report: forms.Report, photos: list[Any]) -> Appeal:
    channel = request.POST.get("channel", "")
    if channel not in CHANNELS:
        message = _("Please say how it reached you.")
        raise Invalid(message, code="channel_missing", fields={"channel": message})
    key = request.POST.get("_once", "")
    sender = forms.Sender(actor, channel=channel, key=key)
    draft = forms.draft_of(report, sender, photos)
    person = _person(request, actor)
    if person is not None:
        draft = replace(draft, reporter=person, contact_name="", contact_phone="")
    return services.appeal_file(actor=actor, draft=draft)


def _person(request: HttpRequest, actor: Actor) -> Person | None:
    """The person on file who was picked, if this actor may see them."""
    picked = request.POST.get("person", "")
    if not (picked.isascii() and picked.isdigit() and len(picked) < 19):
        return None
    return people.person_get(actor=actor, person_id=int(picked))


def _taken(request: HttpRequest, actor: Actor, appeal: Appeal) -> HttpResponse:
    said = _("Registered. Tell the resident: number %(number)s, query code %(code)s.") % {
        "number": appeal.number,
        "code": appeal.query_code,
    }
    messages.success(request, said)
    number = appeal.case.matter.number
    if cases.case_key(actor=actor, number=number) is None:
        return HttpResponseRedirect(reverse("console:appeal_list"))
    return HttpResponseRedirect(reverse("console:appeal_page", args=[number]))


@console.page("appeals/new/people/", name="appeal_people", needs=Perm.REGISTER_FOR)
@require_POST
def appeal_people(request: HttpRequest) -> HttpResponse:
    """Who is on file with a telephone number, for picking; a number never stands in an address."""
    found, problem = _found(actor_of(request), request.POST.get("contact_phone", ""))
    return render(
        request, "appeals/console/people.html", found=found, found_problem=problem, is_asked=True
    )


def _found(actor: Actor, phone: str) -> tuple[list[Person], Message]:
    """The people with a telephone whom the actor may see, and what is wrong with the number."""
    if not phone.strip():
        return [], ""
    try:
        return list(people.person_find(actor=actor, phone=phone)[:MOST_FOUND]), ""
    except Invalid as refusal:
        return [], refusal.message


@console.page("appeals/new/places/", name="appeal_places", needs=Perm.VIEW)
@require_GET
def appeal_places(request: HttpRequest) -> HttpResponse:
    """The list of places one step further down."""
    report = forms.report_read(request.GET)
    chosen = intake.place_chosen(report.places)
    top = intake.top_for(chosen or intake.post_of(actor_of(request)))
    selects = intake.place_levels(chosen, top)
    address = reverse("console:appeal_places")
    return render(request, "appeals/parts/report_places.html", selects=selects, places_url=address)


def _page(
    request: HttpRequest,
    actor: Actor,
    report: forms.Report,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
    photos_lost: bool = False,
) -> HttpResponse:
    wrong = dict(errors or {})
    found, problem = _found(actor, report.contact_phone)
    picked = _person(request, actor)
    home = people.home_of(picked) if picked is not None else None
    shown: Mapping[str, Any] = forms.report_page(report, actor, home or intake.post_of(actor))
    return render(
        request,
        PAGE,
        status=status,
        errors=wrong,
        refusal=wrong.get("", ""),
        photos_lost=photos_lost,
        found=found,
        found_problem=problem,
        is_asked=bool(report.contact_phone),
        picked=picked,
        channel=request.POST.get("channel", Channel.PHONE),
        channels=[(each.value, each.label) for each in CHANNELS],
        is_piece=False,
        class_url=reverse("console:appeal_class"),
        places_url=reverse("console:appeal_places"),
        **shown,
    )


@console.page("appeals/new/class/", name="appeal_class", needs=Perm.REGISTER_FOR)
def appeal_class(request: HttpRequest) -> HttpResponse:
    """The classes that some words speak of, and by when somebody answers then."""
    actor = actor_of(request)
    shown = forms.report_page(forms.report_read(request.POST), actor, intake.post_of(actor))
    return render(request, "appeals/portal/classes.html", errors={}, is_piece=True, **shown)
