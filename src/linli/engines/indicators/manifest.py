# SPDX-License-Identifier: MulanPSL-2.0
"""What indicators declare."""

from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="indicators",
    label={"zh": "指标", "en": "Indicators"},
    needs=("places",),
    grammars=(
        "linli.engines.indicators.grammar.MEASURE",
        "linli.engines.indicators.grammar.INDICATOR",
    ),
)
