# SPDX-License-Identifier: MulanPSL-2.0
"""What every template may use without being given it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import ANONYMOUS, Actor, ActorKind, Operation
from linli.base.version import VERSION
from linli.kernel.notify.selectors import notices_unread
from linli.kernel.people import selectors as people
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.units import selectors as units
from linli.shells.frame import assets
from linli.shells.frame.faces import Face, portal
from linli.shells.frame.menu import Entry
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.request import Look

HOTLINE = "12345"


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody who answers the telephone."""

    name: str
    phone: str


class Reader:
    """Who reads this page; questions cost a query only when a template asks them."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def actor(self) -> Actor:
        """The reader as an actor."""
        return actor_of(self._request) if hasattr(self._request, "user") else ANONYMOUS

    @property
    def is_known(self) -> bool:
        """Whether somebody has signed in."""
        return self.actor.kind is not ActorKind.ANONYMOUS

    @property
    def name(self) -> str:
        """The name to show in the corner of the page."""
        return self.actor.label

    @cached_property
    def community(self) -> str:
        """The community the reader belongs to, by name; empty for a stranger."""
        place = self._place
        found = places.ancestor(place, Level.COMMUNITY) if place else None
        return places.name_of(found or place) if place else ""

    @cached_property
    def duty(self) -> Duty:
        """Whom to call: the nearest office with a telephone, else the city's hotline."""
        if self._place is not None:
            unit = units.units_choosable(self._place).exclude(phone="").first()
            if unit is not None:
                return Duty(unit.name, unit.phone)
        return Duty(str(_("the hotline")), HOTLINE)

    @property
    def posts(self) -> str:
        """Where the reader works, by the names of the places."""
        held = dict.fromkeys(each.place_names for each in self.actor.grants)
        return pgettext("between places", ", ").join(places.name_said(*names) for names in held)

    @cached_property
    def _place(self) -> Place | None:
        person = people.person_for_account(self.actor.account_id)
        return people.home_of(person) if person else None

    @property
    def account_id(self) -> str:
        """The account's number, for what a device keeps in its name; empty for a stranger."""
        return str(self.actor.account_id or "")

    @property
    def operation(self) -> Operation | None:
        """The operator session that runs for them."""
        return self.actor.operation

    @property
    def rest_seconds(self) -> int:
        """For how long they stay signed in if nobody touches the page any more."""
        lasts: int = self._request.session.lasts(touched=True)  # type: ignore[attr-defined]
        return lasts

    @cached_property
    def unread(self) -> int:
        """How many messages wait."""
        if not self.is_known:
            return 0
        return face_of(self._request).counts(self._request)[notices_unread]


def face_of(request: HttpRequest) -> Face:
    """The face whose page this is; the portal's for a page of none."""
    face: Face = getattr(request, "face", portal)
    return face


def frame(request: HttpRequest) -> dict[str, Any]:
    """The face, the reader, their choices, the clock and the icon sheet."""
    face = face_of(request)
    return {
        "face": face,
        "reader": Reader(request),
        "look": getattr(request, "look", Look()),
        "language": get_language() or settings.LANGUAGE_CODE,
        "is_demo": settings.IS_DEMO,
        "icons": assets.icons(),
        "tiles": settings.LINLI_TILE_URL,
        "version": VERSION,
        "now": clock.local(clock.now()),
        "menu": lambda: _menu(face, request),
        "bar": lambda: face.filled(request, "bar") if hasattr(request, "actor") else [],
    }


def _menu(face: Face, request: HttpRequest) -> list[Entry]:
    """The navigation; a request that failed before it had an actor gets none."""
    return face.entries(request) if hasattr(request, "actor") else []
