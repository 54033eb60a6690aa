# SPDX-License-Identifier: MulanPSL-2.0
"""Erasing a person as the law asks: one asks, a second decides, the proof stays."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.kernel.access import services as access
from linli.kernel.people import erasing, selectors
from linli.kernel.people.models import Erasure, ErasureQuerySet, Person
from linli.kernel.people.terms import ErasureState, Perm
from linli.kernel.workflow.selectors import names_of
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.units.days import LONGEST_REASON

A_PAGE = 50
LONGEST_CLAUSE = 200
LONGEST_NUMBER = 32


@dataclass(frozen=True, slots=True)
class Line:
    """An erasing in a list: whose it is, masked, and who asked and decided."""

    erasure: Erasure
    name: str
    asked_by: str
    decided_by: str
    may_decide: bool


def _waiting(actor: Actor) -> ErasureQuerySet:
    return selectors.erasures_waiting(actor=actor)


@console.page(
    "erasing/",
    name="erasing_list",
    needs=Perm.ERASE,
    menu=Menu(
        gettext_lazy("Lawful erasure"), "lock", group=Group.SETUP, order=38, waiting=_waiting
    ),
)
@require_GET
def erasing_list(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was decided, newest first."""
    actor = actor_of(request)
    page = Paginator(selectors.erasures_visible(actor=actor), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "erasing/console/list.html", page=page, lines=_lines(actor, list(page)))


@console.page("erasing/new/", name="erasing_ask", needs=Perm.ERASE)
def erasing_ask(request: HttpRequest) -> HttpResponse:
    """Find a person by a whole number, and ask that they be erased."""
    actor = actor_of(request)
    access.prove(actor)
    person = _person_asked(request, actor)
    refusal: Refused | None = None
    if request.method == "POST" and person is not None:
        try:
            asked = _asked(request, actor, person)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Asked for. A second person decides."))
            return HttpResponseRedirect(reverse("console:erasing_page", args=[asked.pk]))
    number = request.POST.get("number", "")[:LONGEST_NUMBER] if person is None else ""
    found = list(selectors.people_to_erase(actor=actor, number=number)) if number else []
    return render(
        request,
        "erasing/console/ask.html",
        status=getattr(refusal, "status", 200),
        person=person,
        masked=selectors.masked(person) if person is not None else None,
        found=[(each, selectors.masked(each)) for each in found],
        has_asked=bool(number),
        sent=request.POST,
        request_number=request.GET.get("request", "")[:LONGEST_NUMBER],
        refusal=refusal,
    )


@console.page("erasing/<int:erasure_id>/", name="erasing_page", needs=Perm.ERASE)
def erasing_page(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """One erasing: what was asked, by which law; yes or no of a second person; the proof."""
    actor = actor_of(request)
    erasure = selectors.erasures_visible(actor=actor).filter(pk=erasure_id).first()
    if erasure is None:
        raise Http404
    if request.method == "POST":
        access.prove(actor)
    is_yes = request.POST.get("decision") == "yes"
    proof = selectors.erasing_proof(erasure.person)

    def decide() -> None:
        if is_yes:
            erasing.erasure_approve(actor=actor, erasure=erasure)
        else:
            reason = request.POST.get("reason", "")[:LONGEST_REASON]
            erasing.erasure_decline(actor=actor, erasure=erasure, reason=reason)

    return deed_page(
        request,
        "erasing/console/page.html",
        decide,
        done=_("Erased. The proof stands below.") if is_yes else _("Declined."),
        to=reverse("console:erasing_page", args=[erasure.pk]),
        line=_lines(actor, [erasure])[0],
        masked=selectors.masked(erasure.person),
        proof=proof if erasure.state == ErasureState.DONE else None,
    )


def _person_asked(request: HttpRequest, actor: Actor) -> Person | None:
    key = request.GET.get("person", "")
    if not key:
        return None
    found = (
        selectors.person_erasable(actor=actor, person_id=int(key[:18])) if key.isdecimal() else None
    )
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest, actor: Actor, person: Person) -> Erasure:
    return erasing.erasure_ask(
        actor=actor,
        person=person,
        clause=request.POST.get("clause", "")[:LONGEST_CLAUSE],
        reason=request.POST.get("reason", "")[:LONGEST_REASON],
        kept=request.POST.get("kept", "")[:LONGEST_REASON],
        request=request.GET.get("request", "")[:LONGEST_NUMBER],
    )


def _lines(actor: Actor, rows: list[Erasure]) -> list[Line]:
    names = names_of([each for row in rows for each in (row.asked_by_id, row.decided_by_id)])
    return [
        Line(
            erasure=row,
            name=selectors.masked(row.person).name,
            asked_by=names.get(row.asked_by_id or 0, ""),
            decided_by=names.get(row.decided_by_id or 0, ""),
            may_decide=row.state == ErasureState.WAITING
            and actor.account_id not in (row.asked_by_id, row.person.account_id),
        )
        for row in rows
    ]
