# SPDX-License-Identifier: MulanPSL-2.0
"""What the exchange declares."""

from linli.kernel.sockets.manifest import Manifest
from linli.modules.exchange.terms import PERMISSION_LABELS, VERB_LABELS

MANIFEST = Manifest(
    name="exchange",
    label={"zh": "对外接口", "en": "Exchange"},
    permissions=PERMISSION_LABELS,
    verbs=VERB_LABELS,
    open_data={"places": "linli.modules.exchange.selectors.divisions.PLACES"},
    surfaces=(
        "linli.modules.exchange.console.hooks",
        "linli.modules.exchange.console.setting",
        "linli.modules.exchange.console.opening",
    ),
    jobs=("linli.modules.exchange.jobs",),
)
