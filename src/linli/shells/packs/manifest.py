# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="pack_pages",
    label={"zh": "计划包编辑页面", "en": "Pack editor"},
    needs=("packs",),
    surfaces=(
        "linli.shells.packs.console",
        "linli.shells.packs.drafting",
        "linli.shells.packs.values",
        "linli.shells.packs.tables",
    ),
)
