# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="go",
    label={"zh": "事项转到", "en": "Way to a matter"},
    needs=("workflow",),
    surfaces=("linli.shells.go.pages",),
)
