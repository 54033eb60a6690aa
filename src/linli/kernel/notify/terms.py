# SPDX-License-Identifier: MulanPSL-2.0
"""The words of notices."""

from enum import StrEnum

NAMES = ("matter", "place", "unit", "person", "step", "due", "late_by", "reason", "number", "link")
"""What a text may name in braces."""

LINK = "{link}"
"""Stays in a kept body: every sender puts its own address there, the inbox none."""


class Perm(StrEnum):
    """Permissions over notices; one's own need none."""

    VIEW = "notify.view"


class Verb(StrEnum):
    """What the record says about notices."""

    NOTICE_SENT = "notify.notice.sent"
    NOTICES_ERASED = "notify.notices.erased"


class Event(StrEnum):
    """What notify announces."""

    NOTICE_SENT = "notify.notice_sent"
