# SPDX-License-Identifier: MulanPSL-2.0
"""What people declare."""

from linli.kernel.people.terms import PERMISSION_LABELS, VERB_LABELS, Event, Verb
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="people",
    label={"zh": "居民与住户", "en": "People and households"},
    needs=("accounts", "places", "access"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    keeps={"people": "linli.kernel.people.looking.kept_of"},
    looks={Verb.PERSONAL_OPENED: "linli.kernel.people.looking.person_keys"},
)
