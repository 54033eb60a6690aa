# SPDX-License-Identifier: MulanPSL-2.0
"""What access declares."""

from linli.kernel.access.terms import PERMISSION_LABELS, VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="access",
    label={"zh": "权限", "en": "Access"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    listeners={"accounts.account_closed": ("linli.kernel.access.operating.account_closed",)},
    counters={"role": "linli.kernel.access.living.by_role"},
    grammars=("linli.kernel.access.grammar.ROLE",),
    jobs=("linli.kernel.access.jobs",),
    commands={"administrators": "linli.kernel.access.commands.administrators"},
    retention={
        "access.counts": Retention(
            {"zh": "已过去的访问次数统计", "en": "Counts of attempts whose window is over"},
            "linli.kernel.access.selectors.counts_aged",
            moment="ends_at",
            days=0,
        ),
        "access.abuse": Retention(
            {"zh": "到期的滥用名单", "en": "Entries of the abuse list whose time is over"},
            "linli.kernel.access.selectors.abuse_aged",
            moment="until",
            days=0,
        ),
    },
)
