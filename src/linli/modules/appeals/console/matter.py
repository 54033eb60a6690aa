# SPDX-License-Identifier: MulanPSL-2.0
"""The page of one case: how it stands, what was said and done, its clocks, its unit, its people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.selectors import matter_read
from linli.modules.appeals import services
from linli.modules.appeals.console.address import asked_of
from linli.modules.appeals.console.doing import dialogs_of
from linli.modules.appeals.console.sheet import sheet_of
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import cases, course
from linli.modules.appeals.selectors.queue import queue_keys
from linli.modules.appeals.terms import Perm
from linli.shells.frame import live
from linli.shells.frame.faces import console, may_any
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.frame.request import is_part
from linli.shells.go import registry as go

PAGE, WHO = "appeals/console/matter.html", "appeals/console/who.html"
NEAR = 400
"""So many cases of the queue are looked through for the one before and the one after."""


def case_of(request: HttpRequest, number: str) -> Case:
    """The case of an address. Raises Forbidden, the same for one that is not there."""
    case = cases.case_get(actor=actor_of(request), number=number)
    if case is None:
        raise Forbidden("", code="unknown")
    return case


def done(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """Back to the case, saying what was done; to the queue for whoever does not see it any more."""
    messages.success(request, words)
    if cases.case_key(actor=actor_of(request), number=number) is None:
        return HttpResponseRedirect(reverse("console:appeal_list"))
    return HttpResponseRedirect(reverse("console:appeal_page", args=[number]))


@console.page("appeals/<str:number>/", name="appeal_page", needs=Perm.VIEW)
@require_GET
def appeal_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case."""
    return page(request, case_of(request, number))


def page(
    request: HttpRequest, case: Case, *, status: int = 200, note_problem: str = ""
) -> HttpResponse:
    """The page of a case; an htmx request gets what has changed."""
    live.follow(request, case.matter.place.path)
    matter_read(case.matter)
    sheet = sheet_of(request, case)
    asked = asked_of(request, sheet.actor)
    before, after = "", ""
    if not is_part(request) and asked.query:
        queue = queue_keys(actor=sheet.actor, filters=asked.filters)
        numbers = queue.values_list("number", flat=True)[:NEAR]
        before, after = course.neighbors_of(numbers, case.matter.number)
    return render(
        request,
        PAGE,
        {"matter-top": "fresh"},
        status=status,
        sheet=sheet,
        matter=case.matter,
        asked=asked,
        before=before,
        after=after,
        dialogs=[] if is_part(request) else dialogs_of(request, sheet),
        note_problem=note_problem,
        note=request.POST.get("note", "") if note_problem else "",
    )


def matter_address(actor: Actor, number: str) -> str | None:
    """Where staff meet a matter that they may see."""
    if not may_any(actor, (Perm.VIEW,)):
        return None
    case = cases.case_get(actor=actor, number=number)
    return reverse("console:appeal_page", args=[number]) if case is not None else None


go.link("matter", matter_address, face=console, needs=Perm.VIEW)


@console.page("appeals/<str:number>/note/", name="appeal_note", needs=Perm.VIEW)
@require_POST
def appeal_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a line into the history, for colleagues alone or for the resident too."""
    case = case_of(request, number)
    is_shown = request.POST.get("to") == "shown"
    try:
        workflow.matter_note(
            actor=actor_of(request),
            matter=case.matter,
            note=request.POST.get("note", ""),
            shown=is_shown,
        )
    except Invalid as refusal:
        return page(request, case, status=refusal.status, note_problem=str(refusal.message))
    words = _("Written down; the resident can read it.") if is_shown else _("Written down.")
    return done(request, number, words)


@console.page(
    "appeals/<str:number>/urge/", name="appeal_urge", needs=(Perm.DISPATCH, Perm.VIEW_FIGURES)
)
@require_POST
def appeal_urge(request: HttpRequest, number: str) -> HttpResponse:
    """Urge whoever has it in hand."""
    services.case_urge(actor=actor_of(request), case=case_of(request, number))
    return done(request, number, _("Passed on to whoever has it in hand."))


@console.page("appeals/<str:number>/who/<str:appeal>/", name="appeal_who", needs=Perm.VIEW)
def appeal_who(request: HttpRequest, number: str, appeal: str) -> HttpResponse:
    """See the telephone of whoever reported, once it was said what for; the person can see that."""
    case = case_of(request, number)
    said = next((each for each in case.appeals.all() if each.number == appeal), None)
    if said is None:
        raise Forbidden("", code="unknown")
    shown: dict[str, Any] = {
        "case": case,
        "matter": case.matter,
        "appeal": said,
        "purposes": purposes(),
    }
    if request.method != "POST":
        return render(request, WHO, **shown)
    return _opened(request, said, shown)


def _opened(request: HttpRequest, said: Appeal, shown: dict[str, Any]) -> HttpResponse:
    purpose = request.POST.get("purpose", "") or request.POST.get("purpose_chosen", "")
    is_other = request.POST.get("whose") == "other"
    try:
        found = services.reporter_open(
            actor=actor_of(request), appeal=said, purpose=purpose, is_other=is_other
        )
    except Invalid as refusal:
        return render(request, WHO, status=refusal.status, problem=refusal.message, **shown)
    response = render(request, WHO, "opened", found=found, purpose=purpose, **shown)
    response["Cache-Control"] = "no-store"
    return response


def purposes() -> list[str]:
    """What a number is mostly asked for."""
    return [
        _("To ask how things are"),
        _("To say what we will do"),
        _("To call back after the work"),
    ]
