# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="matter_pages",
    label={"zh": "事项页面", "en": "Pages about matters"},
    needs=("workflow", "files"),
    surfaces=(
        "linli.shells.matters.opening",
        "linli.shells.matters.console",
        "linli.shells.matters.moving",
        "linli.shells.matters.asking",
        "linli.shells.matters.correcting",
        "linli.shells.matters.desk",
        "linli.shells.matters.field",
    ),
)
