# SPDX-License-Identifier: MulanPSL-2.0
"""The rows behind a figure: one page lists exactly as many as the figure says."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Message
from linli.kernel.access import services as access
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.modules.appeals.selectors import figures
from linli.modules.appeals.selectors.lines import Line, lines_of
from linli.modules.appeals.selectors.slices import SLICES, Period
from linli.modules.appeals.terms import Perm
from linli.shells.cockpit.pages import address_of
from linli.shells.frame.faces import cockpit
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

A_PAGE = 50

SETS: Mapping[str, Message] = {
    "filed": gettext_lazy("Reported"),
    "ended": gettext_lazy("Done"),
    "ended_in_time": gettext_lazy("Done in time"),
    "ended_late": gettext_lazy("Done too late"),
    "open": gettext_lazy("Open now"),
    "late": gettext_lazy("Late now"),
    "due_today": gettext_lazy("Due today"),
    "contact_counted": gettext_lazy("First contact was due"),
    "contact_in_time": gettext_lazy("Contacted in time"),
    "contact_missed": gettext_lazy("Not contacted in time"),
    "called_back": gettext_lazy("Rated by residents"),
    "satisfied": gettext_lazy("Residents were satisfied"),
    "dissatisfied": gettext_lazy("Residents were not satisfied"),
    "solved": gettext_lazy("Solved"),
    "unsolved": gettext_lazy("Residents say: not solved"),
}
NOW = ("late", "open", "due_today")
"""Sets that hold for this moment, whatever the period."""


def rows_address(name: str, place: Place, *, days: int = 1, on: dt.date | None = None) -> str:
    """The page that lists exactly the rows of a figure."""
    when = f"on={on.isoformat()}" if on is not None else f"days={days}"
    return f"{reverse('cockpit:appeal_rows')}?set={name}&place={place.code}&{when}"


@dataclass(frozen=True)
class Linked:
    """A line with the page that it opens for this reader; "" for whoever sees figures alone."""

    line: Line
    href: str


def linked(actor: Actor, lines: Sequence[Line]) -> list[Linked]:
    may_open = access.may_anywhere(actor, Perm.VIEW)
    return [
        Linked(line, reverse("console:appeal_page", args=[line.number]) if may_open else "")
        for line in lines
    ]


@cockpit.page("appeals/rows/", name="appeal_rows", needs=Perm.VIEW_FIGURES)
@require_GET
def appeal_rows(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure: as many as it says."""
    actor = actor_of(request)
    place = _place_asked(request, actor)
    name = request.GET.get("set", "")
    if name not in SLICES:
        raise Forbidden("", code="unknown")
    period, words = _period_asked(request)
    rows = figures.rows_listed(actor=actor, place=place, name=name, period=period)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "appeals/cockpit/rows.html",
        "rows",
        title=SETS[name],
        when="" if name in NOW else words,
        place=place,
        place_name=places.name_of(place),
        page=page,
        lines=linked(actor, lines_of(page.object_list)),
        up=address_of(place),
    )


def _place_asked(request: HttpRequest, actor: Actor) -> Place:
    """The place of the address, if the reader looks after it."""
    place = places.place_by_code(request.GET.get("place", ""))
    held = [grant.path for grant in actor.grants if Perm.VIEW_FIGURES in grant.permissions]
    if place is None or not any(place.is_under(path) for path in held):
        raise Forbidden("", code="unknown")
    return place


def _period_asked(request: HttpRequest) -> tuple[Period, str]:
    """The period of the address and what it is called; today where it says nothing."""
    try:
        on = dt.date.fromisoformat(request.GET.get("on", ""))
        return figures.period_on(on), _("on %(day)s") % {"day": f"{on:%Y-%m-%d}"}
    except (ValueError, OverflowError):
        pass
    given = request.GET.get("days", "1")
    days = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 1
    period = figures.period_of(days)
    if days <= 1:
        return period, _("today")
    words = ngettext("in the last %(days)s day", "in the last %(days)s days", days)
    return period, words % {"days": min(days, figures.LONGEST)}
