# SPDX-License-Identifier: MulanPSL-2.0
"""For residents: asking for a copy, a correction or a deletion, and what came of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.kernel.access import services as access
from linli.kernel.workflow import selectors as workflow
from linli.modules.subjects import selectors, services
from linli.modules.subjects.models import DataRequest
from linli.modules.subjects.terms import Fact, Kind
from linli.shells.frame.faces import SIGNED_IN, portal
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.go import registry as go

ASKS_A_DAY = 10


def _counted(request: HttpRequest) -> None:
    """Count what is sent, taken or refused."""
    if request.method == "POST":
        source = str(actor_of(request).account_id)
        access.rate_hit("subjects.file", source, limit=ASKS_A_DAY, per_seconds=86_400)


@portal.page("me/data/requests/new/", name="data_request_new", needs=SIGNED_IN, counted=_counted)
def data_request_new(request: HttpRequest) -> HttpResponse:
    """Ask; the answer comes within 15 working days."""
    if request.method != "POST":
        return _form(request)
    try:
        filed = services.request_file(
            actor=actor_of(request),
            kind=request.POST.get("kind", ""),
            fact=request.POST.get("fact", ""),
            wish=request.POST.get("wish", ""),
            language=get_language() or "zh-hans",
        )
    except Refused as refusal:
        return _form(request, refusal)
    messages.success(request, _("Asked for. You can follow it here."))
    return HttpResponseRedirect(reverse("portal:data_request", args=[filed.matter.number]))


def _form(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    return render(
        request,
        "subjects/portal/new.html",
        status=getattr(refusal, "status", 200),
        kinds=Kind.choices,
        facts=Fact.choices,
        kind=request.POST.get("kind", request.GET.get("kind", "")),
        sent=request.POST,
        errors=refusal.fields if refusal else {},
        refusal=refusal,
    )


@portal.page("me/data/requests/<str:asked>/", name="data_request", needs=SIGNED_IN)
@require_GET
def data_request(request: HttpRequest, asked: str) -> HttpResponse:
    """How one request stands."""
    found = _own(actor_of(request), asked)
    return render(
        request,
        "subjects/portal/request.html",
        asked=found,
        standing=workflow.honest(found.matter),
    )


@portal.page(
    "me/data/requests/<str:asked>/withdraw/", name="data_request_withdraw", needs=SIGNED_IN
)
@require_POST
def data_request_withdraw(request: HttpRequest, asked: str) -> HttpResponse:
    """Take a request back."""
    actor = actor_of(request)
    found = _own(actor, asked)
    step = request.POST.get("step", "")
    services.request_withdraw(actor=actor, request=found, step=step)
    messages.success(request, _("Taken back. Nothing more happens on it."))
    return HttpResponseRedirect(reverse("portal:my_data"))


@portal.page("me/data/requests/<str:asked>/copy/", name="data_copy", needs=SIGNED_IN)
@require_GET
def data_copy(request: HttpRequest, asked: str) -> HttpResponse:
    """The copy as a file, after showing once more who one is."""
    actor = actor_of(request)
    found = _own(actor, asked)
    text = services.copy_fetch(actor=actor, request=found)
    response = HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.matter.number}.txt"'
    response["Cache-Control"] = "no-store"
    return response


@portal.card("data", "subjects/portal/card.html", order=10)
def requests_card(request: HttpRequest) -> Contents | None:
    """What one asked, and the ways to ask."""
    rows = selectors.requests_own(actor=actor_of(request))[:10]
    return {"rows": [(row, workflow.honest(row.matter)) for row in rows], "kinds": Kind.choices}


def matter_address(actor: Actor, number: str) -> str | None:
    """Where somebody meets a request of their own."""
    found = selectors.request_own(actor=actor, number=number)
    return reverse("portal:data_request", args=[number]) if found is not None else None


go.link("matter", matter_address, face=portal)


def _own(actor: Actor, number: str) -> DataRequest:
    found = selectors.request_own(actor=actor, number=number)
    if found is None:
        raise Http404
    return found
