# SPDX-License-Identifier: MulanPSL-2.0
"""What the portal declares."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="portal",
    label={"zh": "居民端", "en": "Portal"},
    surfaces=("linli.shells.portal.pages",),
)
