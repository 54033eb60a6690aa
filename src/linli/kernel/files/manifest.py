# SPDX-License-Identifier: MulanPSL-2.0
"""What files declare."""

from linli.kernel.files.terms import PERMISSION_LABELS, VERB_LABELS
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="files",
    label={"zh": "文件与导出", "en": "Files and exports"},
    needs=("jobs", "accounts", "access"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    jobs=("linli.kernel.files.jobs",),
)
