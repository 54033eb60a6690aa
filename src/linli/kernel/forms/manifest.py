# SPDX-License-Identifier: MulanPSL-2.0
"""What forms declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="forms",
    label={"zh": "表单", "en": "Forms"},
    grammars=(
        "linli.kernel.forms.grammar.FORM",
        "linli.kernel.forms.grammar.CHOICES",
        "linli.kernel.forms.grammar.CLASS",
    ),
)
