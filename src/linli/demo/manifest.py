# SPDX-License-Identifier: MulanPSL-2.0
"""What the demo declares."""

from linli.demo.terms import VERB_LABELS
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="demo",
    label={"zh": "样例城", "en": "Synthetic city"},
    needs=("packs", "appeals"),
    verbs=VERB_LABELS,
    surfaces=("linli.demo.surfaces",),
    commands={"city": "linli.demo.commands.city"},
)
