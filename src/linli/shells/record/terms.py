# SPDX-License-Identifier: MulanPSL-2.0
"""The words of checking the record."""

from enum import StrEnum


class Verb(StrEnum):
    """What the record says about its own checking."""

    CHECK_ASKED = "record.check.asked"
    CHECK_DONE = "record.check.done"
    ANCHORED = "record.anchored"


class Event(StrEnum):
    """What is announced."""

    ANCHORED = "record.anchored"
    DROPPED = "record.dropped"


VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.CHECK_ASKED: {"zh": "要求核对操作记录", "en": "asked to have the record checked"},
    Verb.CHECK_DONE: {"zh": "核对完操作记录", "en": "finished checking the record"},
    Verb.ANCHORED: {
        "zh": "把操作记录的封印送到了外面",
        "en": "sent the seal of the record outside",
    },
}

CHECK = ("record.check", "whole")
"""Under which subject the record keeps its own checks."""
