# SPDX-License-Identifier: MulanPSL-2.0
"""What these pages declare."""

from linli.kernel.people.terms import Event
from linli.kernel.sockets.manifest import Manifest

MANIFEST = Manifest(
    name="erasing_pages",
    label={"zh": "依法删除页面", "en": "Pages about lawful erasure"},
    needs=("people", "access", "notify"),
    surfaces=("linli.shells.erasing.console",),
    listeners={
        Event.ERASURE_ASKED: ("linli.shells.erasing.telling.asked",),
        Event.ERASURE_DECLINED: ("linli.shells.erasing.telling.declined",),
    },
)
