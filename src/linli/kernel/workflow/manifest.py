# SPDX-License-Identifier: MulanPSL-2.0
"""What workflow declares."""

from linli.kernel.sockets.manifest import Manifest
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
    grammars=tuple(
        f"linli.kernel.workflow.kinds.{kind}"
        for kind in ("WORKFLOW", "CALENDAR", "DAY", "DUTY", "SERVICE")
    ),
    jobs=("linli.kernel.workflow.jobs",),
    repairs=(Perm.REASSIGN,),
)
