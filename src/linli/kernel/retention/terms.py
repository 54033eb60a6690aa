# SPDX-License-Identifier: MulanPSL-2.0
"""The words of retention."""

from collections.abc import Mapping
from enum import StrEnum


class Perm(StrEnum):
    """Permissions over how long rows are kept, which lie at no place."""

    VIEW = "retention.view_ledger"
    SET = "retention.set_period"


class Verb(StrEnum):
    """What the record says about retention."""

    PERIOD_SET = "retention.period.set"
    ROWS_GONE = "retention.rows.gone"


CLASS = "retention.class"
"""The kind under which the record speaks of a class of rows."""

LONGEST = 36_500
"""Days that a class may be kept at most."""

PERMISSION_LABELS: Mapping[str, Mapping[str, str]] = {
    Perm.VIEW: {
        "zh": "查看数据保存期限和清理记录",
        "en": "See how long rows are kept and what went",
    },
    Perm.SET: {"zh": "设定数据保存期限", "en": "Set how long rows are kept"},
}

VERB_LABELS: Mapping[str, Mapping[str, str]] = {
    Verb.PERIOD_SET: {"zh": "改了数据保存期限", "en": "set how long rows are kept"},
    Verb.ROWS_GONE: {"zh": "清理了到期的数据", "en": "let rows go whose time was over"},
}
