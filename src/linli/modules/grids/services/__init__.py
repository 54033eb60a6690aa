# SPDX-License-Identifier: MulanPSL-2.0
"""What can be done with division plans and call-ups."""

from linli.modules.grids.services.call_ups import (
    call_up_answer,
    call_up_assign,
    call_up_check_in,
    call_up_raise,
    call_up_sign_off,
    call_up_stand_down,
    call_ups_tick,
)
from linli.modules.grids.services.deciding import (
    plan_approve,
    plan_propose,
    plan_send_back,
    plan_withdraw,
    plans_tick,
)
from linli.modules.grids.services.drafting import (
    plan_draft,
    plan_grid_add,
    plan_grid_drop,
    plan_grid_rename,
    plan_put,
    plan_refresh,
    plan_suggest,
)

__all__ = [
    "call_up_answer",
    "call_up_assign",
    "call_up_check_in",
    "call_up_raise",
    "call_up_sign_off",
    "call_up_stand_down",
    "call_ups_tick",
    "plan_approve",
    "plan_draft",
    "plan_grid_add",
    "plan_grid_drop",
    "plan_grid_rename",
    "plan_propose",
    "plan_put",
    "plan_refresh",
    "plan_send_back",
    "plan_suggest",
    "plan_withdraw",
    "plans_tick",
]
