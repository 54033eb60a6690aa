# SPDX-License-Identifier: MulanPSL-2.0
"""Places: a dated tree from the city down to the dwelling."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Func, Q, Value

from linli.base.definitions import DefinitionRow
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.places.rules import codes_of


class _Holds(Func):
    """Whether a JSON list holds a word, on both databases."""

    output_field: ClassVar[models.Field[Any, Any]] = models.BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " ? "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite looks through the list."""
        template = "(EXISTS (SELECT 1 FROM json_each(%(expressions)s))"
        joiner = ") WHERE value = "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joiner, **context)


class PlaceQuerySet(ScopedQuerySet["Place"]):
    """Places by day and by where they lie."""

    scope_path: ClassVar[str] = "path"

    def on(self, day: dt.date) -> Self:
        """Places that exist on that day."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        )

    def of_kind(self, kind: str = "", tag: str = "") -> Self:
        """Places of a kind and with a tag; an empty word asks for nothing."""
        rows = self.filter(kind=kind) if kind else self.all()
        return rows.filter(_Holds(F("tags"), Value(tag))) if tag else rows

    def plain(self) -> Self:
        """Without the boundaries, which no list needs."""
        return self.defer("boundary")


class Place(models.Model):
    """A city, district, subdistrict, community, grid, building … as it lies in the tree.

    `code` is the statistical code at its level's digits (6, 9 or 12) or, below the community, the
    community's code with a suffix. `path` is the codes from the top down, each followed by "/".
    `level`, `kind` and `tags` are keys of the pack's `[level.…]`; a place without `starts_on` has
    always been there, and `ends_on` is its last day. `boundary` is a GeoJSON polygon in WGS-84;
    `lon` and `lat` are a point inside it. `is_loose` marks a place that an import put at the top
    only for want of its parent: the import that brings the parent hangs it there.
    """

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=32)
    kind = models.CharField(max_length=32, blank=True)
    tags = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    compound = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="buildings"
    )
    path = PathField(unique=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    boundary = models.JSONField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    is_loose = models.BooleanField(default=False)
    updated_at = models.DateTimeField(db_index=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["level", "path"], name="place_level_path"),
            models.Index(
                fields=["updated_at"], condition=Q(boundary__isnull=False), name="place_bounded"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="place_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> dict[str, str]:
        """The name in both languages."""
        return {"zh": self.name, "en": self.name_en}

    @property
    def codes(self) -> list[str]:
        """The codes from the top place down to this one."""
        return codes_of(self.path)

    @property
    def depth(self) -> int:
        """How many places lie above it."""
        return self.path.count("/") - 1

    def is_under(self, path: str) -> bool:
        """Whether it is the place with that path or lies below it."""
        return self.path.startswith(path)

    def exists_on(self, day: dt.date) -> bool:
        """Whether it exists on that day."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )


class PlaceAlias(models.Model):
    """A code that a place went by before, or that a place now merged into it had."""

    code = models.CharField(max_length=64, unique=True)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="aliases")
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.code} → {self.place_id}"


class Definition(DefinitionRow):
    """Levels as the packs write them."""


class PlaceTerm(models.Model):
    """How a place was called, where it lay and what it counted as until a day, before it was
    renamed, moved, given another code or another kind; its boundary of then where it took in
    another place.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="terms")
    name = models.CharField(max_length=200)
    path = PathField()
    kind = models.CharField(max_length=32, blank=True)
    tags = models.JSONField(default=list, blank=True)
    boundary = models.JSONField(null=True, blank=True)
    until = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["until", "pk"]
        indexes: ClassVar = [models.Index(fields=["place", "until"], name="place_term_until")]

    def __str__(self) -> str:
        return f"{self.name} – {self.until}"


class PlaceSuccession(models.Model):
    """A place that ended and what came after it: one place after a merge, several after a split."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="predecessions")
    on = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "successor"], name="place_succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} → {self.successor_id}"
