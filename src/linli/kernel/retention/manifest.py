# SPDX-License-Identifier: MulanPSL-2.0
"""What retention declares."""

from linli.kernel.retention.terms import PERMISSION_LABELS, VERB_LABELS
from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="retention",
    label={"zh": "数据保存期限", "en": "Retention"},
    needs=("audit", "jobs", "access"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    jobs=("linli.kernel.retention.jobs",),
    retention={
        "retention.runs": Retention(
            {"zh": "清理记录本身", "en": "This ledger itself"},
            "linli.kernel.retention.selectors.runs_aged",
            moment="ended_at",
            days=1095,
            least=180,
            law={"zh": "网络安全法第二十一条", "en": "Cybersecurity Law, article 21"},
        )
    },
)
