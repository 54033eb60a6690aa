# SPDX-License-Identifier: MulanPSL-2.0
"""The bar of the demo above every page: who the reader is just now, and whose turn it is."""

from django.conf import settings
from django.http import HttpRequest

from linli.demo.selectors import city_shown
from linli.demo.walk import account_of, round_of
from linli.shells.frame.faces import FACES
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of

SLOT = "bar"


def bar(request: HttpRequest) -> Contents | None:
    """What the bar says; nothing outside demo mode, or while there is no city."""
    city = city_shown() if settings.IS_DEMO else None
    if city is None:
        return None
    walk = round_of(city)
    account = account_of(walk, walk.persona)
    is_mine = account is not None and account.pk == actor_of(request).account_id
    return {"walk": walk, "is_mine": is_mine}


for face in FACES:
    face.card(SLOT, "demo/bar.html")(bar)
