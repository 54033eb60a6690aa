# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="grant_pages",
    label={"zh": "授权页面", "en": "Pages about grants"},
    needs=("access",),
    surfaces=("linli.shells.grants.console", "linli.shells.grants.giving"),
)
