# SPDX-License-Identifier: MulanPSL-2.0
"""What the pages themselves remember: which forms were taken, and who has what open just now."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """A form that was taken, by the key its page gave it and a fingerprint of its content.

    `location` is where its writer was sent afterwards. Rows go after a month (retention).
    """

    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "digest"], name="frame_submission_once")
        ]

    def __str__(self) -> str:
        return str(self.key)


class Presence(models.Model):
    """An account had a page open at a moment; kept for minutes."""

    subject = models.CharField(max_length=80)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "account"], name="frame_presence_once")
        ]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="frame_presence_seen")]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.subject}"
