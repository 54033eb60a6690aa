# SPDX-License-Identifier: MulanPSL-2.0
"""What packs declare."""

from linli.kernel.packs.terms import Event, Perm, Verb
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="packs",
    label={"zh": "计划包", "en": "Plan packs"},
    permissions={
        Perm.VIEW: {"zh": "查看计划包", "en": "See plan packs"},
        Perm.LOAD: {"zh": "装载计划包", "en": "Load plan packs"},
    },
    verbs={Verb.PACK_LOADED: {"zh": "装载了计划包", "en": "loaded a plan pack"}},
    events=(Event.PACK_LOADED,),
    grammars=(
        "linli.kernel.packs.grammar.PACK",
        "linli.kernel.packs.grammar.SOURCE",
        "linli.kernel.packs.grammar.STORY",
    ),
    commands={"packs": "linli.kernel.packs.commands.packs"},
)
