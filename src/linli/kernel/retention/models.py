# SPDX-License-Identifier: MulanPSL-2.0
"""How long classes of rows are kept where somebody said so, and the ledger of what went."""

from typing import ClassVar

from django.db import models

from linli.kernel.accounts.models import Account


class RetentionPeriod(models.Model):
    """For how many days a class is kept, unlike its owner's own rule; `version` counts changes."""

    name = models.CharField(primary_key=True, max_length=100)
    days = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class RetentionRun(models.Model):
    """One line of the ledger: what went of a class, from its oldest row to its newest.

    `version` is that of the period (0: its owner's own), `until` the moment before which rows had
    their time. `digest` runs through the keys of all that went, in their order, so that a list of
    them can be checked against it. Without `ended_at` the run goes on. Wall time.
    """

    name = models.CharField(max_length=100)
    manner = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    until = models.DateTimeField()
    rows = models.PositiveBigIntegerField(default=0)
    oldest = models.DateTimeField(null=True, blank=True)
    newest = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(ended_at__isnull=True),
                name="retention_one_run_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
