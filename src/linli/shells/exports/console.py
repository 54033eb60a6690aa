# SPDX-License-Identifier: MulanPSL-2.0
"""Exports in the console: one's own with how far they are, asking, deciding on those of others, and
fetching.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.kernel.access import services as access
from linli.kernel.files import exporting, exports
from linli.kernel.files.models import Export
from linli.kernel.files.terms import LASTS, MOST_ALONE, Format, Perm, Personal
from linli.kernel.sockets import registry
from linli.shells.exports.listing import export_lines, list_name
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.files import file_streamed
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.units.days import LONGEST_REASON

A_PAGE = 20
LONGEST = 1200


def _waiting(actor: Actor) -> QuerySet[Export]:
    return exports.exports_waiting(actor=actor)


@console.page(
    "exports/",
    name="export_list",
    needs=(Perm.ASK, Perm.APPROVE),
    menu=Menu(
        gettext_lazy("Exports"), "download", group=Group.REGISTERS, order=90, waiting=_waiting
    ),
)
@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """What others ask for and waits for this reader's yes, and the reader's own."""
    actor = actor_of(request)
    page = Paginator(exports.exports_own(actor=actor), A_PAGE).get_page(request.GET.get("page"))
    lines = export_lines(page)
    return render(
        request,
        "exports/console/list.html",
        {"own": "own"},
        waiting=export_lines(_waiting(actor)),
        page=page,
        lines=lines,
        is_making=any(line.is_making for line in lines),
    )


@console.page("exports/ask/", name="export_ask", needs=Perm.ASK)
def export_ask(request: HttpRequest) -> HttpResponse:
    """Say what a list is needed for and what of it; `source` names the list, the rest of the
    address is its filters.
    """
    actor = actor_of(request)
    rest = request.GET.copy()
    key = "".join(rest.pop("source", []))[:LONGEST]
    source = exports.source_open(actor=actor, key=key)
    if source is None:
        return HttpResponseRedirect(reverse("console:export_list"))
    access.prove(actor)
    query = rest.urlencode()
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            asked = _asked(request, actor, key, query)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _said(asked))
            return HttpResponseRedirect(reverse("console:export_list"))
    rows = source.count(actor, query)
    return render(
        request,
        "exports/console/ask.html",
        status=refusal.status if refusal else 200,
        name=list_name(key),
        filters=source.said(actor, query),
        rows=rows,
        is_large=exports.needs_second(Personal.LEFT_OUT, rows),
        most=MOST_ALONE,
        days=LASTS.days,
        choices=[
            (one, one.label)
            for one in exports.personal_choices(actor=actor, source=source, query=query)
        ],
        formats=[(one, one.label) for one in Format],
        chosen=request.POST.get("personal", Personal.LEFT_OUT),
        form=request.POST.get("format", Format.XLSX),
        sent=request.POST,
        refusal=refusal,
    )


def _asked(request: HttpRequest, actor: Actor, key: str, query: str) -> Export:
    return exporting.export_ask(
        actor=actor,
        source=key,
        query=query,
        purpose=request.POST.get("purpose", ""),
        personal=request.POST.get("personal", ""),
        form=request.POST.get("format", ""),
    )


def _said(export: Export) -> str:
    number = {"number": export.number}
    if exports.needs_second(export.personal, export.rows):
        return _("%(number)s waits for a second person's yes.") % number
    return _("%(number)s is being made. You may leave this page.") % number


@console.page("exports/<int:export_id>/decide/", name="export_decide", needs=Perm.APPROVE)
def export_decide(request: HttpRequest, export_id: int) -> HttpResponse:
    """Say yes or no to what somebody else asked for."""
    actor = actor_of(request)
    export = _waiting(actor).filter(pk=export_id).first()
    if export is None:
        raise Http404
    access.prove(actor)
    is_yes = request.POST.get("decision") == "yes"

    def decide() -> None:
        if is_yes:
            exporting.export_approve(actor=actor, export=export)
        else:
            reason = request.POST.get("reason", "")[:LONGEST_REASON]
            exporting.export_decline(actor=actor, export=export, reason=reason)

    return deed_page(
        request,
        "exports/console/decide.html",
        decide,
        done=_("The export is being made.") if is_yes else _("Declined."),
        to=reverse("console:export_list"),
        **_shown(export),
    )


def _shown(export: Export) -> dict[str, Any]:
    """What whoever decides has to know: the list as its asker sees it."""
    source = registry.exports().get(export.source)
    asker = access.actor_for(export.asked_by)
    return {
        "line": export_lines([export])[0],
        "filters": source.said(asker, export.query) if source is not None else "",
    }


@console.page("exports/<int:export_id>/fetch/", name="export_fetch", needs=Perm.ASK)
@require_POST
def export_fetch(request: HttpRequest, export_id: int) -> HttpResponse:
    """The file, for whoever asked for it."""
    actor = actor_of(request)
    export = exports.exports_own(actor=actor).filter(pk=export_id).first()
    if export is None:
        raise Http404
    return file_streamed(exporting.export_fetch(actor=actor, export=export))
