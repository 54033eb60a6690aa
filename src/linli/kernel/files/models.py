# SPDX-License-Identifier: MulanPSL-2.0
"""Uploaded files: what was kept, for which thing, and at which place."""

from django.db import models

from linli.base.scope import PathField
from linli.kernel.accounts.models import Account


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
