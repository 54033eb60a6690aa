# SPDX-License-Identifier: MulanPSL-2.0
"""Registers: their definitions, their records, what these point to, and every value they ever had.

Why so: docs/decisions/0036.
"""

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from linli.base import crypto
from linli.base.crypto import Purpose
from linli.base.definitions import DefinitionRow
from linli.base.fields import Keyed
from linli.base.scope import PathField, ScopedQuerySet
from linli.engines.registers.terms import SLOTS, VALUES, WORD, ImportState, Source, State
from linli.kernel.forms.fields import SealedValuesField
from linli.kernel.forms.rules.sealing import unseal
from linli.kernel.people.models import Household, Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
else:
    _CharField = models.CharField


class Definition(DefinitionRow):
    """Registers as the packs write them."""

    class Meta(DefinitionRow.Meta):
        pass


class Slot(models.Model):
    """Which word of its records keeps a field of a register that is declared `find`.

    One that was given once stays with its field, so that records of before are found. In one
    database a field of a register has one `type`, whatever city writes it down.
    """

    register = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    type = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "field"], name="register_slot_of_a_field"),
            models.UniqueConstraint(fields=["register", "number"], name="register_slot_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=SLOTS), name="register_slots"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register}.{self.field}: {self.number}"


class WordField(Keyed, _CharField):
    """A word by which a record is found, in the order of its bytes on both databases.

    That of a personal value is a blind index, made anew from the record's sealed values.
    """

    purpose = Purpose.INDEX
    of = "values"

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Its own class, for the collation."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs

    def db_parameters(self, connection: Any) -> Any:
        """PostgreSQL would compare by the rules of a language."""
        found = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            found["collation"] = "C"
        return found

    def renewed(self, stored: str, *, pk: object, beside: str) -> Any:
        """The index under the newest key of the one sealed value that it was made from."""
        del pk
        for value in unseal(json.loads(beside), context=VALUES).values():
            if stored in crypto.blind_indexes(str(value), context=WORD):
                return models.Value(crypto.blind_index(str(value), context=WORD), self)
        return models.Value(stored, self)


class RecordQuerySet(ScopedQuerySet["Record"]):
    """Records by place and day."""

    scope_path: ClassVar[str] = "place_path"

    def valid(self, day: dt.date) -> Self:
        """Records that stand and whose time it is."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            state=State.STANDING,
            starts_on__lte=day,
        )


class Record(models.Model):
    """One record of a register: at a place, about somebody or something, valid from–to.

    `values` holds the fields that the register owns, personal ones sealed; `definition` is the
    version under which they were written last. `word_1` to `word_12` repeat the fields by which it
    is found (`Slot`). `starts_on` and `ends_on` repeat `from_date` and `until_date`; one without
    `ends_on` is valid until it is ended. By `due_on` somebody must see to it; `told_until` is the
    last such day of which its keepers were told. `revision` counts its changes.
    """

    register = models.CharField(max_length=64)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="records")
    place_path = PathField(db_index=False)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.STANDING)
    told_until = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True, default="")
    values = SealedValuesField(context=VALUES, default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    word_1 = WordField(max_length=400, null=True, blank=True)
    word_2 = WordField(max_length=400, null=True, blank=True)
    word_3 = WordField(max_length=400, null=True, blank=True)
    word_4 = WordField(max_length=400, null=True, blank=True)
    word_5 = WordField(max_length=400, null=True, blank=True)
    word_6 = WordField(max_length=400, null=True, blank=True)
    word_7 = WordField(max_length=400, null=True, blank=True)
    word_8 = WordField(max_length=400, null=True, blank=True)
    word_9 = WordField(max_length=400, null=True, blank=True)
    word_10 = WordField(max_length=400, null=True, blank=True)
    word_11 = WordField(max_length=400, null=True, blank=True)
    word_12 = WordField(max_length=400, null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["register", "place_path"],
                name="record_at_place",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
            models.Index(
                fields=["register", "due_on"],
                name="record_due",
                condition=Q(state=State.STANDING, due_on__isnull=False),
            ),
            *(
                models.Index(
                    fields=["register", f"word_{number}"],
                    name=f"record_word_{number}",
                    condition=Q(**{f"word_{number}__isnull": False}),
                )
                for number in range(1, SLOTS + 1)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="record_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register}:{self.pk}"


class Uniqueness(models.Model):
    """That a standing record has some fields (`number`: which rule) to itself in its city.

    `digest` is SHA-256 over their words. It goes when the record ends.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="uniquenesses")
    register = models.CharField(max_length=64)
    city = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "city", "number", "digest"], name="register_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"


TARGETS = ("person", "household", "place", "unit", "target")
"""The columns of a link; the last one is another record."""


def _one_of(columns: tuple[str, ...]) -> Q:
    """That exactly one of these columns is filled."""
    found = Q(pk__in=[])
    for chosen in columns:
        found |= Q(**{f"{column}__isnull": column != chosen for column in columns})
    return found


class LinkQuerySet(ScopedQuerySet["Link"]):
    """Links lie where their record lies."""

    scope_path: ClassVar[str] = "record__place_path"


class Link(models.Model):
    """What a field of a record points to, held by the database; exactly one of the five."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links")
    field = models.CharField(max_length=64)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="record_links"
    )
    household = models.ForeignKey(
        Household, null=True, blank=True, on_delete=models.PROTECT, related_name="record_links"
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="record_links"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="record_links"
    )
    target = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.PROTECT, related_name="linked_from"
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "field"], name="record_link_of_a_field"),
            models.CheckConstraint(condition=_one_of(TARGETS), name="record_link_points_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}.{self.field}"


class Revision(models.Model):
    """What one change made of a record: the fields it changed as they were from then on.

    A field that was emptied is null. `source` and `source_key` say where the values came from.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.HAND)
    source_key = models.CharField(max_length=100, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    values = SealedValuesField(context=VALUES, default=dict, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "number"], name="record_revision")
        ]

    def __str__(self) -> str:
        return f"{self.record_id}@{self.number}"


class ImportQuerySet(ScopedQuerySet["Import"]):
    """Lists by the place below which their rows go."""

    scope_path: ClassVar[str] = "place_path"


class Import(models.Model):
    """A list that somebody takes into a register below a place.

    `file` is the key of what was sent, which goes when all is done; `heads` says under which head
    each column is found. The counts are those of the run that is under way or was last, `after` the
    line up to which it came.
    """

    register = models.CharField(max_length=64)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_path = PathField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="register_imports"
    )
    name = models.CharField(max_length=200)
    file = models.CharField(max_length=32, blank=True, default="")
    heads = models.JSONField(default=dict, blank=True)
    found = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=16, choices=ImportState.choices, default=ImportState.OPENED)
    why = models.CharField(max_length=300, blank=True, default="")
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.register} {self.name}"


class ImportTrouble(models.Model):
    """A row of a list that was not taken, at which column, and why."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="troubles")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=100, blank=True, default="")
    why = models.CharField(max_length=300)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["of", "line"], name="import_trouble_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.why}"
