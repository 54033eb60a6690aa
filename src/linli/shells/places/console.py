# SPDX-License-Identifier: MulanPSL-2.0
"""Places in the console: the tree, a place's page, what lies below it, and what was imported."""

import datetime as dt

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.base import clock
from linli.base.actor import Actor
from linli.base.scope import PATH_LENGTH
from linli.kernel.access import services as access
from linli.kernel.access.terms import Perm as AccessPerm
from linli.kernel.audit import selectors as audit
from linli.kernel.audit.terms import Perm as AuditPerm
from linli.kernel.places import asof
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Perm, Verb
from linli.kernel.units import selectors as units
from linli.kernel.workflow.terms import Perm as WorkflowPerm
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.panels import panels_of
from linli.shells.frame.render import render
from linli.shells.places import chosen
from linli.shells.places.drawing import place_address, place_drawing
from linli.shells.places.telling import boundary_check, history_told
from linli.shells.places.tree import counts_below, standing, totals_below, tree_of
from linli.shells.places.words import LevelWords

A_PAGE = 50
MOST_FOUND = 50
LONGEST_QUESTION = 100
LONGEST_KEY = 32
FIRST_DAY = dt.date(1949, 10, 1)
"""Nobody asks for the tree of before."""


@console.page(
    "places/",
    name="place_list",
    needs=Perm.VIEW,
    menu=Menu(gettext_lazy("Places"), "map", group=Group.SETUP, order=10),
)
@require_GET
def place_list(request: HttpRequest) -> HttpResponse:
    """The tree of places that the reader looks after, opened where `at` says; `q` searches it."""
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    if question:
        return _found(request, question)
    actor = actor_of(request)
    at = chosen.place_chosen(request, Perm.VIEW)
    if at is None:
        page = "places/console/list.html"
        return render(request, page, at=None, question="", may_see_imports=False)
    way = [*at.above, at.place]
    return render(
        request,
        "places/console/list.html",
        at=at,
        question="",
        nodes=tree_of(actor, at.tops, way),
        drawing=place_drawing(actor, at.place),
        level=LevelWords.at(at.place.path).level(at.place.level),
        may_see_imports=access.may_anywhere(actor, AuditPerm.VIEW),
    )


def _found(request: HttpRequest, question: str) -> HttpResponse:
    actor = actor_of(request)
    found = places.places_search(actor=actor, text=question, limit=MOST_FOUND + 1)
    words = LevelWords.at(found[0].path if found else "")
    return render(
        request,
        "places/console/found.html",
        question=question,
        rows=[(place, words.level(place.level)) for place in _with_parents(found[:MOST_FOUND])],
        is_cut=len(found) > MOST_FOUND,
    )


@console.page("places/imports/", name="place_imports", needs=AuditPerm.VIEW)
@require_GET
def place_imports(request: HttpRequest) -> HttpResponse:
    """What was imported by file: who, when, how many rows were taken and skipped."""
    actor = actor_of(request)
    rows = audit.records_for(actor).filter(verb=Verb.PLACES_IMPORTED)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    listed = [(row, audit.actor_name_said(row)) for row in page]
    return render(request, "places/console/imports.html", page=page, rows=listed)


@console.page("places/<str:code>/", name="place_page", needs=Perm.VIEW)
@require_GET
def place_page(request: HttpRequest, code: str) -> HttpResponse:
    """A place: where it stands, what it is and was, what lies below it, which units sit here; `on`
    shows it as it stood on a day.
    """
    actor = actor_of(request)
    place = place_found(actor, code)
    if place.code != code:
        return HttpResponseRedirect(place_address(place.code))
    words = LevelWords.at(place.path)
    on = _day(request)
    if on is not None:
        return _then(request, place, on, words)
    below = list(standing(actor).filter(parent=place).order_by("code"))
    counts = counts_below(actor, below)
    totals = totals_below(actor, place)
    return render(
        request,
        "places/console/page.html",
        place=place,
        above=chosen.above_of(actor, Perm.VIEW, place),
        level=words.level(place.level),
        kind=words.kind(place),
        tags=words.tags(place),
        facts=words.facts(place),
        former=[alias.code for alias in place.aliases.order_by("code")],
        has_ended=not place.exists_on(clock.today()),
        totals=_totals(words, totals),
        below=[
            (one, words.level(one.level), words.counted(counts.get(one.pk, ()))) for one in below
        ],
        units=units.units_visible(actor=actor).filter(place=place),
        opens_compound=bool(
            place.compound is not None and access.may(actor, Perm.VIEW, at=place.compound)
        ),
        drawing=place_drawing(actor, place),
        history=history_told(place, words),
        panels=panels_of("place", actor, place),
        check=boundary_check(place),
        today=clock.today(),
        may=_links(actor, place),
    )


def _then(request: HttpRequest, place: Place, on: dt.date, words: LevelWords) -> HttpResponse:
    """A place and what lay right below it on a day gone by."""
    actor = actor_of(request)
    then = asof.as_of(place, on)
    below = asof.children_then(place, on, places.places_visible(actor=actor))
    return render(
        request,
        "places/console/then.html",
        place=place,
        above=chosen.above_of(actor, Perm.VIEW, place),
        then=then,
        name=_called(place, then.name),
        classed=words.classed(place.level, then.kind, then.tags),
        level=words.level(place.level),
        on=on,
        today=clock.today(),
        stood=place.exists_on(on),
        below=[
            (one, standing, _called(one, standing.name), words.level(one.level))
            for one, standing in below
        ],
    )


def _called(place: Place, then: str) -> str:
    """The name of then; in the reader's language where it has not changed since."""
    return places.name_of(place) if then == place.name else then


def _day(request: HttpRequest) -> dt.date | None:
    """The day gone by that `on` names; None for today, for one to come and for what is no day."""
    try:
        day = dt.date.fromisoformat(request.GET.get("on", "").strip())
    except ValueError:
        return None
    return day if FIRST_DAY <= day < clock.today() else None


def _totals(words: LevelWords, totals: dict[str, int]) -> list[tuple[str, str, int]]:
    """How many of each level lie below, from the top down: key, word, count."""
    levels = sorted(totals, key=words.rank)
    return [(level, words.level(level), totals[level]) for level in levels]


def _links(actor: Actor, place: Place) -> dict[str, bool]:
    """Which pages about this place the reader may open besides."""
    wanted = {
        "edit": Perm.EDIT,
        "grants": AccessPerm.VIEW,
        "record": AuditPerm.VIEW,
        "rules": WorkflowPerm.VIEW,
    }
    return {name: bool(access.may(actor, needed, place)) for name, needed in wanted.items()}


@console.page("places/<str:code>/below/<slug:level>/", name="place_below", needs=Perm.VIEW)
@require_GET
def place_below(request: HttpRequest, code: str, level: str) -> HttpResponse:
    """The places of one level that lie anywhere below a place, or only `right` below it; `kind` and
    `tag` narrow the list.
    """
    actor = actor_of(request)
    place = place_found(actor, code)
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    kind, tag = (request.GET.get(name, "")[:LONGEST_KEY] for name in ("kind", "tag"))
    is_right = request.GET.get("right") == "yes"
    everything = standing(actor).below(place.path).exclude(pk=place.pk).filter(level=level)
    if is_right:
        everything = everything.filter(parent=place)
    kinds, tags = places.kinds_counted(everything)
    rows = everything.of_kind(kind, tag)
    if question:
        rows = rows.filter(Q(name__contains=question) | Q(code__startswith=question))
    page = Paginator(rows.order_by("path"), A_PAGE).get_page(request.GET.get("page"))
    words = LevelWords.at(place.path)
    return render(
        request,
        "places/console/below.html",
        place=place,
        above=chosen.above_of(actor, Perm.VIEW, place),
        level=words.level(level),
        question=question,
        is_right=is_right,
        kind=kind,
        tag=tag,
        kinds=[
            (key, word, kinds[key]) for key, word in words.choices(level, "kinds") if key in kinds
        ],
        tags=[(key, word, tags[key]) for key, word in words.choices(level, "tags") if key in tags],
        page=page,
        rows=[(one, words.classed(level, one.kind, one.tags)) for one in _with_parents(list(page))],
    )


def place_found(actor: Actor, code: str) -> Place:
    """The place of that code, today's or a former one, if the reader may see it."""
    wanted = Q(code=code[:PATH_LENGTH]) | Q(aliases__code=code[:PATH_LENGTH])
    place: Place | None = places.places_visible(actor=actor).filter(wanted).first()
    if place is None:
        raise Http404
    return place


def _with_parents(rows: list[Place]) -> list[Place]:
    """The same places, each with the one above it read; one query for all."""
    codes = {place.codes[-2] for place in rows if place.depth}
    above = places.places_by_codes(codes)
    for place in rows:
        if place.depth and place.codes[-2] in above:
            place.parent = above[place.codes[-2]]
    return rows
