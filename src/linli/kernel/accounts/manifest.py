# SPDX-License-Identifier: MulanPSL-2.0
"""What accounts declare."""

from linli.kernel.accounts.terms import PERMISSION_LABELS, VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="accounts",
    label={"zh": "账号", "en": "Accounts"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    retention={
        "accounts.sessions": Retention(
            {"zh": "已结束的登录会话", "en": "Sessions that are over"},
            "linli.kernel.accounts.sessions.sessions_aged",
            moment="expire_date",
            days=0,
        )
    },
)
