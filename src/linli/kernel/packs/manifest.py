# SPDX-License-Identifier: MulanPSL-2.0
"""What packs declare."""

from linli.kernel.packs.terms import VERB_LABELS, Event, Perm
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="packs",
    label={"zh": "计划包", "en": "Plan packs"},
    permissions={
        Perm.VIEW: {"zh": "查看计划包", "en": "See plan packs"},
        Perm.LOAD: {"zh": "装载计划包", "en": "Load plan packs"},
        Perm.EDIT: {"zh": "改计划包", "en": "Change plan packs"},
        Perm.APPROVE: {"zh": "审核计划包的改动", "en": "Approve changes of plan packs"},
    },
    verbs=VERB_LABELS,
    events=tuple(Event),
    jobs=("linli.kernel.packs.jobs",),
    grammars=(
        "linli.kernel.packs.grammar.PACK",
        "linli.kernel.packs.grammar.SOURCE",
        "linli.kernel.packs.grammar.STORY",
    ),
    commands={"packs": "linli.kernel.packs.commands.packs"},
)
