# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.access.terms import Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="operator_pages",
    label={"zh": "运维会话页面", "en": "Pages about operator sessions"},
    needs=("access", "notify"),
    surfaces=("linli.shells.operators.console",),
    listeners={
        Event.OPERATOR_ASKED: ("linli.shells.operators.telling.asked",),
        Event.OPERATOR_STARTED: ("linli.shells.operators.telling.started",),
        Event.OPERATOR_ENDED: ("linli.shells.operators.telling.ended",),
    },
)
