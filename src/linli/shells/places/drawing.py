# SPDX-License-Identifier: MulanPSL-2.0
"""The map of a place: its own outline, and the places right below it as links."""

from typing import Any

from django.urls import reverse

from linli.base.actor import Actor
from linli.kernel.places import geometry
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.shells.frame.mapping import Fact, MapDrawing, map_drawing

WIDTH, HEIGHT = 420, 320


def place_drawing(actor: Actor, place: Place) -> MapDrawing | None:
    """Draw a place with what lies below it; None if no boundary is known of either."""
    features = places.map_features(actor=actor, parent=place, width=WIDTH)
    below = features["features"]
    facts = {
        one["properties"]["code"]: Fact(href=place_address(one["properties"]["code"]))
        for one in below
    }
    own = _own(place, is_named=not below)
    shown = {"type": "FeatureCollection", "features": [*own, *below]}
    if not shown["features"]:
        return None
    return map_drawing(shown, width=WIDTH, height=HEIGHT, facts=facts, here=place.code)


def place_address(code: str) -> str:
    """The page of a place."""
    return reverse("console:place_page", args=[code])


def _own(place: Place, *, is_named: bool) -> list[dict[str, Any]]:
    """The place's own outline; unnamed under the names of others."""
    if not place.boundary:
        return []
    thin = geometry.thinned([place.boundary], WIDTH)[0]
    name = places.name_of(place) if is_named else ""
    about = {"code": place.code, "name": name, "center": [place.lon, place.lat]}
    return [{"type": "Feature", "id": place.code, "geometry": thin, "properties": about}]
