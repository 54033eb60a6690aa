# SPDX-License-Identifier: MulanPSL-2.0
"""Retention in the console: how long which rows are kept, what went, and setting a period."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base.errors import Invalid
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.retention import selectors
from linli.kernel.retention import services as retention
from linli.kernel.retention.terms import LONGEST, Perm
from linli.kernel.sockets import registry
from linli.shells.frame.deed import deed_page
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.units.days import LONGEST_REASON

A_PAGE = 50


@console.page(
    "retention/",
    name="retention_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Retention"), "clock", group=Group.SETUP, order=55),
)
@require_GET
def retention_list(request: HttpRequest) -> HttpResponse:
    """The classes with their periods, and the lines of the ledger in which something went."""
    given = registry.retention()
    page = Paginator(selectors.runs_told(given), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "retention/console/list.html",
        classes=selectors.classes_kept(),
        page=page,
        lines=[(run, label(given[run.name].rule.label)) for run in page],
        may_set=access.may_anywhere(actor_of(request), Perm.SET),
    )


@console.page("retention/<str:name>/", name="retention_set", needs=Perm.SET)
def retention_set(request: HttpRequest, name: str) -> HttpResponse:
    """Say for how many days a class of rows is kept."""
    kept = selectors.kept(name)
    if kept is None:
        raise Http404
    actor = actor_of(request)
    access.prove(actor)

    def put() -> None:
        retention.period_set(
            actor=actor,
            name=name,
            days=_number(request.POST.get("days", "")),
            version=_number(request.POST.get("version", "")),
            reason=request.POST.get("reason", "")[:LONGEST_REASON],
        )

    return deed_page(
        request,
        "retention/console/set.html",
        put,
        done=_("From tonight on the new period holds."),
        to=reverse("console:retention_list"),
        kept=kept,
        longest=LONGEST,
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        message = _("Write a whole number of days.")
        raise Invalid(message, code="no_number", fields={"days": message})
    return int(text)
