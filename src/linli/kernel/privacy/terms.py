# SPDX-License-Identifier: MulanPSL-2.0
"""The words of privacy notices and consents."""

import re
from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from linli.base.errors import Message


class Perm(StrEnum):
    """Permissions over privacy notices; one's consents are one's own."""

    PUBLISH = "privacy.publish_notice"


class Verb(StrEnum):
    """What the record says about notices and consents."""

    NOTICE_DRAFTED = "privacy.notice.drafted"
    NOTICE_DROPPED = "privacy.notice.dropped"
    NOTICE_PUBLISHED = "privacy.notice.published"
    NOTICE_SHOWN = "privacy.notice.shown"
    CONSENT_GIVEN = "privacy.consent.given"
    CONSENT_WITHDRAWN = "privacy.consent.withdrawn"


class Event(StrEnum):
    """What is announced about notices and consents."""

    NOTICE_PUBLISHED = "privacy.notice_published"
    CONSENT_GIVEN = "privacy.consent_given"
    CONSENT_WITHDRAWN = "privacy.consent_withdrawn"


class Purpose(TextChoices):
    """For what the ground is consent, each asked for by itself (个人信息保护法 "
    "第十四、二十五、二十九条)."""

    PUBLISH_PHOTO = "publish_photo", _("Publish the photos of a report of mine")
    MESSAGES = "messages", _("Send me messages beyond my own matters")
    SENSITIVE = "sensitive", _("Keep sensitive facts about me, such as on health")


PURPOSE_HELP: Mapping[str, Message] = {
    Purpose.PUBLISH_PHOTO: _(
        "Only those photos, only after somebody has covered faces and plates by hand."
    ),
    Purpose.MESSAGES: _(
        "Notices of events and activities. Messages about your own matters come anyway."
    ),
    Purpose.SENSITIVE: _("For help that depends on them. Nothing else is refused to you without."),
}

GENERAL = (Purpose.MESSAGES, Purpose.SENSITIVE)
"""Purposes that concern a person as a whole; the others concern one thing each."""

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,15}")
LONGEST_TEXT = 20_000
LONGEST_CHANGES = 2_000

PERMISSION_LABELS: Mapping[str, Mapping[str, str]] = {
    Perm.PUBLISH: {"zh": "起草和发布隐私政策", "en": "Draft and publish privacy notices"},
}

VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.NOTICE_DRAFTED: {"zh": "起草了隐私政策", "en": "drafted a privacy notice"},
    Verb.NOTICE_DROPPED: {"zh": "删去了隐私政策草稿", "en": "dropped a draft of a privacy notice"},
    Verb.NOTICE_PUBLISHED: {"zh": "发布了隐私政策", "en": "published a privacy notice"},
    Verb.NOTICE_SHOWN: {"zh": "出示了隐私政策", "en": "was shown a privacy notice"},
    Verb.CONSENT_GIVEN: {"zh": "同意了", "en": "agreed"},
    Verb.CONSENT_WITHDRAWN: {"zh": "撤回了同意", "en": "withdrew consent"},
}
