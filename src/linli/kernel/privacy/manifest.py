# SPDX-License-Identifier: MulanPSL-2.0
"""What notices and consents declare."""

from linli.kernel.people.terms import Event as PeopleEvent
from linli.kernel.privacy.terms import PERMISSION_LABELS, VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="privacy",
    label={"zh": "隐私政策与同意", "en": "Privacy notices and consents"},
    needs=("accounts", "people"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    keeps={"privacy": "linli.kernel.privacy.selectors.kept_of"},
    listeners={PeopleEvent.PERSON_ERASED: ("linli.kernel.privacy.listeners.person_erased",)},
)
