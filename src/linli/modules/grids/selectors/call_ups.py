# SPDX-License-Identifier: MulanPSL-2.0
"""Reading call-ups: who would be called, who was, and what it adds up to."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import definition_bodies, definitions_in_force
from linli.base.text import label
from linli.kernel.access.models import Definition as AccessDefinition
from linli.kernel.access.models import Grant
from linli.kernel.access.selectors import ROLE
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place, PlaceQuerySet
from linli.modules.grids import rules
from linli.modules.grids.models import CalledPerson, CallUp
from linli.modules.grids.terms import BUILDING, GRID, Perm


def call_ups_visible(*, actor: Actor) -> QuerySet[CallUp]:
    """Call-ups this actor may see, the newest first."""
    rows = CallUp.objects.visible_to(actor, Perm.VIEW)
    return rows.select_related("place").defer("place__boundary")


def call_ups_going_on(*, actor: Actor, at: Place, most: int = 5) -> list[CallUp]:
    """Live call-ups at a place and below that this actor may see."""
    rows = CallUp.objects.visible_to(actor, Perm.VIEW).below(at.path).filter(ended_at=None)
    return list(rows.select_related("place").defer("place__boundary")[:most])


def call_up_get(*, actor: Actor, call_up_id: int) -> CallUp | None:
    """A call-up that this actor may see."""
    return call_ups_visible(actor=actor).filter(pk=call_up_id).first()


def call_up_live(place: Place) -> CallUp | None:
    """The call-up that goes on at exactly this place, if there is one."""
    return CallUp.objects.filter(place=place, ended_at__isnull=True).first()


def called_of(call_up: CallUp) -> list[CalledPerson]:
    """Everybody called, in the order of their homes."""
    rows = CalledPerson.objects.filter(call_up=call_up).select_related(
        "home", "assigned", "came_to", "account"
    )
    return list(
        rows.defer("home__boundary", "assigned__boundary", "came_to__boundary").order_by(
            "home__path", "pk"
        )
    )


def own_calls(actor: Actor, *, is_live: bool = True) -> list[CalledPerson]:
    """The call-ups that this actor is called to themselves."""
    if actor.account_id is None:
        return []
    rows = CalledPerson.objects.filter(account_id=actor.account_id)
    if is_live:
        rows = rows.filter(call_up__ended_at__isnull=True)
    rows = rows.select_related("call_up", "call_up__place", "home", "assigned", "came_to")
    return list(
        rows.defer(
            "call_up__place__boundary",
            "home__boundary",
            "assigned__boundary",
            "came_to__boundary",
        ).order_by("-call_up__called_at")
    )


def own_call(actor: Actor, call_up_id: int) -> CalledPerson | None:
    """This actor's own part in a call-up."""
    rows = own_calls(actor, is_live=False)
    return next((one for one in rows if one.call_up_id == call_up_id), None)


@dataclass(frozen=True)
class RoleToCall:
    """A role whose holders may be called, and how many there are at the place and below."""

    key: str
    name: str
    count: int


def roles_to_call(place: Place) -> list[RoleToCall]:
    """The roles that may be called to a place: those that the pack lets answer a call-up."""
    found = []
    for row in definitions_in_force(AccessDefinition, ROLE, place.path, clock.today()):
        if Perm.ANSWER in row.body.get("gives", ()):
            count = len(holders(place, [row.key]))
            found.append(RoleToCall(row.key, label(row.body["label"]), count))
    return found


def holders(place: Place, roles: Iterable[str]) -> list[Grant]:
    """Who holds one of these roles at a place or below: one grant an account, the deepest."""
    rows = (
        Grant.objects.on(clock.today())
        .filter(role__in=list(roles), unit=None, account__is_active=True)
        .filter(place__path__under=place.path)
        .select_related("place")
        .defer("place__boundary")
    )
    deepest = sorted(rows, key=lambda row: (-row.place.depth, row.place.path, row.role))
    first: dict[int, Grant] = {}
    for row in deepest:
        first.setdefault(row.account_id, row)
    return sorted(first.values(), key=lambda row: (row.place.path, row.account_id))


def role_names(rows: Sequence[CalledPerson]) -> Mapping[tuple[str, str], str]:
    """What each role is called at its holder's home; one query."""
    wanted = {(row.role, row.home.path) for row in rows}
    found = definition_bodies(AccessDefinition, ROLE, wanted, clock.today())
    return {key: label(found[key]["label"]) if key in found else key[0] for key in wanted}


@dataclass(frozen=True)
class Figures:
    """What a call-up adds up to: the size of each set of its people, and the share in time."""

    counts: Mapping[str, int]
    percent: int | None


def figures_of(call_up: CallUp, called: Sequence[CalledPerson]) -> Figures:
    """The figures of a call-up; each is the number of rows of its set."""
    counts = {name: len(rules.rows_of(name, called, call_up.answer_by)) for name in rules.SETS}
    return Figures(counts, rules.percent(counts["in_time"], counts["called"]))


def places_to_assign(call_up: CallUp) -> PlaceQuerySet:
    """Where somebody may be put: the grids and buildings of the place, in tree order."""
    rows = places.subtree(call_up.place.path)
    return rows.filter(level__in=(GRID, BUILDING))


def places_to_come_to(call_up: CallUp) -> PlaceQuerySet:
    """Where somebody may say they are: the place, its communities and grids."""
    rows = places.subtree(call_up.place.path)
    return rows.exclude(level__in=(BUILDING, "entrance", "dwelling", "compound"))


def call_ups_over(now: dt.datetime) -> list[CallUp]:
    """Live call-ups whose time is over."""
    rows = CallUp.objects.filter(ended_at__isnull=True, ends_at__lte=now)
    return list(rows.select_related("place").order_by("pk"))


def call_ups_live(actor: Actor) -> QuerySet[CallUp]:
    """The call-ups that go on where this actor may see them."""
    return CallUp.objects.visible_to(actor, Perm.VIEW).filter(ended_at__isnull=True)
