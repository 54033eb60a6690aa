# SPDX-License-Identifier: MulanPSL-2.0
"""What units declare."""

from linli.kernel.sockets.manifest import Manifest
from linli.kernel.units.terms import PERMISSION_LABELS, VERB_LABELS, Event

MANIFEST = Manifest(
    name="units",
    label={"zh": "单位", "en": "Units"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    counters={"unit": "linli.kernel.units.living.by_unit"},
    grammars=("linli.kernel.units.grammar.UNIT",),
)
