# SPDX-License-Identifier: MulanPSL-2.0
"""What backups declare."""

from linli.kernel.backups.terms import VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="backups",
    label={"zh": "备份", "en": "Backups"},
    needs=("jobs", "audit", "events", "places", "files"),
    verbs=VERB_LABELS,
    events=(Event.OVERDUE,),
    webhooks={Event.OVERDUE: "linli.kernel.backups.keeping.TOLD"},
    jobs=("linli.kernel.backups.jobs",),
)
