# SPDX-License-Identifier: MulanPSL-2.0
"""Persons and households: who lives here, with what is personal kept encrypted."""

from typing import ClassVar

from django.db import models

from linli.base.fields import BlindIndexField, EncryptedTextField
from linli.base.scope import ScopedQuerySet
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import NameKey
from linli.kernel.people.terms import (
    ADDRESS_CONTEXT,
    ID_NUMBER_CONTEXT,
    PHONE_CONTEXT,
    ErasureState,
    MemberRole,
    Privacy,
)
from linli.kernel.places.models import Place


class PersonQuerySet(ScopedQuerySet["Person"]):
    """People lie at the place they belong to."""

    scope_path: ClassVar[str] = "place__path"


class Person(models.Model):
    """Somebody the community knows: a resident, a worker, a child.

    Phone, ID number and contact address are encrypted; phone and ID number are found by a blind
    index, an address is only ever read. `city_code` is the city within which an ID number is one
    person: two cities in one database never learn of each other's people. Once lawfully erased only
    the row stays, nobody's, for what points at it.
    """

    name = models.CharField(max_length=100, db_index=True)
    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="person"
    )
    name_key = models.ForeignKey(NameKey, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    city_code = models.CharField(max_length=64, blank=True, default="")
    birth_on = models.DateField(null=True, blank=True)
    privacy = models.CharField(max_length=16, choices=Privacy.choices, default=Privacy.PERSONAL)
    guardian = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="wards"
    )
    phone = EncryptedTextField(context=PHONE_CONTEXT, blank=True, default="")
    phone_index = BlindIndexField(of="phone", max_length=64, blank=True, default="", db_index=True)
    id_number = EncryptedTextField(context=ID_NUMBER_CONTEXT, blank=True, default="")
    id_number_index = BlindIndexField(
        of="id_number", max_length=64, blank=True, default="", db_index=True
    )
    address = EncryptedTextField(context=ADDRESS_CONTEXT, blank=True, default="")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city_code", "id_number_index"],
                condition=~models.Q(id_number_index=""),
                name="people_id_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(guardian__isnull=True) | ~models.Q(guardian=models.F("pk")),
                name="people_not_own_guardian",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class ErasureQuerySet(ScopedQuerySet["Erasure"]):
    """They lie where the person belongs."""

    scope_path: ClassVar[str] = "person__place__path"


class Erasure(models.Model):
    """That somebody asked for a person to be lawfully erased, and what a second person said.

    `clause` is the provision that asks for it, `reason` on whose order, `kept` what stays by which
    law; `request` is the number of the request that it answers, if one does.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasures")
    clause = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    kept = models.CharField(max_length=500, blank=True, default="")
    request = models.CharField(max_length=32, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=ErasureState.choices, default=ErasureState.WAITING
    )
    asked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=500, blank=True, default="")

    objects = ErasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state=ErasureState.WAITING),
                name="people_one_erasure_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class HouseholdQuerySet(ScopedQuerySet["Household"]):
    """Households lie at their dwelling."""

    scope_path: ClassVar[str] = "dwelling__path"


class Household(models.Model):
    """People who live together in one dwelling (户); the dwelling (房屋) is a place."""

    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="households")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = HouseholdQuerySet.as_manager()

    def __str__(self) -> str:
        return f"household {self.pk}"


class HouseholdMemberQuerySet(ScopedQuerySet["HouseholdMember"]):
    """Members lie where their household lies."""

    scope_path: ClassVar[str] = "household__dwelling__path"


class HouseholdMember(models.Model):
    """Somebody's time in a household, from–to."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=MemberRole.choices, default=MemberRole.OTHER)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = HouseholdMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=models.Q(ends_on__isnull=True),
                name="people_member_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="people_member_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"


class PhoneCode(models.Model):
    """A code sent to a phone, as digests: neither number nor code can be read from it. Only the
    newest of a phone is kept; what is over goes within the hour.
    """

    phone_index = BlindIndexField(max_length=64, db_index=True)
    code_index = BlindIndexField(max_length=64)
    made_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"phone code {self.pk}"
