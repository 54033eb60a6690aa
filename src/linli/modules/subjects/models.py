# SPDX-License-Identifier: MulanPSL-2.0
"""Requests of residents about their own data."""

from typing import ClassVar

from django.db import models

from linli.base.fields import EncryptedTextField
from linli.base.scope import ScopedQuerySet
from linli.kernel.people.models import Person
from linli.kernel.workflow.models import Matter
from linli.modules.subjects.terms import Fact, Kind


class DataRequestQuerySet(ScopedQuerySet["DataRequest"]):
    """Requests lie where their matter lies."""

    scope_path: ClassVar[str] = "matter__place__path"


class DataRequest(models.Model):
    """What somebody asks about their own data: a matter, with the words kept encrypted.

    `fact` is what a correction is about. `copy` is the text of the copy until `copy_until`;
    `language` the one it is written in. From `forgotten_at` on the words are gone.
    """

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="data_request")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    fact = models.CharField(max_length=16, choices=Fact.choices, blank=True, default="")
    wish = EncryptedTextField(context="subjects.datarequest.wish", blank=True, default="")
    answer = EncryptedTextField(context="subjects.datarequest.answer", blank=True, default="")
    law = models.CharField(max_length=200, blank=True, default="")
    copy = EncryptedTextField(context="subjects.datarequest.copy", blank=True, default="")
    copy_until = models.DateTimeField(null=True, blank=True, db_index=True)
    language = models.CharField(max_length=16, default="zh-hans")
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return self.matter.number
