# SPDX-License-Identifier: MulanPSL-2.0
"""Ballots and the marks given in them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from linli.base.definitions import DefinitionRow
from linli.base.scope import ScopedQuerySet
from linli.engines.ballots.terms import VALUES, Result, Via
from linli.kernel.forms.fields import SealedValuesField
from linli.kernel.workflow.models import Matter


class Definition(DefinitionRow):
    """Ballots as the packs write them."""

    class Meta(DefinitionRow.Meta):
        pass


class BallotQuerySet(ScopedQuerySet["Ballot"]):
    """Ballots lie where their matter lies."""

    scope_path: ClassVar[str] = "matter__place__path"


class Ballot(models.Model):
    """One asking for a mark on one matter; asked again it is another ballot, and this one stays
    on file.

    `gate_key` is the key under which the matter asked for it. It keeps its definition's version
    to the end.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="ballots")
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    gate_key = models.CharField(max_length=100, unique=True)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)
    derivation = models.JSONField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=Result.choices, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["closes_at"],
                condition=models.Q(closed_at__isnull=True),
                name="ballot_open_closes",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, result="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(result="")),
                name="ballot_closes_with_a_result",
            )
        ]

    def __str__(self) -> str:
        return self.gate_key


class Vote(models.Model):
    """The mark that was given, by whoever filed the matter or by a clerk who asked them (`via`
    phone)."""

    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="vote")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    via = models.CharField(max_length=8, choices=Via.choices)
    mark = models.CharField(max_length=64)
    reasons = models.JSONField(default=list, blank=True)
    values = SealedValuesField(context=VALUES, default=dict, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.mark}"
