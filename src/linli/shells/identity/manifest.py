# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="identity",
    label={"zh": "登录与安全", "en": "The way in"},
    needs=("accounts", "access"),
)
