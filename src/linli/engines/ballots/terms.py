# SPDX-License-Identifier: MulanPSL-2.0
"""The words of ballots."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

VALUES = "ballots.vote.values"
"""The context under which personal fields of what was answered beside a mark are sealed."""

MAX_NOTE = 2000


class Verb(StrEnum):
    """What the record says about ballots."""

    OPENED = "ballots.ballot.opened"
    RATED = "ballots.ballot.rated"
    LAPSED = "ballots.ballot.lapsed"


VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.OPENED: {"zh": "请人评价", "en": "asked for a rating"},
    Verb.RATED: {"zh": "评价了", "en": "gave a rating"},
    Verb.LAPSED: {"zh": "到期没有评价", "en": "let a rating lapse"},
}


class Event(StrEnum):
    """What ballots announce."""

    OPENED = "ballots.opened"
    CLOSED = "ballots.closed"


class Via(TextChoices):
    """How a mark reached us."""

    WEB = "web", _("Online")
    PHONE = "phone", _("By telephone")
    PAPER = "paper", _("On paper")


class Result(TextChoices):
    """How a rating ended."""

    GOOD = "good", _("Rated good")
    BAD = "bad", _("Rated bad")
    SILENT = "silent", _("No mark")
