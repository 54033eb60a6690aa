# SPDX-License-Identifier: MulanPSL-2.0
"""What files declare."""

from linli.kernel.files.terms import VERB_LABELS
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="files",
    label={"zh": "照片与文件", "en": "Photos and papers"},
    needs=("jobs", "accounts"),
    verbs=VERB_LABELS,
    jobs=("linli.kernel.files.jobs",),
)
