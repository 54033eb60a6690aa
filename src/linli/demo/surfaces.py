# SPDX-License-Identifier: MulanPSL-2.0
"""The bar of the demo above every page: who the reader is just now, and whose turn it is."""

from django.conf import settings
from django.http import HttpRequest

from linli.demo.selectors import city_shown
from linli.demo.walk import is_turn_of, round_of
from linli.shells.frame.faces import FACES
from linli.shells.frame.menu import Contents

SLOT = "bar"


def bar(request: HttpRequest) -> Contents | None:
    """What the bar says; nothing outside demo mode, or while there is no city."""
    city = city_shown() if settings.IS_DEMO else None
    if city is None:
        return None
    walk = round_of(city)
    return {"walk": walk, "is_mine": is_turn_of(walk, request.user.get_username())}


for face in FACES:
    face.card(SLOT, "demo/bar.html")(bar)
