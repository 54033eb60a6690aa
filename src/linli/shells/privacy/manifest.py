# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="privacy_pages",
    label={"zh": "隐私页面", "en": "Pages about privacy"},
    needs=("privacy",),
    surfaces=("linli.shells.privacy.portal", "linli.shells.privacy.console"),
)
