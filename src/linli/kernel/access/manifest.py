# SPDX-License-Identifier: MulanPSL-2.0
"""What access declares."""

from linli.kernel.access.terms import PERMISSION_LABELS, VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="access",
    label={"zh": "权限", "en": "Access"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    listeners={"accounts.account_closed": ("linli.kernel.access.operating.account_closed",)},
    counters={"role": "linli.kernel.access.living.by_role"},
    grammars=("linli.kernel.access.grammar.ROLE",),
    commands={"administrators": "linli.kernel.access.commands.administrators"},
    jobs=("linli.kernel.access.jobs",),
)
