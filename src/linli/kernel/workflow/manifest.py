# SPDX-License-Identifier: MulanPSL-2.0
"""What workflow declares."""

from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention
from linli.kernel.workflow.terms import PERM_LABELS, VERB_LABELS, Event, Perm

MANIFEST = Manifest(
    name="workflow",
    label={"zh": "办理流程", "en": "Procedures"},
    needs=("forms", "notify"),
    permissions=PERM_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    listeners={
        "units.unit_ended": ("linli.kernel.workflow.listeners.unit_followed",),
        "places.place_ended": ("linli.kernel.workflow.listeners.place_followed",),
        "packs.pack_loaded": ("linli.kernel.workflow.listeners.calendar_followed",),
    },
    file_guards={"matter": "linli.kernel.workflow.selectors.reading.file_guard"},
    counters={
        kind: f"linli.kernel.workflow.selectors.living.by_{kind}"
        for kind in ("workflow", "class", "form", "unit", "duty", "calendar")
    },
    retention={
        "workflow.applicants": Retention(
            {"zh": "已办结事项的申请人", "en": "Whose matters they were that ended"},
            "linli.kernel.workflow.selectors.reading.matters_aged",
            moment="ended_at",
            days=1095,
            least=180,
            law={
                "zh": "行政诉讼法第四十六条",
                "en": "Administrative Litigation Law, article 46",
            },
            take="linli.kernel.workflow.services.forgetting.applicants_forget",
        )
    },
    grammars=tuple(
        f"linli.kernel.workflow.kinds.{kind}"
        for kind in ("WORKFLOW", "CALENDAR", "DAY", "DUTY", "SERVICE")
    ),
    jobs=("linli.kernel.workflow.jobs",),
    repairs=(Perm.REASSIGN,),
)
