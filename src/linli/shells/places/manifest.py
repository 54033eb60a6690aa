# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="place_pages",
    label={"zh": "区划页面", "en": "Pages about places"},
    needs=("places",),
    surfaces=("linli.shells.places.console", "linli.shells.places.changing"),
)
