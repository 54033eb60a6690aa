# SPDX-License-Identifier: MulanPSL-2.0
"""What a part shows on the page of a person, place, unit or household that is not its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.base.actor import Actor


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One line: what it is called, what is said beside it, where it leads, how it stands ("late",
    "soon" or "").
    """

    title: str
    sub: str
    href: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Some lines under one heading, with the way to all of them; `total` counts those as well that
    are not shown.
    """

    title: str
    rows: tuple[PanelRow, ...]
    total: int
    href: str = ""


Panels = Callable[[Actor, Any], Panel | None]
"""Gives the panel for an actor who sees the page of that person, place, unit or household; None
where there is nothing to say."""
