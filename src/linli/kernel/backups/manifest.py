# SPDX-License-Identifier: MulanPSL-2.0
"""What backups declare."""

from linli.kernel.backups.rules import LATE
from linli.kernel.backups.terms import VERB_LABELS, Event
from linli.kernel.sockets.manifest import Gauge, Manifest

MANIFEST = Manifest(
    name="backups",
    label={"zh": "备份", "en": "Backups"},
    needs=("jobs", "audit", "events", "places", "accounts", "files"),
    verbs=VERB_LABELS,
    events=(Event.OVERDUE,),
    webhooks={Event.OVERDUE: "linli.kernel.backups.keeping.TOLD"},
    gauges={
        "backups.age_seconds": Gauge(
            {"zh": "上次备份", "en": "The last backup"},
            "linli.kernel.backups.selectors.age_seconds",
            most=LATE.total_seconds(),
        )
    },
    jobs=("linli.kernel.backups.jobs",),
)
