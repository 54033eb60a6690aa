# SPDX-License-Identifier: MulanPSL-2.0
"""What people declare."""

from linli.kernel.people.terms import PERMISSION_LABELS, VERB_LABELS, Event, Verb
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="people",
    label={"zh": "居民与住户", "en": "People and households"},
    needs=("accounts", "places", "access"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    retention={
        "people.phone_codes": Retention(
            {"zh": "手机验证码", "en": "Codes by phone"},
            "linli.kernel.people.selectors.phone_codes_aged",
            moment="made_at",
            days=1,
        )
    },
    keeps={"people": "linli.kernel.people.looking.kept_of"},
    looks={Verb.PERSONAL_OPENED: "linli.kernel.people.looking.person_keys"},
)
