# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="retention_pages",
    label={"zh": "数据保存期限页面", "en": "Pages about retention"},
    needs=("retention",),
    surfaces=("linli.shells.retention.console",),
)
