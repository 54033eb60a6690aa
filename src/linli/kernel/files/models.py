# SPDX-License-Identifier: MulanPSL-2.0
"""Uploaded files: what was kept, for which thing, and at which place; and lists that were asked for
as a file.
"""

from typing import ClassVar

from django.db import models

from linli.base.fields import EncryptedTextField
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.accounts.models import Account
from linli.kernel.files.terms import ExportState, Format, Personal


class StoredFile(models.Model):
    """A photo or paper that hangs on something ("appeals.appeal", "17"), found by a random key.

    The bytes lie under the data folder; pictures are kept as JPEG without anything but the picture.
    `size` is in bytes, `width` and `height` in pixels (empty for papers).
    """

    key = models.CharField(max_length=32, unique=True)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    owner_kind = models.CharField(max_length=64)
    owner_key = models.CharField(max_length=64)
    place_path = PathField(blank=True, default="")
    uploaded_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner_kind", "owner_key"], name="files_owner")]

    def __str__(self) -> str:
        return self.key


class ExportQuerySet(ScopedQuerySet["Export"]):
    """An export lies at the place that holds everything its asker may see."""

    scope_path: ClassVar[str] = "place_path"


class Export(models.Model):
    """A list that somebody asked to have as a file, for a purpose (导出).

    `source` is the key of an `ExportSource`, `query` the filters of its page, sealed because people
    search for names. `rows` counts those that were there when it was asked for, `rows_made` those
    written by now. The file is found by `key`, can be fetched until `ends_at`, and is `sha256`.
    """

    source = models.CharField(max_length=64)
    query = EncryptedTextField(context="files.export.query", blank=True, default="")
    purpose = models.CharField(max_length=200)
    personal = models.CharField(max_length=16, choices=Personal.choices)
    format = models.CharField(max_length=8, choices=Format.choices)
    language = models.CharField(max_length=16)
    place_path = PathField()
    state = models.CharField(max_length=16, choices=ExportState.choices, db_index=True)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    has_second_factor = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    rows = models.PositiveIntegerField()
    rows_made = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=32, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="files_export_second_person",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What it is called, on pages and in its file."""
        return f"EX{self.pk:06}"

    @property
    def file_name(self) -> str:
        """What its file is called on its way out."""
        return f"linli-{self.number}.{self.format}"
