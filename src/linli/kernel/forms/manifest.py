# SPDX-License-Identifier: MulanPSL-2.0
"""What forms declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="forms",
    label={"zh": "表单", "en": "Forms"},
    grammars=(
        "linli.kernel.forms.kinds.FORM",
        "linli.kernel.forms.kinds.CHOICES",
        "linli.kernel.forms.kinds.CLASS",
    ),
)
