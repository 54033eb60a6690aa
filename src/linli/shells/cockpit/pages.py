# SPDX-License-Identifier: MulanPSL-2.0
"""The cockpit's first page: the tree as a map, today's figures, what is late."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.base.actor import Actor
from linli.base.text import label
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.shells.cockpit.figures import Measure, Reading, figures_of, measures
from linli.shells.frame import live
from linli.shells.frame.faces import ANY_OF_FACE, cockpit
from linli.shells.frame.mapping import Fact, MapDrawing, map_drawing, ramp_of
from linli.shells.frame.menu import Menu
from linli.shells.frame.render import render

WIDTH, HEIGHT = 720, 520
NOTHING = Reading(None, "")

Readings = Mapping[str, Reading]


@cockpit.page(
    "",
    name="home",
    needs=ANY_OF_FACE,
    menu=Menu(gettext_lazy("Today"), "map", order=0),
    lags=True,
)
def today(request: HttpRequest) -> HttpResponse:
    """A place with what lies right below it; `at` is its code, `show` the measure on the map."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = place_of(request)
    if place is None:
        return render(request, "cockpit/nowhere.html")
    live.follow(request, place.path)
    shown = _measure(request)
    below = list(places.children(place))
    facts = _facts(below, shown.read(actor, below) if shown and below else {}, shown)
    return render(
        request,
        "cockpit/today.html",
        "today",
        place=place,
        place_name=places.name_of(place),
        above=_above(actor, place),
        below_words=_below_words(below),
        measures=measures(),
        shown=shown,
        drawing=_drawing(actor, place, facts),
        rows=_rows(below, facts),
        figures=figures_of(request, place),
        lists=cockpit.filled(request, "list"),
    )


def place_of(request: HttpRequest) -> Place | None:
    """The place the page is about: what `at` names, else the highest the reader looks after; asked
    once a page.

    Raises Http404 for a place outside what they look after.
    """
    if "_linli_place" not in request.__dict__:
        request.__dict__["_linli_place"] = _place_of(request)
    place: Place | None = request.__dict__["_linli_place"]
    return place


def _place_of(request: HttpRequest) -> Place | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    paths = sorted({held.path for held in actor.grants}, key=len)
    code = request.GET.get("at", "")
    if not code:
        return places.place_by_path(paths[0]) if paths else None
    place = places.place_by_code(code)
    if place is None or not any(place.is_under(path) for path in paths):
        raise Http404
    return place


def address_of(place: Place, show: str = "") -> str:
    """The cockpit's page about a place."""
    return f"{reverse('cockpit:home')}?at={place.code}" + (f"&show={show}" if show else "")


def _measure(request: HttpRequest) -> Measure | None:
    known = {one.key: one for one in measures()}
    wanted = known.get(request.GET.get("show", ""))
    return wanted or next(iter(known.values()), None)


def _above(actor: Actor, place: Place) -> list[tuple[str, str]]:
    """The way down to the place, as far up as the reader may go."""
    paths = [held.path for held in actor.grants]
    chain = places.chain(place)[:-1]
    return [
        (places.name_of(one), address_of(one))
        for one in chain
        if any(one.path.startswith(path) for path in paths)
    ]


def _below_words(below: list[Place]) -> str:
    """`9个街道`: how many places of which level lie right below."""
    counts: dict[str, int] = {}
    for place in below:
        counts[place.level] = counts.get(place.level, 0) + 1
    said = []
    for level, count in counts.items():
        definition = places.level_find(level, below[0].path)
        name = label(definition.body.get("label", {})) if definition else level
        said.append(_("%(count)d %(level)s") % {"count": count, "level": name})
    return pgettext("between counts", ", ").join(said)


def _facts(below: list[Place], readings: Readings, shown: Measure | None) -> dict[str, Fact]:
    facts = {}
    for place in below:
        reading = readings.get(place.code, NOTHING)
        ramp = 0 if reading.value is None or shown is None else ramp_of(reading.value, shown.steps)
        href = address_of(place, shown.key if shown else "")
        facts[place.code] = Fact(
            text=reading.text,
            ramp=ramp,
            late=reading.late,
            href=href,
            late_href=reading.late_href,
        )
    return facts


def _drawing(actor: Actor, place: Place, facts: dict[str, Fact]) -> MapDrawing | None:
    features = places.map_features(actor=actor, parent=place, width=WIDTH)
    if not features["features"]:
        return None
    return map_drawing(features, width=WIDTH, height=HEIGHT, facts=facts)


def _rows(below: list[Place], facts: dict[str, Fact]) -> list[tuple[str, Fact]]:
    """The same as the map, as a list: for a phone, and for places without a boundary."""
    return [(places.name_of(place), facts[place.code]) for place in below]
