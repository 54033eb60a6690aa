# SPDX-License-Identifier: MulanPSL-2.0
"""The words of backups."""

from enum import StrEnum


class Verb(StrEnum):
    """What the record says of backups."""

    MADE = "backups.backup.made"
    OVERDUE = "backups.backup.overdue"
    RESTORED = "backups.backup.restored"


class Event(StrEnum):
    """What is announced."""

    OVERDUE = "backups.overdue"


class Step(StrEnum):
    """What a backup or the way back is at."""

    WRITING = "writing"
    CHECKING = "checking"
    FILES = "files"
    DATABASE = "database"
    RECORD = "record"


VERB_LABELS: dict[str, dict[str, str]] = {
    Verb.MADE: {"zh": "做了一次备份", "en": "made a backup"},
    Verb.OVERDUE: {"zh": "发现备份过期了", "en": "found that the last backup is too old"},
    Verb.RESTORED: {"zh": "从备份恢复了平台", "en": "restored the platform from a backup"},
}

KIND = "backups.backup"
"""Under which kind of subject the record keeps backups."""

NIGHTLY = (KIND, "nightly")
"""Under which subject it keeps that there was none in time."""
