# SPDX-License-Identifier: MulanPSL-2.0
"""What the frame declares: little, for it carries what the others declare."""

from linli.kernel.sockets.manifest import Manifest
from linli.kernel.sockets.retention import Retention

MANIFEST = Manifest(
    name="frame",
    label={"zh": "页面框架", "en": "Frame of the pages"},
    retention={
        "frame.submissions": Retention(
            {"zh": "防止重复提交的表单记号", "en": "Marks of forms that were taken"},
            "linli.shells.frame.submissions.submissions_aged",
            moment="at",
            days=30,
            least=1,
        )
    },
)
