# SPDX-License-Identifier: MulanPSL-2.0
"""What ballots declare."""

from linli.engines.ballots.terms import VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="ballots",
    label={"zh": "表决与评价", "en": "Ballots"},
    needs=("workflow", "forms"),
    verbs=VERB_LABELS,
    events=tuple(Event),
    gates={"ballot": "linli.engines.ballots.services.ballot_open"},
    gate_checks={"ballot": "linli.engines.ballots.selectors.is_carried"},
    grammars=("linli.engines.ballots.grammar.BALLOT",),
    retention={
        "ballots.voters": Retention(
            {"zh": "评价人", "en": "Who gave a mark"},
            "linli.engines.ballots.selectors.votes_aged",
            moment="at",
            days=1095,
            take="linli.engines.ballots.services.voters_forget",
        )
    },
    jobs=("linli.engines.ballots.jobs",),
)
