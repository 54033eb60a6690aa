# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="procedure_pages",
    label={"zh": "办理规矩页面", "en": "Pages about procedures"},
    needs=("workflow", "packs"),
    surfaces=(
        "linli.shells.procedures.console",
        "linli.shells.procedures.duties",
        "linli.shells.procedures.calendars",
    ),
)
