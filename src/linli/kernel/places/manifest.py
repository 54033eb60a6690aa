# SPDX-License-Identifier: MulanPSL-2.0
"""What places declare."""

from linli.kernel.places.terms import PERMISSION_LABELS, VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="places",
    label={"zh": "区划与网格", "en": "Places"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    grammars=("linli.kernel.places.grammar.LEVEL", "linli.kernel.places.grammar.PLACE"),
    commands={"places": "linli.kernel.places.commands.places"},
)
