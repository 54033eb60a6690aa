# SPDX-License-Identifier: MulanPSL-2.0
"""Packs and what was loaded when."""

from django.db import models

from linli.base.definitions import DefinitionRow
from linli.base.scope import PathField


class Definition(DefinitionRow):
    """A pack's own table, its sources and its stories."""

    class Meta(DefinitionRow.Meta):
        pass


class PackLoad(models.Model):
    """One loading of one version of a pack, bound to a place ("" for base)."""

    pack = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    place_path = PathField(blank=True)
    loaded_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pack}@{self.version}"
