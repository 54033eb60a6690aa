# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="account_pages",
    label={"zh": "账号页面", "en": "Pages about accounts"},
    needs=("accounts", "people"),
    surfaces=("linli.shells.accounts.console",),
)
