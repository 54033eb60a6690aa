# SPDX-License-Identifier: MulanPSL-2.0
"""How large communities and grids are, beside the rules that hold for them."""

from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.kernel.access import services as access
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.topology import topology_check
from linli.kernel.workflow.selectors import names_of
from linli.modules.grids.console.words import rows_of, rules_shown, standings_of
from linli.modules.grids.selectors import plans, sizing
from linli.modules.grids.terms import COMMUNITY, GRID, Fit, Perm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.places.chosen import above_of, place_chosen, reaches
from linli.shells.places.words import LevelWords

A_PAGE = 50


@console.page(
    "grids/sizes/",
    name="grid_sizes",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Grids"), "grid", group=Group.REGISTERS, order=40),
)
@require_GET
def grid_sizes(request: HttpRequest) -> HttpResponse:
    """Communities or grids below a place with their numbers; kind, tag and state narrow them."""
    actor = actor_of(request)
    at = place_chosen(request, Perm.VIEW)
    if at is None:
        return render(request, "grids/console/sizes.html", at=None)
    asked = {key: request.GET.get(key, "")[:64] for key in ("level", "kind", "tag", "fit")}
    level = asked["level"] if asked["level"] in sizing.LEVELS else _level_of(at.place)
    rows = sizing.places_sized(
        actor=actor, at=at.place, level=level, kind=asked["kind"], tag=asked["tag"]
    )
    lines = sizing.lines_of(list(rows))
    counts = Counter(line.fit for line in lines)
    if asked["fit"] in Fit.values:
        lines = [line for line in lines if line.fit == asked["fit"]]
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    words = LevelWords.at(at.place.path)
    return render(
        request,
        "grids/console/sizes.html",
        at=at,
        asked={**asked, "level": level},
        levels=[(key, words.level(key)) for key in sizing.LEVELS],
        kinds=words.choices(level, "kinds"),
        tags=words.choices(level, "tags"),
        fits=[(fit, fit.label, counts[fit]) for fit in Fit if counts[fit]],
        total=counts.total(),
        page=page,
        rows=rows_of(list(page)),
        may_see_people=bool(access.may(actor, PeoplePerm.VIEW, at.place)),
        may_plan=access.may_anywhere(actor, Perm.DRAFT),
        waiting=plans.plans_waiting(actor).count(),
    )


def _level_of(place: Place) -> str:
    return GRID if place.level in (COMMUNITY, GRID) else COMMUNITY


@console.page("grids/sizes/<str:code>/", name="grid_size", needs=Perm.VIEW)
@require_GET
def grid_size(request: HttpRequest, code: str) -> HttpResponse:
    """One community or grid: its numbers, the rules with their clauses, and the rows behind."""
    actor = actor_of(request)
    place = places.place_by_code(code[:64])
    if place is None or not reaches(actor, Perm.VIEW, place.path):
        raise Http404
    if place.level not in sizing.LEVELS:
        raise Http404
    line = sizing.lines_of([place])[0]
    may_see_people = bool(access.may(actor, PeoplePerm.VIEW, place))
    is_community = place.level == COMMUNITY
    grids = sizing.places_sized(actor=actor, at=place, level=GRID) if is_community else ()
    words = LevelWords.at(place.path)
    workers = plans.workers_named(place) if not is_community else []
    return render(
        request,
        "grids/console/size.html",
        place=place,
        above=above_of(actor, Perm.VIEW, place),
        level=words.level(place.level),
        classed=words.classed(place.level, place.kind, place.tags),
        line=line,
        standings=standings_of(line),
        rules=rules_shown(line),
        grids=rows_of(sizing.lines_of(list(grids))),
        buildings=sizing.households_listed(actor=actor, place=place) if may_see_people else [],
        may_see_people=may_see_people,
        is_community=is_community,
        flaws=topology_check(place.path) if is_community else [],
        plan=plans.plan_open(place) if is_community else None,
        may_draft=is_community and bool(access.may(actor, Perm.DRAFT, place)),
        workers=[(role, names_of([pk]).get(pk, "")) for role, pk in workers],
    )
