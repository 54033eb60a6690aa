# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="export_pages",
    label={"zh": "导出页面", "en": "Pages about exports"},
    needs=("files", "access"),
    surfaces=("linli.shells.exports.console",),
)
