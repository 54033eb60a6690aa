# SPDX-License-Identifier: MulanPSL-2.0
"""What registers declare."""

from linli.engines.registers.terms import (
    FILES_OF,
    PERMISSION_LABELS,
    VERB_LABELS,
    Event,
    Verb,
)
from linli.kernel.people.terms import Event as PeopleEvent
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="registers",
    label={"zh": "台账", "en": "Registers"},
    needs=("workflow", "forms", "people", "units"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    listeners={
        PeopleEvent.ACCOUNT_LINKED: ("linli.engines.registers.listeners.account_linked",),
        PeopleEvent.PERSON_ERASED: ("linli.engines.registers.listeners.person_erased",),
    },
    keeps={"registers": "linli.engines.registers.selectors.showing.kept_of"},
    looks={Verb.OPENED: "linli.kernel.people.looking.person_keys"},
    file_guards={FILES_OF: "linli.engines.registers.selectors.records.file_guard"},
    jobs=("linli.engines.registers.jobs",),
    panels={
        "place": "linli.engines.registers.console.panels.of_place",
        "unit": "linli.engines.registers.console.panels.of_unit",
    },
    exports={"registers.records": "linli.engines.registers.services.exporting.EXPORT"},
    commands={"registers": "linli.engines.registers.commands.registers"},
    surfaces=(
        "linli.engines.registers.console.overview",
        "linli.engines.registers.console.listing",
        "linli.engines.registers.console.filling",
        "linli.engines.registers.console.sheet",
        "linli.engines.registers.console.importing",
    ),
    grammars=("linli.engines.registers.grammar.REGISTER",),
)
