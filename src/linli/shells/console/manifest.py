# SPDX-License-Identifier: MulanPSL-2.0
"""What the console declares."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="console",
    label={"zh": "工作台", "en": "Console"},
    surfaces=("linli.shells.console.pages",),
)
