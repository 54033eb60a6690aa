# SPDX-License-Identifier: MulanPSL-2.0
"""The words of rotating keys."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from linli.base.crypto import Purpose


class Verb(StrEnum):
    """What the record says about keys."""

    ROTATED = "keys.rotated"
    RENEWED = "keys.renewed"
    RETIRED = "keys.retired"


VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.ROTATED: {"zh": "换了新密钥", "en": "added a newer key"},
    Verb.RENEWED: {"zh": "用新密钥重新加密完毕", "en": "has renewed what older keys had made"},
    Verb.RETIRED: {"zh": "停用了旧密钥", "en": "retired an older key"},
}

RING = "keys.key"
"""The kind under which the record speaks of a key."""

BESIDE: Mapping[Purpose, dt.timedelta] = {
    **dict.fromkeys(Purpose, dt.timedelta(hours=1)),
    Purpose.SESSION: dt.timedelta(days=14),
    Purpose.BACKUP: dt.timedelta(days=400),
}
"""For how long an older key stays beside the one that follows it: nothing that was begun under it
goes on for longer. What a session key has signed is good for 14 days; backups are kept for a year.
"""
