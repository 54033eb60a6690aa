# SPDX-License-Identifier: MulanPSL-2.0
"""People follow the building they live in when it comes to belong to another place."""

from django.db import transaction
from django.db.models import Q

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.people.models import Person
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
    today = clock.today()
    at_home = Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=today)
    residents = Person.objects.filter(
        at_home, memberships__household__dwelling__path__under=building.path, place=before
    )
    ids = sorted(set(residents.values_list("pk", flat=True)))
    if not ids:
        return 0
    Person.objects.filter(pk__in=ids).update(place=after)
    detail = {"fields": ["place"], "count": len(ids), "from": before.code, "to": after.code}
    audit.record(actor, Verb.PERSON_UPDATED, on=building, at=building, detail=detail, reason=reason)
    events.announce(Event.PERSON_UPDATED, place_path=after.path, place_id=building.pk)
    return len(ids)
