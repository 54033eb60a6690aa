# SPDX-License-Identifier: MulanPSL-2.0
"""What the machinery's health declares."""

from linli.kernel.health.terms import PERMISSION_LABELS, VERB_LABELS, Perm
from linli.kernel.sockets.manifest import Gauge, Manifest

MANIFEST = Manifest(
    name="health",
    label={"zh": "运行状况", "en": "Health of the platform"},
    needs=("jobs", "access"),
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    repairs=(Perm.RETRY,),
    gauges={
        "health.disk_free_bytes": Gauge(
            {"zh": "磁盘剩余", "en": "Free on the disk"},
            "linli.kernel.health.selectors.disk_free_bytes",
        ),
        "health.database_connections": Gauge(
            {"zh": "数据库连接", "en": "Connections to the database"},
            "linli.kernel.health.selectors.connections",
        ),
        "health.certificate_left_seconds": Gauge(
            {"zh": "证书还有", "en": "The certificate is good for"},
            "linli.kernel.health.selectors.certificate_left_seconds",
        ),
    },
)
