# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="unit_pages",
    label={"zh": "单位页面", "en": "Pages about units"},
    needs=("units", "workflow"),
    surfaces=("linli.shells.units.console", "linli.shells.units.handing"),
)
