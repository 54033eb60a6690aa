# SPDX-License-Identifier: MulanPSL-2.0
"""What all parts show on the page of a person, place, unit or household."""

from typing import Any

from linli.base.actor import Actor
from linli.kernel.sockets import registry
from linli.kernel.sockets.panels import Panel


def panels_of(kind: str, actor: Actor, row: Any) -> list[Panel]:
    """The panels for an actor who sees that page."""
    found = (panel(actor, row) for panel in registry.panels(kind))
    return [panel for panel in found if panel is not None]
