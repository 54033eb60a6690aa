# SPDX-License-Identifier: MulanPSL-2.0
"""The other place of a move or a merge: those nearby to choose from, or found by name."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Perm
from linli.shells.places.chosen import reaches

LONGEST_QUESTION = 100
MOST = 40
NAMES = {"move": "parent", "merge": "into"}


def choices_for(actor: Actor, place: Place, way: str, question: str) -> list[Place]:
    """Where a place may move to, or into what it may merge: what the reader keeps, nearby first."""
    if way not in NAMES or place.parent is None:
        return []
    level = place.parent.level if way == "move" else place.level
    wanted = question.strip()[:LONGEST_QUESTION]
    if wanted:
        rows = places.places_search(actor=actor, text=wanted, level=level, limit=MOST)
    else:
        around = place.parent.parent if way == "move" else place.parent
        near = places.subtree((around or place.parent).path, level)
        rows = list(near.visible_to(actor, Perm.EDIT)[:MOST])
    barred = {place.pk, place.parent_id if way == "move" else place.pk}
    return [
        one
        for one in rows
        if one.pk not in barred
        and not one.is_under(place.path)
        and reaches(actor, Perm.EDIT, one.path)
    ]


def place_sent(actor: Actor, sent: QueryDict, field: str) -> Place:
    """The place a form names. Raises Invalid for none, one that has ended or one out of reach,
    which all look alike.
    """
    found = places.place_by_code(sent.get(field, "").strip()[:64] or "-")
    is_there = (
        found is not None
        and found.exists_on(clock.today())
        and reaches(actor, Perm.EDIT, found.path)
    )
    if found is None or not is_there:
        message = _("Choose a place that you look after.")
        raise Invalid(message, code="place_not_chosen", fields={field: message})
    return found
