# SPDX-License-Identifier: MulanPSL-2.0
"""Open data in the console: what anybody may read, and switching it on and off for a place."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base.text import label
from linli.kernel.access import services as access
from linli.modules.exchange import services
from linli.modules.exchange.selectors import open_data
from linli.modules.exchange.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import place_asked, place_chosen

LONGEST_REASON = 500


@console.page(
    "open-data/",
    name="open_data",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Open data"), "eye", group=Group.SETUP, order=38),
)
@require_GET
def open_data_page(request: HttpRequest) -> HttpResponse:
    """Every data set with its columns, where it is open, and the button of the chosen place."""
    actor = actor_of(request)
    at = place_chosen(request, Perm.VIEW)
    openings = list(open_data.openings_visible(actor=actor))
    sets = [
        {
            "key": key,
            "name": label(found.label),
            "description": label(found.description),
            "columns": [(column.key, label(column.label)) for column in found.columns],
            "needs_opening": found.needs_opening,
            "openings": [
                (each, bool(access.may(actor, Perm.OPEN_DATA, each.place)))
                for each in openings
                if each.data_set == key
            ],
            "is_open_here": at is not None
            and any(
                each.data_set == key and at.place.path.startswith(each.place.path)
                for each in openings
            ),
        }
        for key, found in open_data.sets_known().items()
    ]
    may_open = at is not None and bool(access.may(actor, Perm.OPEN_DATA, at.place))
    return render(request, "exchange/console/open_data.html", at=at, sets=sets, may_open=may_open)


@console.page("open-data/<slug:key>/open/", name="data_open", needs=Perm.OPEN_DATA)
def data_open(request: HttpRequest, key: str) -> HttpResponse:
    """Open a data set to everybody, after saying what that means."""
    place = place_asked(request, Perm.OPEN_DATA)
    found = open_data.sets_known().get(key)
    if place is None or found is None or not found.needs_opening:
        raise Http404
    if request.method != "POST":
        return render(
            request,
            "exchange/console/open.html",
            place=place,
            key=key,
            name=label(found.label),
            description=label(found.description),
            columns=[label(column.label) for column in found.columns],
        )
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    services.data_open(actor=actor_of(request), data_set=key, place=place, reason=reason)
    messages.success(request, _("Anybody may read it now."))
    return HttpResponseRedirect(f"{reverse('console:open_data')}?at={place.code}")


@console.page("open-data/<int:opening_id>/close/", name="data_close", needs=Perm.OPEN_DATA)
@require_POST
def data_close(request: HttpRequest, opening_id: int) -> HttpResponse:
    """Close a data set again."""
    actor = actor_of(request)
    opening = open_data.openings_visible(actor=actor).filter(pk=opening_id).first()
    if opening is None:
        raise Http404
    services.data_close(actor=actor, opening=opening)
    messages.success(request, _("Nobody reads it any more."))
    return HttpResponseRedirect(f"{reverse('console:open_data')}?at={opening.place.code}")
