# SPDX-License-Identifier: MulanPSL-2.0
"""The address of the queue: which view, which filters, which case is open beside the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Message
from linli.kernel.forms import selectors as forms
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.modules.appeals.selectors import intake
from linli.modules.appeals.selectors.narrowing import place_asked, top_path
from linli.modules.appeals.selectors.queue import ORDERS, VIEWS, Filters, steps_choosable
from linli.modules.appeals.terms import Channel, Perm

KEPT = ("view", "q", "place", "class", "channel", "step", "order")
LONGEST_SEARCH = 80


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
    given = request.GET
    top = top_path(actor)
    view = given.get("view", "")
    place = place_asked(given.get("place", ""), actor)
    class_key = given.get("class", "")
    keys = tuple(each.key for each in forms.classes_under(class_key, top)) if class_key else ()
    channel = given.get("channel", "")
    filters = Filters(
        view=view if view in VIEWS else VIEWS[0],
        text=given.get("q", "").strip()[:LONGEST_SEARCH],
        place_path=place.path if place is not None else "",
        class_keys=keys,
        channel=channel if channel in Channel.values else "",
        step=given.get("step", "")[:64],
        order=given.get("order", "") if given.get("order") in ORDERS else "due",
    )
    query = _kept(given)
    named = _names(filters, place, class_key if keys else "", top)
    chips = tuple(Chip(words, _without(query, name)) for name, words in named.items())
    return Asked(filters, place, class_key if keys else "", chips, query.urlencode())


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


def _names(
    filters: Filters, place: Place | None, class_key: str, top: str
) -> Mapping[str, Message]:
    """What the filters that are set are called, by their name in the address."""
    found: dict[str, Message] = {}
    if place is not None:
        found["place"] = places.name_of(place)
    if class_key:
        of_class = forms.class_get(class_key, top)
        found["class"] = of_class.name if of_class is not None else class_key
    if filters.channel:
        found["channel"] = Channel(filters.channel).label
    if filters.step:
        found["step"] = dict(steps_choosable(top)).get(filters.step, filters.step)
    if filters.order != "due":
        found["order"] = _("Newest first")
    return found


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
