# SPDX-License-Identifier: MulanPSL-2.0
"""Reading people, with what is personal masked."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from linli.base import clock, crypto, text
from linli.base.actor import Actor
from linli.kernel.audit import selectors as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people import rules
from linli.kernel.people.models import (
    Erasure,
    ErasureQuerySet,
    Household,
    HouseholdMember,
    Person,
    PersonQuerySet,
    PhoneCode,
)
from linli.kernel.people.terms import (
    ID_NUMBER_CONTEXT,
    PHONE_CONTEXT,
    ErasureState,
    Perm,
    Verb,
)
from linli.kernel.places.models import Place


@dataclass(frozen=True)
class Opening:
    """Somebody opened a personal field: what its person gets to read."""

    at: dt.datetime
    by: str
    field: str
    purpose: str


def person_for_account(account_id: int | None) -> Person | None:
    """The person behind a log-in, whoever asks; for the machinery that makes actors."""
    if account_id is None:
        return None
    return Person.objects.select_related("place").filter(account_id=account_id).first()


def person_known(account_id: int) -> QuerySet[Person, tuple[int, str]]:
    """The person behind a log-in as an actor carries them: id and name."""
    return Person.objects.filter(account_id=account_id).values_list("pk", "name")


def people_visible(*, actor: Actor) -> PersonQuerySet:
    """People this actor may see, masked by whoever shows them."""
    rows: PersonQuerySet = Person.objects.visible_to(actor, Perm.VIEW)
    return rows.select_related("place")


def person_get(*, actor: Actor, person_id: int) -> Person | None:
    """A person this actor may see: at their places, themselves, or their ward."""
    seen = Person.objects.visible_to(actor, Perm.VIEW).filter(pk=person_id).first()
    if seen is not None or actor.person_id is None:
        return seen
    own = Q(pk=actor.person_id) | Q(guardian_id=actor.person_id)
    return Person.objects.filter(own, pk=person_id).first()


def person_find(*, actor: Actor, phone: str = "", id_number: str = "") -> PersonQuerySet:
    """People this actor may see with exactly this phone or ID number.

    Raises Invalid for what is neither.
    """
    wanted = Q(pk__in=[])
    if phone:
        plain = rules.phone_cleaned(phone)
        wanted |= Q(phone_index__in=crypto.blind_indexes(plain, context=PHONE_CONTEXT))
    if id_number:
        plain = rules.id_number_cleaned(id_number)
        wanted |= Q(id_number_index__in=crypto.blind_indexes(plain, context=ID_NUMBER_CONTEXT))
    return people_visible(actor=actor).filter(wanted).order_by("pk")


def people_named(*, actor: Actor, beginning: str) -> PersonQuerySet:
    """People this actor may see whose name begins so; nobody for an empty beginning."""
    wanted = text.clean_line(beginning)
    rows = people_visible(actor=actor).filter(erased_at=None).order_by("name", "pk")
    return rows.filter(name__startswith=wanted) if wanted else rows.none()


def erasures_visible(*, actor: Actor) -> ErasureQuerySet:
    """What was asked and decided about erasing people of the actor's places, newest first."""
    rows: ErasureQuerySet = Erasure.objects.visible_to(actor, Perm.ERASE)
    return rows.select_related("person__place").order_by("-asked_at", "-pk")


def erasures_waiting(*, actor: Actor) -> ErasureQuerySet:
    """What others asked for and this actor, the second person, decides; not about themselves."""
    rows: ErasureQuerySet = Erasure.objects.visible_to(actor, Perm.ERASE)
    own = Q(asked_by=actor.account_id) | Q(person__account=actor.account_id)
    return rows.filter(state=ErasureState.WAITING).exclude(own)


def erasure_get(erasure_id: int) -> Erasure:
    """An erasing by its key; for who tells of it."""
    return Erasure.objects.select_related("person__place").get(pk=erasure_id)


def person_erasable(*, actor: Actor, person_id: int) -> Person | None:
    """A person whom this actor may ask to erase."""
    rows: PersonQuerySet = Person.objects.visible_to(actor, Perm.ERASE)
    return rows.filter(pk=person_id, erased_at=None).select_related("place").first()


def people_to_erase(*, actor: Actor, number: str) -> PersonQuerySet:
    """People whom this actor may ask to erase with exactly this phone or ID number."""
    plain = text.digits(number).strip().upper()
    phones = crypto.blind_indexes(plain, context=PHONE_CONTEXT)
    ids = crypto.blind_indexes(plain, context=ID_NUMBER_CONTEXT)
    rows: PersonQuerySet = Person.objects.visible_to(actor, Perm.ERASE)
    wanted = Q(phone_index__in=phones) | Q(id_number_index__in=ids)
    return rows.filter(wanted, erased_at=None).select_related("place").order_by("pk")


def erasing_proof(person: Person) -> AuditRecord | None:
    """What the record keeps of an erasing: the digests of the keys that were destroyed."""
    return audit.records_of(person).filter(verb=Verb.PERSON_ERASED).first()


def masked(person: Person) -> rules.Masked:
    """What lists show of a person."""
    return rules.masked(
        name=person.name,
        phone=person.phone,
        id_number=person.id_number,
        address=person.address,
        privacy=person.privacy,
    )


def own_details(*, actor: Actor) -> dict[str, str]:
    """One's own personal fields in plain; empty for somebody without a person."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        return {}
    return {
        "name": person.name,
        "phone": person.phone,
        "id_number": person.id_number,
        "address": person.address,
    }


def openings_of(*, actor: Actor, person: Person) -> list[Opening]:
    """Who opened this person's fields and why, newest first.

    For the person, their guardian, and those who may see people there; for anybody else it is
    empty.
    """
    if not _may_read(actor, person):
        return []
    rows = audit.records_of(person).filter(verb=Verb.PERSONAL_OPENED)
    return [
        Opening(
            at=row.at,
            by=audit.actor_name_said(row),
            field=str(row.detail.get("field", "")),
            purpose=row.reason,
        )
        for row in rows
    ]


def _may_read(actor: Actor, person: Person) -> bool:
    if actor.person_id is not None and actor.person_id in (person.pk, person.guardian_id):
        return True
    return Person.objects.visible_to(actor, Perm.VIEW).filter(pk=person.pk).exists()


def home_of(person: Person, on: dt.date | None = None) -> Place | None:
    """Where somebody lives: the dwelling of their household on that day (today), else the place
    they belong to.
    """
    membership = (
        _on(HouseholdMember.objects.filter(person=person), on or clock.today())
        .select_related("household__dwelling")
        .order_by("-starts_on", "-pk")
        .first()
    )
    return person.place if membership is None else membership.household.dwelling


def members_of(household: Household, on: dt.date | None = None) -> list[HouseholdMember]:
    """Who belongs to a household on a day (today), the head first."""
    rows = _on(household.members.select_related("person"), on or clock.today())
    return sorted(rows, key=lambda member: (member.role != "head", member.pk))


def households_at(*, actor: Actor, dwelling: Place) -> list[Household]:
    """The households of a dwelling that this actor may see, the present ones first."""
    rows = Household.objects.visible_to(actor, Perm.VIEW).filter(dwelling=dwelling)
    return list(rows.order_by("ends_on", "-starts_on"))


def households_named(*, actor: Actor, text: str, within: str = "") -> QuerySet[Household]:
    """Households this actor may see whose dwelling is called so, in one part of the tree."""
    rows = Household.objects.visible_to(actor, Perm.VIEW).below(within)
    named = rows.filter(dwelling__name__contains=text, ends_on=None)
    return named.select_related("dwelling").order_by("pk")


def phone_codes_aged(until: dt.datetime) -> QuerySet[PhoneCode]:
    """Codes by phone that were made before a moment."""
    return PhoneCode.objects.filter(made_at__lt=until)


def _on(rows: Any, day: dt.date) -> Any:
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
