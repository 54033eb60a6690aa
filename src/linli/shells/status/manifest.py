# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="status_pages",
    label={"zh": "运行状况页面", "en": "Pages about the platform's health"},
    needs=("jobs", "events", "backups", "packs", "health", "notify"),
    surfaces=("linli.shells.status.console", "linli.shells.status.letters"),
)
