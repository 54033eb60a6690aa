# SPDX-License-Identifier: MulanPSL-2.0
"""The tree of places as a list inside a list, opened along the way to one place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place, PlaceQuerySet
from linli.shells.places.words import LevelWords


@dataclass(slots=True)
class Node:
    """A place in the tree; `below` says how many stand right below it: level, its name, count."""

    place: Place
    level: str
    is_open: bool = False
    is_here: bool = False
    below: list[tuple[str, str, int]] = field(default_factory=list)
    nodes: "list[Node]" = field(default_factory=list)


def tree_of(actor: Actor, tops: Sequence[Place], way: Sequence[Place]) -> list[Node]:
    """The places at the top, opened along `way` (its last is where the reader stands); two
    queries.
    """
    opened = {place.pk for place in way}
    shown: dict[int | None, list[Place]] = defaultdict(list)
    for place in standing(actor).filter(parent__in=opened).order_by("code"):
        shown[place.parent_id].append(place)
    everybody = [*tops, *(place for places_ in shown.values() for place in places_)]
    counts = counts_below(actor, everybody)
    here = way[-1].pk if way else None
    words = LevelWords.at(tops[0].path if tops else "")

    def node(place: Place) -> Node:
        is_open = place.pk in opened
        return Node(
            place,
            words.level(place.level),
            is_open=is_open,
            is_here=place.pk == here,
            below=words.counted(counts.get(place.pk, ())),
            nodes=[node(one) for one in shown[place.pk]] if is_open else [],
        )

    return [node(top) for top in tops]


def counts_below(actor: Actor, above: Sequence[Place]) -> dict[int, list[tuple[str, int]]]:
    """For each place how many of each level stand right below it."""
    rows = (
        standing(actor)
        .filter(parent__in=[place.pk for place in above])
        .order_by("parent", "level")
        .values_list("parent", "level")
        .annotate(count=Count("pk"))
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for parent, level, count in rows:
        found[parent].append((level, count))
    return found


def totals_below(actor: Actor, place: Place) -> dict[str, int]:
    """How many places of each level lie anywhere below one."""
    rows = standing(actor).below(place.path).exclude(pk=place.pk).order_by("level")
    return dict(rows.values_list("level").annotate(count=Count("pk")))


def standing(actor: Actor) -> PlaceQuerySet:
    """The places that this actor may see and that exist today."""
    rows: PlaceQuerySet = places.places_visible(actor=actor).on(clock.today())
    return rows
