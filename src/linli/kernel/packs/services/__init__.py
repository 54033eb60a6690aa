# SPDX-License-Identifier: MulanPSL-2.0
"""Loading packs, and the drafts in which a city's own staff change them."""

from linli.kernel.packs.services.deciding import (
    draft_approve,
    draft_drop,
    draft_load,
    draft_propose,
    draft_send_back,
    draft_take_back,
)
from linli.kernel.packs.services.drafting import (
    draft_describe,
    draft_open,
    row_remove,
    row_return,
    row_save,
    value_save,
)
from linli.kernel.packs.services.loading import (
    LoadReport,
    ensure_sound,
    pack_load,
    pack_restore,
)

__all__ = [
    "LoadReport",
    "draft_approve",
    "draft_describe",
    "draft_drop",
    "draft_load",
    "draft_open",
    "draft_propose",
    "draft_send_back",
    "draft_take_back",
    "ensure_sound",
    "pack_load",
    "pack_restore",
    "row_remove",
    "row_return",
    "row_save",
    "value_save",
]
