# SPDX-License-Identifier: MulanPSL-2.0
"""Packs and what was loaded when."""

from django.db import models

from linli.base.definitions import BodyField, DefinitionRow
from linli.base.scope import PathField


class Definition(DefinitionRow):
    """A pack's own table, its sources and its stories."""

    class Meta(DefinitionRow.Meta):
        pass


class PackLoad(models.Model):
    """One loading of one version of a pack, bound to a place ("" for base).

    `bodies` holds its definitions as they read after inheritance, with what a load needs to put
    them in force again.
    """

    pack = models.CharField(max_length=64)
    version = models.CharField(max_length=16)
    place_path = PathField(blank=True)
    loaded_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    bodies = BodyField(default=dict)

    class Meta:
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pack}@{self.version}"
