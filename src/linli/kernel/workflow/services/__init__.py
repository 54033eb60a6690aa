# SPDX-License-Identifier: MulanPSL-2.0
"""The verbs of workflow."""

from linli.kernel.workflow.services.following import unit_follow
from linli.kernel.workflow.services.matters import matter_correct, matter_move, matter_note
from linli.kernel.workflow.services.opening import matter_open
from linli.kernel.workflow.services.orders import (
    order_accept,
    order_refuse,
    order_rule,
    order_sign,
)
from linli.kernel.workflow.services.ticks import matters_tick
from linli.kernel.workflow.services.todos import gate_result, todo_done
from linli.kernel.workflow.work import applicant_key

__all__ = [
    "applicant_key",
    "gate_result",
    "matter_correct",
    "matter_move",
    "matter_note",
    "matter_open",
    "matters_tick",
    "order_accept",
    "order_refuse",
    "order_rule",
    "order_sign",
    "todo_done",
    "unit_follow",
]
