# SPDX-License-Identifier: MulanPSL-2.0
"""An appeal is what one person said; a case is what we handle."""

from typing import ClassVar

from django.db import models

from linli.base.fields import BlindIndexField, EncryptedTextField
from linli.base.scope import ScopedQuerySet
from linli.kernel.accounts.models import Account
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.models import Matter
from linli.modules.appeals.terms import Channel, Mark, ReleaseState


class CaseQuerySet(ScopedQuerySet["Case"]):
    """Cases lie where their matter lies."""

    scope_path: ClassVar[str] = "matter__place__path"


class Case(models.Model):
    """What we handle (办件): one matter of the workflow, made of one or more appeals about the
    same thing.
    """

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="case")
    title = models.CharField(max_length=60)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    about_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False),
                name="appeals_case_whole_point",
            )
        ]

    def __str__(self) -> str:
        return self.title


class AppealQuerySet(ScopedQuerySet["Appeal"]):
    """Appeals lie where they point to."""

    scope_path: ClassVar[str] = "place__path"


class Appeal(models.Model):
    """What one person said (诉求): own number, channel, wish for secrecy, reply and rating.

    `query_code` lets somebody without an account ask how it stands. A confidential reporter's name
    and
    phone are kept here encrypted and nowhere else; `reporter` is then empty. Whoever somebody else
    reports for is named in `for_name` and `for_phone`; `for_person` is the same person if on file.
    From `forgotten_at` on nobody is named any more.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    number = models.CharField(max_length=32, unique=True)
    query_code = models.CharField(max_length=8, unique=True)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    what = models.TextField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reporter = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    for_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_confidential = models.BooleanField(default=False)
    is_minor = models.BooleanField(default=False)
    has_guardian_consent = models.BooleanField(default=False)
    contact_name = EncryptedTextField(context="appeals.appeal.contact_name", blank=True, default="")
    contact_phone = EncryptedTextField(
        context="appeals.appeal.contact_phone", blank=True, default=""
    )
    contact_phone_index = BlindIndexField(
        of="contact_phone", max_length=64, blank=True, default="", db_index=True
    )
    for_name = EncryptedTextField(context="appeals.appeal.for_name", blank=True, default="")
    for_phone = EncryptedTextField(context="appeals.appeal.for_phone", blank=True, default="")
    filed_at = models.DateTimeField(db_index=True)
    filed_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    source = models.CharField(max_length=120, blank=True, default="")
    notice_version = models.CharField(max_length=16, blank=True, default="")
    reply = models.TextField(blank=True, default="")
    replied_at = models.DateTimeField(null=True, blank=True)
    mark = models.CharField(max_length=16, choices=Mark.choices, blank=True, default="")
    mark_reasons = models.JSONField(default=list, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-pk"]

    def __str__(self) -> str:
        return self.number


class PhotoReleaseQuerySet(ScopedQuerySet["PhotoRelease"]):
    """Releases lie where the appeal lies."""

    scope_path: ClassVar[str] = "appeal__place__path"


class PhotoRelease(models.Model):
    """That one photo of an appeal is made ready for the public, and was approved by somebody who
    has looked at the covered copy.

    `boxes` are what was covered, in thousandths of the picture ([x, y, width, height]). Public it
    is only while it is approved and the sender's consent holds.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="releases")
    file_key = models.CharField(max_length=32)
    covered_key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    boxes = models.JSONField(default=list, blank=True)
    state = models.CharField(
        max_length=12, choices=ReleaseState.choices, default=ReleaseState.DRAFT, db_index=True
    )
    covered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    covered_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = PhotoReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_key"], name="appeals_release_once"),
        ]

    def __str__(self) -> str:
        return f"release {self.pk}"
