# SPDX-License-Identifier: MulanPSL-2.0
"""What ballots declare."""

from linli.engines.ballots.terms import VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="ballots",
    label={"zh": "表决与评价", "en": "Ballots"},
    needs=("workflow", "forms"),
    verbs=VERB_LABELS,
    events=tuple(Event),
    gates={"ballot": "linli.engines.ballots.services.ballot_open"},
    gate_checks={"ballot": "linli.engines.ballots.selectors.is_carried"},
    grammars=("linli.engines.ballots.grammar.BALLOT",),
    jobs=("linli.engines.ballots.jobs",),
)
