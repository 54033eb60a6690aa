# SPDX-License-Identifier: MulanPSL-2.0
"""Where and among whom the stories of an invented city happen that are not appeals."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from django.utils import timezone

from linli.base import clock
from linli.base.actor import Actor, Proof
from linli.base.calendar import WorkCalendar
from linli.demo.crew import Crew
from linli.demo.living import working_days_back
from linli.demo.names import DATA
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.units.models import Unit

Story = Iterator[dt.datetime]
"""Gives the moment of what it will do next, and does it when it is asked to go on."""


@dataclass
class Scene:
    """Where the stories happen: the grid of the round's resident and what lies above it; the city
    has been lived in for so many `days`.
    """

    crew: Crew
    units: Mapping[str, Unit]
    office: WorkCalendar
    until: dt.datetime
    grid: Place
    days: int

    @cached_property
    def community(self) -> Place:
        """The community of the grid."""
        return self._above(Level.COMMUNITY)

    @cached_property
    def subdistrict(self) -> Place:
        """The subdistrict of the grid."""
        return self._above(Level.SUBDISTRICT)

    @cached_property
    def top(self) -> Place:
        """The place that the plan pack is bound to."""
        return places.chain(self.grid)[0]

    def _above(self, level: str) -> Place:
        found = places.ancestor(self.grid, level)
        if found is None:
            raise LookupError(level)
        return found

    def who(self, role: str, place: Place, turn: int = 0) -> Actor:
        """Whoever holds a role at a place or the nearest above, in turn. Raises LookupError."""
        found = self.crew.at(role, place.path, turn)
        if found is None:
            raise LookupError(role)
        return found

    def proven(self, role: str, place: Place, turn: int = 0) -> Actor:
        """The same, who has just shown who they are with a second factor."""
        proof = Proof(timezone.now(), has_second_factor=True)
        return replace(self.who(role, place, turn), proof=proof)

    def departments(self, keys: list[str]) -> list[int]:
        """Those departments of these keys in which somebody handles."""
        known = (self.units[key].pk for key in keys if key in self.units)
        return [unit for unit in known if self.crew.of("handler", unit) is not None]

    def back(self, days: int, hour: int, minute: int = 0) -> dt.datetime:
        """A time of day so many working days before the last moment, but not before anybody sat at
        a desk.
        """
        first = clock.local(self.until).date() - dt.timedelta(days=self.days - 1)
        found = working_days_back(self.office, self.until, days, dt.time(hour, minute))
        early = first - clock.local(found).date()
        return found + max(early, dt.timedelta())

    def words(self, key: str) -> dict[str, Any]:
        """What is said in a story, with the community's name where it belongs."""
        name = self.community.name
        return {
            part: said.format(community=name) if isinstance(said, str) else said
            for part, said in _told()[key].items()
        }


@cache
def _told() -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / "beside.toml").read_text(encoding="utf-8"))
