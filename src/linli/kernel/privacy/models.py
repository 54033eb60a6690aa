# SPDX-License-Identifier: MulanPSL-2.0
"""Privacy notices by version, and what people agreed to under which."""

from django.db import models

from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.accounts.models import Account
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.kernel.privacy.terms import Purpose


class PrivacyNoticeQuerySet(ScopedQuerySet["PrivacyNotice"]):
    """Notices lie at the place whose people they speak to."""


class PrivacyNotice(models.Model):
    """What a city tells people about their data (隐私政策), in one version.

    A draft until it is published; a published one never changes. Its text is paragraphs; the first
    line of a paragraph of several lines is its heading. `asks_again` are the purposes for which an
    older consent holds no longer once it is in force.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=16)
    text_zh = models.TextField()
    text_en = models.TextField()
    changes_zh = models.TextField(blank=True, default="")
    changes_en = models.TextField(blank=True, default="")
    asks_again = models.JSONField(default=list, blank=True)
    starts_on = models.DateField()
    drafted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "version"], name="privacy_notice_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, in_force_at__isnull=True)
                | models.Q(published_at__isnull=False, in_force_at__isnull=False),
                name="privacy_notice_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.version


class Consent(models.Model):
    """That somebody agreed to one purpose, perhaps about one thing, after reading one version.

    Whose it is: `account`, or `person` where a guardian gave it for a child. It stands until it is
    withdrawn or a newer notice asks again.
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(max_length=32, choices=Purpose.choices)
    subject_kind = models.CharField(max_length=64, blank=True, default="")
    subject_key = models.CharField(max_length=64, blank=True, default="")
    notice_version = models.CharField(max_length=16)
    within_path = PathField(blank=True, default="", db_index=False)
    given_at = models.DateTimeField()
    is_by_guardian = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="privacy_consent_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose", "subject_kind", "subject_key"],
                condition=models.Q(withdrawn_at__isnull=True, account__isnull=False),
                name="privacy_consent_of_account_once",
            ),
            models.UniqueConstraint(
                fields=["person", "purpose", "subject_kind", "subject_key"],
                condition=models.Q(withdrawn_at__isnull=True, account__isnull=True),
                name="privacy_consent_of_person_once",
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class NoticeShown(models.Model):
    """Which version somebody was shown when they signed in, the first time each."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=16)
    shown_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "version"], name="privacy_notice_shown_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.version}"
