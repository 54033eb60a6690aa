# SPDX-License-Identifier: MulanPSL-2.0
"""The words of requests about one's own data."""

import datetime as dt
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WORKFLOW = "data_request"
"""The procedure that carries them (packs/base/workflows/data_request.toml)."""

RECEIVED, ERASING = "received", "erasing"
"""The steps at which the module itself does something."""

ANSWERS = ("grant", "erase", "refuse")
"""The buttons that answer a request; the others the platform presses, or whoever asked."""

COPY_LASTS = dt.timedelta(days=30)
"""How long a copy waits to be fetched; then it is removed."""


class Perm(StrEnum):
    """Permissions over requests; one's own are one's own."""

    ANSWER = "subjects.answer_request"


class Verb(StrEnum):
    """What the record says about requests."""

    FILED = "subjects.request.filed"
    ANSWERED = "subjects.request.answered"
    WITHDRAWN = "subjects.request.withdrawn"
    EMPTIED = "subjects.request.emptied"
    COPY_MADE = "subjects.copy.made"
    COPY_FETCHED = "subjects.copy.fetched"
    COPY_REMOVED = "subjects.copy.removed"


class Event(StrEnum):
    """What requests announce."""

    FILED = "subjects.request_filed"
    ANSWERED = "subjects.request_answered"


class Kind(TextChoices):
    """What is asked (个人信息保护法 第四十五至四十七条)."""

    ACCESS = "access", _("A copy of my data")
    CORRECTION = "correction", _("A correction")
    DELETION = "deletion", _("Deletion")


class Fact(TextChoices):
    """What a person may ask to have corrected."""

    NAME = "name", _("Name of the person")
    PHONE = "phone", _("Telephone")
    ADDRESS = "address", _("Address")
    OTHER = "other", _("Something else")
