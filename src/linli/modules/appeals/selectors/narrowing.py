# SPDX-License-Identifier: MulanPSL-2.0
"""What a reader may narrow the queue to: a place of theirs, a class of their city."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid, Message
from linli.kernel.forms import selectors as forms
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.modules.appeals.selectors.queue import ORDERS, VIEWS, Filters, steps_choosable
from linli.modules.appeals.terms import Channel, Perm

LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Given:
    """Filters as somebody gave them, with the place and the class that they name."""

    filters: Filters
    place: Place | None
    class_key: str


def filters_given(given: Mapping[str, str], actor: Actor) -> Given:
    """Filters as they stand in the address of the queue; what is unknown in it is left out."""
    view, order, channel = (given.get(name, "") for name in ("view", "order", "channel"))
    place = place_asked(given.get("place", ""), actor)
    class_key = given.get("class", "")
    classes = forms.classes_under(class_key, top_path(actor)) if class_key else ()
    filters = Filters(
        view=view if view in VIEWS else VIEWS[0],
        text=given.get("q", "").strip()[:LONGEST_SEARCH],
        place_path=place.path if place is not None else "",
        class_keys=tuple(each.key for each in classes),
        channel=channel if channel in Channel.values else "",
        step=given.get("step", "")[:64],
        order=order if order in ORDERS else "due",
    )
    return Given(filters, place, class_key if classes else "")


def filters_said(given: Given, actor: Actor) -> dict[str, Message]:
    """What the filters that are set are called, by their name in the address."""
    found: dict[str, Message] = {}
    top = top_path(actor)
    if given.place is not None:
        found["place"] = places.name_of(given.place)
    if given.class_key:
        of_class = forms.class_get(given.class_key, top)
        found["class"] = of_class.name if of_class is not None else given.class_key
    if given.filters.channel:
        found["channel"] = Channel(given.filters.channel).label
    if given.filters.step:
        found["step"] = dict(steps_choosable(top)).get(given.filters.step, given.filters.step)
    if given.filters.order != "due":
        found["order"] = _("Newest first")
    return found


def place_asked(code: str, actor: Actor) -> Place | None:
    """The place to narrow to; one outside of what the reader looks after is as unknown as any
    other.
    """
    place = places.place_by_code(code) if code else None
    held = [grant.path for grant in actor.grants if Perm.VIEW in grant.permissions]
    return place if place is not None and any(map(place.is_under, held)) else None


def top_path(actor: Actor) -> str:
    """The path of the reader's city, whose classes and procedures the filters offer."""
    paths = [held.path for held in actor.grants if Perm.VIEW in held.permissions and held.path]
    return paths[0][: paths[0].find("/") + 1] if paths else ""


def filters_narrowed(filters: Filters, *, actor: Actor, place: str, class_key: str) -> Filters:
    """Filters narrowed to a place, by code, and a class with those below it; "" narrows nothing.

    Raises Invalid for a place or class that is none of the reader's: a filter that is left out
    would count too much.
    """
    if place:
        found = place_asked(place, actor)
        if found is None:
            message = _("The place “%(place)s” is not known here.") % {"place": place[:60]}
            raise Invalid(message, code="place_unknown", fields={"place": message})
        filters = replace(filters, place_path=found.path)
    if class_key:
        keys = tuple(each.key for each in forms.classes_under(class_key, top_path(actor)))
        if not keys:
            message = _("This class is not in use here.")
            raise Invalid(message, code="class_unknown", fields={"class_key": message})
        filters = replace(filters, class_keys=keys)
    return filters
