# SPDX-License-Identifier: MulanPSL-2.0
"""What modules show to leaders: figures of today, measures for the map, lists.

    @figures(order=10)
    def of_today(request, place): return [Figure(_("Reported today"), 128, href=…)]

    measure("on_time", _("Done in time"), steps=(88, 91, 94, 97), unit="%")(function)

Lists are cards of the slot `list` (`@cockpit.card("list", "appeals/cockpit/late.html", needs=…)`);
their function finds the place with `place_of(request)`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from linli.base.actor import Actor
from linli.base.errors import Message
from linli.kernel.places.models import Place


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of today; `href` opens exactly its rows."""

    name: Message
    value: str | int
    unit: str = ""
    note: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure at one place: `value` for the color, `text` for people, `late` for the pin, which
    `late_href` leads on to exactly its rows.
    """

    value: float | None
    text: str
    late: int = 0
    late_href: str = ""


Readings = Callable[[Actor, Sequence[Place]], Mapping[str, Reading]]
Figures = Callable[[HttpRequest, Place], Iterable[Figure]]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something the map can show; `steps` are the limits of its five colors, lowest first."""

    key: str
    label: Message
    steps: tuple[float, float, float, float]
    unit: str
    read: Readings
    order: int


_figures: list[tuple[int, Figures]] = []
_measures: dict[str, Measure] = {}


def figures(order: int = 100) -> Callable[[Figures], Figures]:
    """Register a function that gives figures of today for a place and all below it."""

    def register(give: Figures) -> Figures:
        _figures.append((order, give))
        _figures.sort(key=lambda pair: pair[0])
        return give

    return register


def measure(
    key: str,
    label: Message,
    *,
    steps: tuple[float, float, float, float],
    unit: str = "",
    order: int = 100,
) -> Callable[[Readings], Readings]:
    """Register something for the map: a function from places to readings, by place code."""

    def register(read: Readings) -> Readings:
        _measures[key] = Measure(key, label, steps, unit, read, order)
        return read

    return register


def figures_of(request: HttpRequest, place: Place) -> list[Figure]:
    """Every module's figures, in order."""
    return [figure for _order, give in _figures for figure in give(request, place)]


def measures() -> list[Measure]:
    """What the map can show, in order."""
    return sorted(_measures.values(), key=lambda one: one.order)
