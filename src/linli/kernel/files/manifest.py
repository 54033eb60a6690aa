# SPDX-License-Identifier: MulanPSL-2.0
"""What files declare."""

from linli.kernel.files.terms import PERMISSION_LABELS, VERB_LABELS
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="files",
    label={"zh": "文件与导出", "en": "Files and exports"},
    needs=("jobs", "accounts", "access"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    retention={
        "files.exports": Retention(
            {"zh": "已了结的导出申请", "en": "Exports that are over"},
            "linli.kernel.files.exports.exports_aged",
            moment="asked_at",
            days=1095,
            least=180,
            law={"zh": "网络安全法第二十一条", "en": "Cybersecurity Law, article 21"},
        )
    },
    jobs=("linli.kernel.files.jobs",),
)
