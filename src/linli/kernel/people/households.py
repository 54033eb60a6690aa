# SPDX-License-Identifier: MulanPSL-2.0
"""Writing households and who belongs to them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.people.models import Household, HouseholdMember, Person
from linli.kernel.people.terms import Event, MemberRole, Perm, Verb
from linli.kernel.places.models import Place


@transaction.atomic
def household_register(
    *, actor: Actor, dwelling: Place, starts_on: dt.date | None = None
) -> Household:
    """Register a household that lives in a dwelling from a day on (today). Raises Forbidden."""
    access.require(actor, Perm.REGISTER, at=dwelling)
    household = Household.objects.create(dwelling=dwelling, starts_on=starts_on or clock.today())
    audit.record(actor, Verb.HOUSEHOLD_REGISTERED, on=household, at=dwelling)
    _announce(household)
    return household


@transaction.atomic
def member_add(
    *,
    actor: Actor,
    household: Household,
    person: Person,
    role: MemberRole = MemberRole.OTHER,
    starts_on: dt.date | None = None,
) -> HouseholdMember:
    """Add somebody to a household from a day on (today).

    Raises Forbidden, and Conflict if they are in it.
    """
    access.require(actor, Perm.REGISTER, at=household.dwelling)
    kept = lock(household)
    if kept.members.filter(person=person, ends_on__isnull=True).exists():
        raise Conflict(_("This person is in the household already."), code="member_known")
    member = HouseholdMember.objects.create(
        household=kept, person=person, role=role, starts_on=starts_on or clock.today()
    )
    detail = {"person_id": person.pk, "role": member.role}
    audit.record(actor, Verb.MEMBER_ADDED, on=kept, at=household.dwelling, detail=detail)
    _announce(household)
    return member


@transaction.atomic
def member_leave(
    *, actor: Actor, member: HouseholdMember, ends_on: dt.date | None = None
) -> HouseholdMember:
    """Note the last day of somebody in a household (today).

    Raises Forbidden, Conflict if they have left already, Invalid for a day before they came.
    """
    dwelling = member.household.dwelling
    access.require(actor, Perm.REGISTER, at=dwelling)
    kept = lock(member)
    if kept.ends_on is not None:
        raise Conflict(_("This person has left the household already."), code="member_gone")
    last = ends_on or clock.today()
    if last < kept.starts_on:
        message = _("The last day lies before the first.")
        raise Invalid(message, code="ends_before_start", fields={"ends_on": message})
    kept.ends_on = last
    kept.save(update_fields=["ends_on"])
    detail = {"person_id": kept.person_id}
    audit.record(actor, Verb.MEMBER_LEFT, on=member.household, at=dwelling, detail=detail)
    _announce(member.household)
    return kept


def _announce(household: Household) -> None:
    events.announce(
        Event.HOUSEHOLD_CHANGED,
        place_path=household.dwelling.path,
        household_id=household.pk,
    )
