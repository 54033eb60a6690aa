# SPDX-License-Identifier: MulanPSL-2.0
"""What keys declare."""

from linli.kernel.keys.terms import VERB_LABELS
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="keys",
    label={"zh": "密钥", "en": "Keys"},
    needs=("audit", "jobs"),
    verbs=VERB_LABELS,
    jobs=("linli.kernel.keys.jobs",),
)
