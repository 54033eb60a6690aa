# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="abuse_pages",
    label={"zh": "滥用名单页面", "en": "Pages about the abuse list"},
    needs=("access",),
    surfaces=("linli.shells.abuse.console",),
)
