# SPDX-License-Identifier: MulanPSL-2.0
"""What leaders see of grids: call-ups that go on, with the share that answered in time."""

from django.http import HttpRequest

from linli.modules.grids.selectors import call_ups
from linli.modules.grids.terms import Perm
from linli.shells.cockpit.pages import place_of
from linli.shells.frame.faces import cockpit
from linli.shells.frame.menu import Contents
from linli.shells.frame.middleware import actor_of


@cockpit.card("list", "grids/cockpit/call_ups.html", order=5, needs=Perm.VIEW_FIGURES)
def call_ups_card(request: HttpRequest) -> Contents | None:
    """Live call-ups at the place and below; nothing while none goes on."""
    place = place_of(request)
    if place is None:
        return None
    live = call_ups.call_ups_going_on(actor=actor_of(request), at=place)
    if not live:
        return None
    return {"rows": [(one, call_ups.figures_of(one, call_ups.called_of(one))) for one in live]}
