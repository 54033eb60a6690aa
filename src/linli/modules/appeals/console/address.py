# SPDX-License-Identifier: MulanPSL-2.0
"""The address of the queue: which view, which filters, which case is open beside the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from linli.base.actor import Actor
from linli.base.errors import Message
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.modules.appeals.selectors import intake
from linli.modules.appeals.selectors.narrowing import filters_given, filters_said, top_path
from linli.modules.appeals.selectors.queue import Filters, steps_choosable
from linli.modules.appeals.terms import Channel, Perm

KEPT = ("view", "q", "place", "class", "channel", "step", "order")


@dataclass(frozen=True)
class Chip:
    """A filter that is set: what it says, and the address without it."""

    words: Message
    away: str


Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """What the filters offer at the places of the reader: keys with words, classes by heading."""

    channels: tuple[tuple[str, Message], ...]
    classes: tuple[tuple[str, Pairs], ...]
    steps: Pairs
    places: Pairs


@dataclass(frozen=True)
class Asked:
    """The queue that an address asks for."""

    filters: Filters
    place: Place | None
    class_key: str
    chips: tuple[Chip, ...]
    query: str

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view is set."""
        return bool(self.chips or self.filters.text)

    @property
    def place_code(self) -> str:
        """The code of the place asked for; "" for none."""
        return self.place.code if self.place is not None else ""


def asked_of(request: HttpRequest, actor: Actor) -> Asked:
    """Read the address; what is unknown in it is left out."""
    given = filters_given(request.GET, actor)
    query = _kept(request.GET)
    named = filters_said(given, actor)
    chips = tuple(Chip(words, _without(query, name)) for name, words in named.items())
    return Asked(given.filters, given.place, given.class_key, chips, query.urlencode())


def _kept(given: QueryDict) -> QueryDict:
    query = QueryDict(mutable=True)
    for name in KEPT:
        value = given.get(name, "")
        if value:
            query[name] = str(value)
    return query


def _without(query: QueryDict, name: str) -> str:
    rest = query.copy()
    rest.pop(name, None)
    return f"{reverse('console:appeal_list')}?{rest.urlencode()}"


def choices_of(actor: Actor) -> Choices:
    """What the filters offer this reader."""
    top = top_path(actor)
    reach = actor.reach(Perm.VIEW)
    return Choices(
        channels=tuple(Channel.choices),
        classes=tuple(
            (group.label, [(each.key, each.name) for each in group.classes])
            for group in intake.class_groups(top)
        ),
        steps=steps_choosable(top),
        places=places.choices_below(reach[0]) if len(reach) == 1 else [],
    )
