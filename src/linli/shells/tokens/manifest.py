# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="token_pages",
    label={"zh": "接口令牌页面", "en": "Pages about tokens"},
    needs=("access",),
    surfaces=("linli.shells.tokens.console", "linli.shells.tokens.issuing"),
)
