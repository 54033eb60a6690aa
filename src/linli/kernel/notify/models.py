# SPDX-License-Identifier: MulanPSL-2.0
"""Texts as the packs write them, and the notices made of them."""

import re
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from linli.base.definitions import DefinitionRow
from linli.base.fields import EncryptedTextField
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.notify.terms import (
    ADDRESS_CONTEXT,
    LETTER_CONTEXT,
    LINK,
    TITLE_CONTEXT,
    Channel,
    LetterKind,
    LetterState,
)

_LEAD_IN = re.compile(r"[^。.!?！？;；]*[：:]\s*\{link\}[。.]?|\s*\{link\}[。.]?")


class Definition(DefinitionRow):
    """Texts as the packs write them."""

    class Meta(DefinitionRow.Meta):
        pass


class NoticeQuerySet(ScopedQuerySet[Any]):
    """Notices lie where the thing they speak of lies."""

    scope_path: ClassVar[str] = "place_path"


class Notice(models.Model):
    """One message to one account; `key` keeps it single, so that sending twice sends once.

    The body may name people and is kept encrypted; in it "{link}" stands where a sender puts an
    address. `link` is the address inside the platform.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    key = models.CharField(max_length=140, unique=True)
    text_key = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    body = EncryptedTextField(context="notify.notice.body")
    link = models.CharField(max_length=200, blank=True)
    place_path = PathField(blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-sent_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["account", "read_at"], name="notice_account_read"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def said(self) -> str:
        """The body as the inbox shows it, where the link is a button of its own."""
        return _LEAD_IN.sub("", self.body).strip()

    def said_with(self, address: str) -> str:
        """The body as a sender outside the platform writes it, with a whole address in its
        place."""
        return str(self.body).replace(LINK, address)


class Letter(models.Model):
    """One mail or text message that leaves the platform; `key` keeps it single, and is what a
    gateway knows it by.

    Kept in the transaction of the deed that it tells of, sent by a job. `SENDING` is committed
    before the hand-over, so that one whose worker is killed is found and marked uncertain;
    `is_doubtful` says that it may have arrived at an earlier try. A letter in doubt without
    `next_try_at` waits for a person. Once it is over, nothing personal is left in it. Times are
    wall time.
    """

    key = models.CharField(max_length=140, unique=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    kind = models.CharField(max_length=20, choices=LetterKind.choices)
    address = EncryptedTextField(context=ADDRESS_CONTEXT, blank=True)
    title = EncryptedTextField(context=TITLE_CONTEXT, blank=True, default="")
    body = EncryptedTextField(context=LETTER_CONTEXT, blank=True)
    message_id = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(
        max_length=12, choices=LetterState.choices, default=LetterState.WAITING
    )
    is_doubtful = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "next_try_at"],
                condition=models.Q(
                    state__in=[LetterState.WAITING, LetterState.SENDING, LetterState.UNCERTAIN]
                ),
                name="notify_letter_open",
            ),
            models.Index(fields=["state", "made_at"], name="notify_letter_state"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Carrier(models.Model):
    """By whom letters of a channel leave: one worker at a time holds it until `busy_until`, and
    nobody tries before `rest_until` after a server that was not there.
    """

    channel = models.CharField(max_length=8, choices=Channel.choices, unique=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.channel
