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
    value_return,
    value_save,
)
from linli.kernel.packs.services.loading import (
    LoadReport,
    ensure_sound,
    pack_load,
    pack_restore,
)
from linli.kernel.packs.services.trying import draft_try, draft_try_next, trial_plan

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
    "draft_try",
    "draft_try_next",
    "ensure_sound",
    "pack_load",
    "pack_restore",
    "row_remove",
    "row_return",
    "row_save",
    "trial_plan",
    "value_return",
    "value_save",
]
