# SPDX-License-Identifier: MulanPSL-2.0
"""The words of notices."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

NAMES = ("matter", "place", "unit", "person", "step", "due", "late_by", "reason", "number", "link")
"""What a text may name in braces."""

LINK = "{link}"
"""Stays in a kept body: every sender puts its own address there, the inbox none."""


class Perm(StrEnum):
    """Permissions over notices; one's own need none."""

    VIEW = "notify.view"
    SETTLE = "notify.settle_letter"


class Verb(StrEnum):
    """What the record says about notices."""

    NOTICE_SENT = "notify.notice.sent"
    NOTICES_ERASED = "notify.notices.erased"
    LETTER_REPEATED = "notify.letter.repeated"
    LETTER_LEFT = "notify.letter.left"


class Event(StrEnum):
    """What notify announces."""

    NOTICE_SENT = "notify.notice_sent"


class Channel(TextChoices):
    """The ways by which a letter leaves."""

    SMS = "sms", _("Text message")
    MAIL = "mail", _("E-mail")


class LetterKind(TextChoices):
    """What a letter is about."""

    PHONE_CODE = "phone_code", _("Code by phone")
    RECORD_SEALED = "record_sealed", _("The record was sealed")


class LetterState(TextChoices):
    """How a letter stands."""

    WAITING = "waiting", _("To be sent")
    SENDING = "sending", _("Being handed over")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Uncertain")
    REFUSED = "refused", _("Refused")
    GIVEN_UP = "given_up", _("Given up")
    LEFT = "left", _("Left as it is")


ADDRESS_CONTEXT = "notify.letter.address"
TITLE_CONTEXT = "notify.letter.title"
LETTER_CONTEXT = "notify.letter.body"

STOPPED = "stopped"
"""The trouble of a letter whose worker was killed while it handed over."""

OVER = "over"
"""The trouble of a letter that nobody needs any more."""
