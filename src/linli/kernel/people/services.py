# SPDX-License-Identifier: MulanPSL-2.0
"""Registering people, opening what is personal, linking log-ins."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock, crypto
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.people import rules
from linli.kernel.people.models import Person
from linli.kernel.people.terms import (
    ID_NUMBER_CONTEXT,
    PHONE_CONTEXT,
    Event,
    Perm,
    PersonalField,
    Privacy,
    Verb,
)
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level


@transaction.atomic
def person_register(
    *,
    actor: Actor,
    name: str,
    place: Place | None = None,
    phone: str = "",
    id_number: str = "",
    address: str = "",
    birth_on: dt.date | None = None,
    privacy: Privacy | None = None,
    guardian: Person | None = None,
) -> Person:
    """Register a person who belongs to a place.

    Numbers may be typed with full-width digits, blanks and dashes; a child under 14 gets the class
    `minor` whatever is chosen. Raises Forbidden, Invalid with fields, and Conflict when the ID
    number is on file in the same city already.
    """
    access.require(actor, Perm.REGISTER, at=place or EVERYWHERE)
    person = Person(name_key=audit.name_key_new(), created_at=clock.now(), place=place)
    _fill(
        person,
        {
            "name": name,
            "phone": phone,
            "id_number": id_number,
            "address": address,
            "birth_on": birth_on,
            "privacy": privacy,
            "guardian": guardian,
        },
    )
    _save(person)
    path = place.path if place else ""
    audit.record(actor, Verb.PERSON_REGISTERED, on=person, at=path, subject_name=person.name)
    events.announce(Event.PERSON_REGISTERED, place_path=path, person_id=person.pk)
    return person


@transaction.atomic
def person_update(*, actor: Actor, person: Person, reason: str = "", **changes: Any) -> Person:
    """Correct a person's facts: any of name, place, phone, id_number, address, birth_on, privacy,
    guardian.

    The record says which were changed, never to what. A move is asked for at the new place too.
    Raises Forbidden, Invalid, Conflict, and TypeError for a fact that a person does not have.
    """
    unknown = set(changes) - FACTS
    if unknown:
        message = f"a person has no {', '.join(sorted(unknown))}"
        raise TypeError(message)
    kept = lock(person)
    access.require(actor, Perm.REGISTER, at=kept.place or EVERYWHERE)
    ensure_somebody(kept)
    if "place" in changes:
        access.require(actor, Perm.REGISTER, at=changes["place"] or EVERYWHERE)
        kept.place = changes["place"]
    _fill(kept, changes)
    _save(kept)
    path = kept.place.path if kept.place else ""
    detail = {"fields": sorted(changes)}
    audit.record(
        actor,
        Verb.PERSON_UPDATED,
        on=kept,
        at=path,
        detail=detail,
        reason=reason,
        subject_name=kept.name,
    )
    events.announce(Event.PERSON_UPDATED, place_path=path, person_id=kept.pk)
    return kept


@transaction.atomic
def personal_open(*, actor: Actor, person: Person, field: str, purpose: str) -> str:
    """Read one personal field in plain, for a stated purpose; the person can see that, by whom and
    why.

    Raises Forbidden, and Invalid for an unknown field or a purpose of less than two characters.
    """
    access.require(actor, Perm.OPEN_PERSONAL, at=person.place or EVERYWHERE)
    return personal_open_by_duty(actor=actor, person=person, field=field, purpose=purpose)


@transaction.atomic
def personal_open_by_duty(*, actor: Actor, person: Person, field: str, purpose: str) -> str:
    """As `personal_open`, for a part that has itself made sure that the actor's duty calls for it.

    So the handler of somebody's appeal may ring them up. Recorded and visible in the same way;
    raises Unproven without a second factor, Invalid.
    """
    access.prove_twice(actor)
    opened = rules.field_checked(field)
    why = rules.purpose_cleaned(purpose)
    audit.record(
        actor,
        Verb.PERSONAL_OPENED,
        on=person,
        at=person.place,
        detail={"field": opened.value, "privacy": person.privacy},
        reason=why,
        subject_name=person.name,
    )
    return str(getattr(person, opened.value))


@transaction.atomic
def person_link_account(*, actor: Actor, person: Person, account: Account) -> Person:
    """Say that a log-in is this person's.

    Raises Forbidden, and Conflict when either has another already.
    """
    kept = lock(person)
    access.require(actor, Perm.LINK_ACCOUNT, at=kept.place or EVERYWHERE)
    ensure_somebody(kept)
    if kept.account_id == account.pk:
        return kept
    if kept.account_id is not None:
        raise Conflict(_("This person has a log-in already."), code="person_linked")
    if Person.objects.filter(account=account).exists():
        raise Conflict(_("This log-in belongs to somebody else already."), code="account_linked")
    kept.account = account
    kept.save(update_fields=["account"])
    audit.record(
        actor,
        Verb.ACCOUNT_LINKED,
        on=kept,
        at=kept.place,
        detail={"account_id": account.pk},
        subject_name=kept.name,
    )
    linked_announce(kept)
    return kept


def linked_announce(person: Person) -> None:
    """Announce that a person has a log-in now."""
    path = person.place.path if person.place else ""
    events.announce(Event.ACCOUNT_LINKED, place_path=path, person_id=person.pk)


FACTS = frozenset(
    {"name", "place", "phone", "id_number", "address", "birth_on", "privacy", "guardian"}
)


def _fill(person: Person, facts: dict[str, Any]) -> None:
    """Put checked facts into a person; what is not given stays."""
    today = clock.today()
    if "name" in facts:
        person.name = rules.name_cleaned(facts["name"])
    if "phone" in facts:
        person.phone = rules.phone_cleaned(facts["phone"])
        person.phone_index = crypto.blind_index(person.phone, context=PHONE_CONTEXT)
    if "id_number" in facts:
        person.id_number = rules.id_number_cleaned(facts["id_number"])
    if "address" in facts:
        person.address = rules.address_cleaned(facts["address"])
    if "id_number" in facts or "place" in facts:
        person.id_number_index = crypto.blind_index(person.id_number, context=ID_NUMBER_CONTEXT)
        person.city_code = _city_code(person.place) if person.id_number else ""
    birth_on = facts.get("birth_on", person.birth_on)
    person.birth_on = rules.birth_on_checked(birth_on, person.id_number, today)
    chosen = facts["privacy"] if "privacy" in facts else Privacy(person.privacy)
    person.privacy = rules.privacy_of(chosen, person.birth_on, today)
    if "guardian" in facts:
        person.guardian = _guardian_checked(person, facts["guardian"])


def _guardian_checked(person: Person, guardian: Person | None) -> Person | None:
    if guardian is None:
        return None
    if guardian.pk == person.pk or guardian.privacy == Privacy.MINOR:
        message = _("A guardian is an adult, and somebody else.")
        raise Invalid(message, code="guardian_invalid", fields={"guardian": message})
    return guardian


def _city_code(place: Place | None) -> str:
    if place is None:
        return ""
    city = places.ancestor(place, Level.CITY)
    return city.code if city is not None else place.path.partition("/")[0]


def ensure_somebody(person: Person) -> None:
    """Refuse a row that is nobody's any more. Raises Conflict."""
    if person.erased_at is not None:
        raise Conflict(_("This person is erased already."), code="person_erased")


def _save(person: Person) -> None:
    _ensure_number_new(person)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise _number_known() from error


def _ensure_number_new(person: Person) -> None:
    """Refuse a number that is on file under an older index key; the constraint knows only equal
    ones.
    """
    hashes = crypto.blind_indexes(person.id_number, context=ID_NUMBER_CONTEXT)
    if len(hashes) > 1:
        known = Person.objects.filter(city_code=person.city_code, id_number_index__in=hashes)
        if known.exclude(pk=person.pk).exists():
            raise _number_known()


def _number_known() -> Conflict:
    message = _("This ID number is on file already. Look the person up instead.")
    return Conflict(message, code="id_number_known", fields={PersonalField.ID_NUMBER: message})
