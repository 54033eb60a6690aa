# SPDX-License-Identifier: MulanPSL-2.0
"""Correcting what a matter is about, or where it is; clocks are counted anew from their own
start.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.base.errors import Forbidden, Invalid, Message
from linli.kernel.places.models import Place
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.filling import OWN
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.back import done
from linli.shells.matters.classes import class_groups
from linli.shells.matters.filling import errors_of
from linli.shells.matters.opening import SHOW
from linli.shells.matters.places import SELECT, place_read, posts_of, selects_of
from linli.shells.matters.reading import matter_of
from linli.shells.matters.sheet import Sheet


@console.page("matters/<str:number>/correct/", name="matter_correct", needs=Perm.VIEW_MATTER)
def matter_correct(request: HttpRequest, number: str) -> HttpResponse:
    """The form, and correcting it; an htmx request gets the lists of places."""
    sheet = Sheet(request, matter_of(request, number))
    if not sheet.may_note:
        raise Forbidden("", code="not_yours")
    if request.method != "POST" or request.POST.get(SHOW):
        return _page(request, sheet)
    matter = sheet.matter
    place = _place(request, matter)
    try:
        workflow.matter_correct(
            actor=actor_of(request),
            matter=matter,
            class_key=request.POST.get(f"{OWN}class", matter.class_key),
            place=place if place is not None and place != matter.place else None,
            title=request.POST.get(f"{OWN}title", matter.title),
            note=request.POST.get(f"{OWN}note", ""),
        )
    except Invalid as refusal:
        return _page(request, sheet, errors_of(refusal, None), status=refusal.status)
    return done(request, number, _("Corrected."))


def _place(request: HttpRequest, matter: Matter) -> Place | None:
    """The place that was chosen; None where its lists were not shown to the reader."""
    given = request.POST if request.method == "POST" else request.GET
    is_chosen = any(name.startswith(SELECT) for name in given)
    return place_read(given, posts_of(actor_of(request))) if is_chosen else None


def _page(
    request: HttpRequest,
    sheet: Sheet,
    errors: Mapping[str, Message] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    matter, wrong = sheet.matter, errors or {}
    posts = [each for each in posts_of(sheet.actor) if matter.place.is_under(each.path)]
    chosen = _place(request, matter) or matter.place
    return render(
        request,
        "matters/console/correct.html",
        {"place-list": "places"},
        status=status,
        sheet=sheet,
        matter=matter,
        place=chosen,
        selects=selects_of(chosen, posts),
        classes=class_groups(sheet.work.spec, matter.place.path),
        class_key=request.POST.get(f"{OWN}class", matter.class_key),
        title=request.POST.get(f"{OWN}title", matter.title),
        note=request.POST.get(f"{OWN}note", ""),
        problem=wrong.get("", ""),
        place_problem=wrong.get(f"{OWN}place", ""),
        class_problem=wrong.get(f"{OWN}class", ""),
        note_problem=wrong.get(f"{OWN}note", ""),
    )
