# SPDX-License-Identifier: MulanPSL-2.0
"""Texts as the packs write them, and the notices made of them."""

import re
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from linli.base.definitions import DefinitionRow
from linli.base.fields import EncryptedTextField
from linli.base.scope import PathField, ScopedQuerySet
from linli.kernel.notify.terms import LINK

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
