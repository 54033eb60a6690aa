# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest
from linli.shells.record.terms import VERB_LABELS, Event

MANIFEST = Manifest(
    name="record_pages",
    label={"zh": "操作记录页面", "en": "Pages about the record"},
    needs=("audit", "events", "jobs", "places"),
    verbs=VERB_LABELS,
    events=tuple(Event),
    webhooks={Event.ANCHORED: "linli.shells.record.anchoring.TOLD"},
    jobs=("linli.shells.record.jobs",),
    surfaces=("linli.shells.record.console",),
)
