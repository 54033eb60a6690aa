# SPDX-License-Identifier: MulanPSL-2.0
"""The queue as a map: clusters that open as one comes nearer, and the same by place in words."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.places import selectors as places
from linli.modules.appeals.console.address import Asked, asked_of
from linli.modules.appeals.selectors.clusters import (
    Area,
    Cluster,
    area_of,
    area_whole,
    cases_clustered,
)
from linli.modules.appeals.selectors.queue import NAMES, VIEWS, places_counted, queue_counts
from linli.modules.appeals.terms import Perm
from linli.shells.frame.faces import console
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render

WIDTH = 900
SIDES = ("west", "south", "east", "north")


@console.page("appeals/map/", name="appeal_map", needs=Perm.VIEW)
@require_GET
def appeal_map(request: HttpRequest) -> HttpResponse:
    """Where the cases of a view lie."""
    actor = actor_of(request)
    asked = asked_of(request, actor)
    area, drawn, without = area_whole(actor=actor, filters=asked.filters)
    clusters = cases_clustered(actor=actor, filters=asked.filters, area=area) if area else []
    counts = queue_counts(actor=actor, filters=asked.filters)
    return render(
        request,
        "appeals/console/map.html",
        asked=asked,
        views=[(view, NAMES[view], counts[view]) for view in VIEWS],
        drawn=drawn,
        without=without,
        places=places_counted(actor=actor, filters=asked.filters),
        given={
            "clusters": [_spot(each, asked) for each in clusters],
            "areas": _areas(actor),
            **_bounds(area),
        },
    )


def _areas(actor: Actor) -> dict[str, Any]:
    """The places right below the reader's own, for somebody with one place."""
    reach = actor.reach(Perm.VIEW)
    own = places.place_by_path(reach[0]) if len(reach) == 1 else None
    return places.map_features_public(parent=own, width=WIDTH) if own is not None else {}


def _bounds(area: Area | None) -> dict[str, Any]:
    return {} if area is None else {"bounds": [area.west, area.south, area.east, area.north]}


@console.page("appeals/map/spots/", name="appeal_spots", needs=Perm.VIEW)
@require_GET
def appeal_spots(request: HttpRequest) -> JsonResponse:
    """The clusters of an area, as a map that was moved asks for them."""
    actor = actor_of(request)
    asked = asked_of(request, actor)
    try:
        west, south, east, north = (float(request.GET.get(side, "")) for side in SIDES)
    except ValueError:
        raise Invalid(_("This is no area of a map."), code="area") from None
    area = area_of(west, south, east, north)
    found = cases_clustered(actor=actor, filters=asked.filters, area=area)
    return JsonResponse({"clusters": [_spot(each, asked) for each in found]})


def _spot(each: Cluster, asked: Asked) -> dict[str, Any]:
    href = reverse("console:appeal_page", args=[each.number]) if each.number else ""
    return asdict(each) | {"href": f"{href}?{asked.query}" if href and asked.query else href}
