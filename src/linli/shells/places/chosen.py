# SPDX-License-Identifier: MulanPSL-2.0
"""The place that a page is about: what `at` names, else the highest that the reader looks after."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.shells.frame.middleware import actor_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen place with the way to others: those above and right below, and where one may begin.

    `above` ends where the reader's reach ends.
    """

    place: Place
    above: tuple[Place, ...]
    below: tuple[Place, ...]
    tops: tuple[Place, ...]


def place_chosen(request: HttpRequest, permission: str) -> Chosen | None:
    """The place of this page, within the reader's reach; None when they reach no place that stands.

    Raises Http404 for a code outside their reach, whether there is such a place or not.
    """
    actor = actor_of(request)
    tops = tops_of(actor, permission)
    place = place_asked(request, permission) or (tops[0] if tops else None)
    if place is None:
        return None
    below = places.children(place).exclude(level=Level.DWELLING)
    return Chosen(place, above_of(actor, permission, place), tuple(below), tops)


def place_asked(request: HttpRequest, permission: str, name: str = "at") -> Place | None:
    """The place whose code stands in the address, None if there is none.

    Raises Http404 for a code outside the reader's reach.
    """
    code = request.GET.get(name, "").strip()
    if not code:
        return None
    place = places.place_by_code(code[:64])
    if place is None or not reaches(actor_of(request), permission, place.path):
        raise Http404
    return place


def tops_of(actor: Actor, permission: str) -> tuple[Place, ...]:
    """The places at which the actor's reach begins, the highest first."""
    codes = [path.rstrip("/").rpartition("/")[2] for path in actor.reach(permission)]
    found = places.places_by_codes(codes).values()
    today = clock.today()
    standing = [place for place in found if place.exists_on(today)]
    return tuple(sorted(standing, key=lambda place: (place.depth, place.path)))


def above_of(actor: Actor, permission: str, place: Place) -> tuple[Place, ...]:
    """The places above one, from where the actor's reach begins."""
    if place.parent_id is None:
        return ()
    chain = places.chain(place)[:-1]
    return tuple(one for one in chain if reaches(actor, permission, one.path))


def reaches(actor: Actor, permission: str, path: str) -> bool:
    """Whether the actor holds the permission at a place path."""
    return any(path.startswith(prefix) for prefix in actor.reach(permission))
