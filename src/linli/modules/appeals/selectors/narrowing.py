# SPDX-License-Identifier: MulanPSL-2.0
"""What a reader may narrow the queue to: a place of theirs, a class of their city."""

from dataclasses import replace

from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.forms import selectors as forms
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.modules.appeals.selectors.queue import Filters
from linli.modules.appeals.terms import Perm


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
