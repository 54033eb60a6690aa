# SPDX-License-Identifier: MulanPSL-2.0
"""Units: offices, committees, companies; and who belongs to them from when to when."""

import datetime as dt
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linli.base import text
from linli.base.definitions import DefinitionRow
from linli.base.scope import ScopedQuerySet
from linli.kernel.places.models import Place

_Dated = TypeVar("_Dated", bound=models.Model)

ENDS_AFTER_START = (
    Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
)


class DatedQuerySet(ScopedQuerySet[_Dated]):
    """Rows that hold from one day to another."""

    def on(self, day: dt.date) -> Self:
        """Rows in effect on that day; no first day means always, no last day means still."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        )


class UnitQuerySet(DatedQuerySet["Unit"]):
    """Units by day and place."""

    scope_path: ClassVar[str] = "place__path"


class Unit(models.Model):
    """An office (单位) at a place: each subdistrict has its own `subdistrict_office`, for instance.

    `successor` is the unit that took over its work when it was merged or closed.
    """

    key = models.CharField(max_length=64)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="units")
    label = models.JSONField()
    kind = models.CharField(max_length=32, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    clause = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "place"], name="unit_key_at_place"),
            models.CheckConstraint(condition=ENDS_AFTER_START, name="unit_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return text.label(self.label)

    def exists_on(self, day: dt.date) -> bool:
        """Whether it works on that day."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )


class MembershipQuerySet(DatedQuerySet["Membership"]):
    """Memberships by day and place."""

    scope_path: ClassVar[str] = "unit__place__path"


class Membership(models.Model):
    """An account belongs to a unit from one day to another, perhaps standing in for somebody.

    One taken back on the day it began ends the day before: it never held.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    stand_in_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="stand_ins"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "unit", "starts_on"], name="membership_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} ∈ {self.unit_id}"


class Definition(DefinitionRow):
    """What a unit of some key is called wherever a pack names none of its own
    (`subdistrict_office`).
    """
