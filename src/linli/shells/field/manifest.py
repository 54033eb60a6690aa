# SPDX-License-Identifier: MulanPSL-2.0
"""What the field declares."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="field",
    label={"zh": "现场端", "en": "Field"},
    surfaces=("linli.shells.field.pages",),
)
