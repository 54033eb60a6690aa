# SPDX-License-Identifier: MulanPSL-2.0
"""Packs, what was loaded when, and the drafts of what is to be loaded."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from linli.base.definitions import BodyField, DefinitionRow
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.packs.terms import LIVING, DraftState


class Definition(DefinitionRow):
    """A pack's own table, its sources and its stories."""

    class Meta(DefinitionRow.Meta):
        pass


class PackLoadQuerySet(ScopedQuerySet["PackLoad"]):
    """Loads by the place that their pack is bound to."""

    scope_path: ClassVar[str] = "place_path"


class PackLoad(models.Model):
    """One loading of one version of a pack, bound to a place ("" for base).

    `bodies` holds its definitions as they read after inheritance, with what a load needs to put
    them in force again; `files` the files that say so, by path (none for loads of before they were
    kept); `base_version` the base they were read on.
    """

    pack = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    place_path = PathField(blank=True)
    loaded_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    bodies = BodyField(default=dict)
    files = BodyField(default=dict)
    base_version = models.CharField(max_length=16, blank=True)

    objects = PackLoadQuerySet.as_manager()

    class Meta:
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pack}@{self.version}"


class PackDraftQuerySet(ScopedQuerySet["PackDraft"]):
    """Drafts by place and state."""

    scope_path: ClassVar[str] = "place_path"

    def living(self) -> "PackDraftQuerySet":
        """Drafts that may still come into force."""
        return self.filter(state__in=LIVING)


class PackDraft(models.Model):
    """The files of a pack as somebody wants them to be from a day on, until a second person has
    approved them and they are in force.

    `based_on` is the version that they began with or were joined to since; `problems` says why the
    platform sent it back; `load` is what came of it. `trial` says how far its stories were tried
    and with what outcome (`trials.py`), `story_reason` why it was handed in though one does not
    hold, `handed_in` how often it was.
    """

    pack = models.CharField(max_length=64)
    place_path = PathField()
    based_on = models.CharField(max_length=16)
    files = BodyField(default=dict)
    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=DraftState.choices, default=DraftState.OPEN)
    author_id = models.BigIntegerField()
    approver_id = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    problems = models.JSONField(default=list)
    trial = models.JSONField(default=dict)
    story_reason = models.CharField(max_length=500, blank=True)
    handed_in = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    load = models.OneToOneField(
        PackLoad, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )

    objects = PackDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(approver_id__isnull=True) | ~Q(approver_id=F("author_id")),
                name="pack_draft_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DraftState.APPROVED, DraftState.IN_FORCE])
                | Q(approver_id__isnull=False, effective_on__isnull=False),
                name="pack_draft_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack}+{self.pk}"


class PackEdit(models.Model):
    """One change of one row or value of a draft (`part` of a definition): who made it and when."""

    draft = models.ForeignKey(PackDraft, on_delete=models.CASCADE, related_name="edits")
    name = models.CharField(max_length=140)
    part = models.CharField(max_length=200, blank=True)
    account_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.part}".strip()
