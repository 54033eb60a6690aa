# SPDX-License-Identifier: MulanPSL-2.0
"""For whoever answers: requests by their time, each with its facts and its answer."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.kernel.people import selectors as people
from linli.kernel.workflow import selectors as workflow
from linli.modules.subjects import selectors, services
from linli.modules.subjects.models import DataRequest
from linli.modules.subjects.terms import ANSWERS, ERASING, WORKFLOW, Perm
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.go import registry as go

A_PAGE = 50


@console.page(
    "data-requests/",
    name="data_request_list",
    needs=Perm.ANSWER,
    menu=Menu(
        gettext_lazy("Requests about data"),
        "me",
        group=Group.DAILY,
        order=80,
        waiting=selectors.requests_waiting,
    ),
)
@require_GET
def data_request_list(request: HttpRequest) -> HttpResponse:
    """What residents asked about their data, by the time it is due."""
    rows = selectors.requests_to_answer(actor=actor_of(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    lines = [(row, workflow.honest(row.matter), people.masked(row.person)) for row in page]
    return render(request, "subjects/console/list.html", page=page, lines=lines)


@console.page("data-requests/<str:asked>/", name="data_request_page", needs=Perm.ANSWER)
def data_request_page(request: HttpRequest, asked: str) -> HttpResponse:
    """One request: what is wished, until when, and the answer."""
    actor = actor_of(request)
    found = _found(actor, asked)
    address = reverse("console:data_request_page", args=[asked])

    def answer() -> None:
        services.request_answer(
            actor=actor,
            request=found,
            move=request.POST.get("move", ""),
            step=request.POST.get("step", ""),
            answer=request.POST.get("answer", ""),
            law=request.POST.get("law", ""),
        )

    return deed_page(
        request,
        "subjects/console/page.html",
        answer,
        done=_("Answered."),
        to=address,
        asked=found,
        masked=people.masked(found.person),
        standing=workflow.honest(found.matter),
        clocks=workflow.clock_views(found.matter),
        moves=_answers(actor, found),
        is_erasing=found.matter.step == ERASING,
    )


def matter_address(actor: Actor, number: str) -> str | None:
    """Where somebody meets a request: to answer it, or to erase whose it is."""
    rows = selectors.requests_to_answer(actor=actor)
    if rows.filter(matter__number=number).exists():
        return reverse("console:data_request_page", args=[number])
    person_id = selectors.person_to_erase(actor=actor, number=number)
    if person_id is None:
        return None
    return reverse("console:erasing_ask", query={"person": person_id, "request": number})


go.link("matter", matter_address, face=console, needs=Perm.ANSWER, of=WORKFLOW)


def _answers(actor: Actor, found: DataRequest) -> list[workflow.OpenMove]:
    moves = workflow.moves_open(actor, found.matter)
    return [each for each in moves if each.is_open and each.key in ANSWERS]


def _found(actor: Actor, number: str) -> DataRequest:
    found = selectors.requests_to_answer(actor=actor).filter(matter__number=number).first()
    if found is None:
        raise Http404
    return found
