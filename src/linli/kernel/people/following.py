# SPDX-License-Identifier: MulanPSL-2.0
"""People follow the building they live in when it comes to belong to another place."""

from django.db import transaction
from django.db.models import Q

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.people.models import Household, HouseholdMember, Person
from linli.kernel.people.terms import Event, Perm, Verb
from linli.kernel.places.models import Place


@transaction.atomic
def people_follow(*, actor: Actor, building: Place, before: Place, reason: str = "") -> int:
    """Let those who live in a building belong to the place that it stands in now.

    Only those who belonged to the place it stood in `before` follow; whoever belongs elsewhere
    stays. The record has one line for all of them. Returns how many followed. Raises Forbidden.
    """
    after = building.parent
    if after is None:
        return 0
    access.require(actor, Perm.REGISTER, at=after)
    ids = _residents(building, before)
    if not ids:
        return 0
    Person.objects.filter(pk__in=ids).update(place=after)
    detail = {"fields": ["place"], "count": len(ids), "from": before.code, "to": after.code}
    audit.record(actor, Verb.PERSON_UPDATED, on=building, at=building, detail=detail, reason=reason)
    events.announce(Event.PERSON_UPDATED, place_path=after.path, place_id=building.pk)
    return len(ids)


def _residents(building: Place, before: Place) -> list[int]:
    """Who lives there, from the dwellings up: one step a query, whatever the database believes of
    the sizes of its tables.
    """
    today = clock.today()
    dwellings = list(Place.objects.filter(path__under=building.path).values_list("pk", flat=True))
    homes = Household.objects.filter(dwelling_id__in=dwellings).values_list("pk", flat=True)
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    living = HouseholdMember.objects.filter(lasting, household_id__in=list(homes))
    persons = list(living.values_list("person_id", flat=True))
    found = Person.objects.filter(pk__in=persons, place=before).order_by("pk")
    return list(found.values_list("pk", flat=True))
