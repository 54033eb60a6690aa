# SPDX-License-Identifier: MulanPSL-2.0
"""What the cockpit declares."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="cockpit",
    label={"zh": "驾驶舱", "en": "Cockpit"},
    surfaces=("linli.shells.cockpit.pages",),
)
