# SPDX-License-Identifier: MulanPSL-2.0
"""What accounts declare."""

from linli.kernel.accounts.terms import PERMISSION_LABELS, VERB_LABELS, Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="accounts",
    label={"zh": "账号", "en": "Accounts"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    events=tuple(Event),
    jobs=("linli.kernel.accounts.jobs",),
)
