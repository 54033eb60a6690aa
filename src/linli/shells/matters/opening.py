# SPDX-License-Identifier: MulanPSL-2.0
"""Beginning a matter: choose the procedure, then say where, what it is about, and what its form
asks.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.kernel.files import services as files
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors.beginning import (
    Procedure,
    procedures_open,
    services_offered,
)
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.filling import OWN, fields_drawn, values_read
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.classes import class_groups
from linli.shells.matters.filling import OWNER, errors_of, files_keep
from linli.shells.matters.places import place_read, posts_of, selects_of
from linli.shells.matters.reading import matter_find

CHOOSE, FORM = "matters/console/choose.html", "matters/console/open.html"
SHOW = f"{OWN}show"
"""Sent by the button that only shows the next list of places, without script."""

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Offered:
    """A procedure that somebody may begin, and the post at which it was found."""

    procedure: Procedure
    post: Place


def offered_to(actor: Actor) -> list[Offered]:
    """The procedures without a module that somebody may begin, each once, in pack order."""
    found: dict[str, Offered] = {}
    for post in posts_of(actor):
        for procedure in procedures_open(actor, post):
            known = found.get(procedure.key)
            if known is None or (known.procedure.awaits and not procedure.awaits):
                found[procedure.key] = Offered(procedure, post)
    for key in registry.workflows_shown():
        found.pop(key, None)
    return list(found.values())


def openable_at_work(actor: Actor) -> bool:
    """Whether there is anything that somebody may begin."""
    return bool(offered_to(actor))


@console.page("matters/new/", name="matter_new", needs=Perm.VIEW_MATTER)
@require_GET
def matter_new(request: HttpRequest) -> HttpResponse:
    """Which procedure; those that wait for an engine are named with what they wait for."""
    offered = [each.procedure for each in offered_to(actor_of(request))]
    return render(
        request,
        CHOOSE,
        ready=[each for each in offered if not each.awaits],
        waiting=[each for each in offered if each.awaits],
    )


@console.page("matters/new/<slug:key>/", name="matter_open", needs=Perm.VIEW_MATTER)
def matter_open(request: HttpRequest, key: str) -> HttpResponse:
    """The form of one procedure, and beginning it; an htmx request gets the lists of places."""
    actor = actor_of(request)
    offered = next((each for each in offered_to(actor) if each.procedure.key == key), None)
    if offered is None or offered.procedure.awaits:
        raise Forbidden("", code="no_procedure")
    if request.method != "POST" or request.POST.get(SHOW):
        return _page(request, actor, offered)
    try:
        matter = _opened(request, actor, offered)
    except Refused as refusal:
        errors = _errors(refusal, _form(offered, place_read(request.POST, posts_of(actor))))
        status = UNPROCESSABLE if isinstance(refusal, Forbidden) else refusal.status
        return _page(request, actor, offered, errors, status=status)
    messages.success(request, _("Begun; its number is %(number)s.") % {"number": matter.number})
    if matter_find(actor, matter.number) is None:
        return HttpResponseRedirect(reverse("console:matter_list"))
    return HttpResponseRedirect(reverse("console:matter_page", args=[matter.number]))


def _errors(refusal: Refused, form: FormSpec | None) -> Mapping[str, Message]:
    """What is wrong by field; somebody who may not open it here has to choose another place."""
    if isinstance(refusal, Forbidden):
        return {f"{OWN}place": refusal.message}
    return errors_of(refusal, form)


@transaction.atomic
def _opened(request: HttpRequest, actor: Actor, offered: Offered) -> Matter:
    place = place_read(request.POST, posts_of(actor))
    if place is None:
        message = _("Please choose where it is.")
        raise Invalid(message, code="place_missing", fields={"place": message})
    form, draft = _form(offered, place), f"draft-{uuid.uuid4().hex}"
    values = values_read(form, request.POST)
    kept = files_keep(request, actor, form, draft, place.path)
    matter: Matter = workflow.matter_open(
        actor=actor,
        workflow=offered.procedure.key,
        place=place,
        values=values | kept,
        class_key=request.POST.get(f"{OWN}class", ""),
        service_key=_service(request, offered, place),
        title=request.POST.get(f"{OWN}title", ""),
    )
    if kept:
        files.files_hang(
            actor=actor,
            owner_kind=OWNER,
            from_key=draft,
            to_key=matter.number,
            place_path=matter.place.path,
        )
    return matter


def _service(request: HttpRequest, offered: Offered, place: Place) -> str:
    """The item of the one window that was chosen, "" where the procedure has none. Raises Invalid
    where it has and none was.
    """
    known, chosen = services_offered(offered.procedure, place.path), ""
    if known:
        chosen = request.POST.get(f"{OWN}service", "")
        if chosen not in known:
            message = _("Please choose the item.")
            raise Invalid(message, code="service_missing", fields={"service": message})
    return chosen


def _form(offered: Offered, place: Place | None) -> FormSpec | None:
    """What has to be filled in, as it is in force at the place."""
    reference = offered.procedure.spec.form
    path = (place or offered.post).path
    return forms.form_find(reference.partition(":")[2], path) if reference else None


def _page(
    request: HttpRequest,
    actor: Actor,
    offered: Offered,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    posts, wrong = posts_of(actor), errors or {}
    given = request.POST if request.method == "POST" else request.GET
    chosen = place_read(given, posts)
    place = chosen or offered.post
    form = _form(offered, chosen)
    options = forms.choices_for(form, place.path) if form is not None else {}
    values = values_read(form, request.POST)
    return render(
        request,
        FORM,
        {"place-list": "places"},
        status=status,
        procedure=offered.procedure,
        selects=selects_of(chosen, posts),
        place=chosen,
        classes=class_groups(offered.procedure.spec, place.path),
        class_key=given.get(f"{OWN}class", ""),
        services=services_offered(offered.procedure, place.path),
        service_key=given.get(f"{OWN}service", ""),
        service_problem=wrong.get(f"{OWN}service", ""),
        title=given.get(f"{OWN}title", ""),
        fields=fields_drawn(form, options, place, values, wrong, form_key="open"),
        problem=wrong.get("", ""),
        place_problem=wrong.get(f"{OWN}place", ""),
        class_problem=wrong.get(f"{OWN}class", ""),
        has_lost_files=bool(wrong) and bool(request.FILES),
    )
