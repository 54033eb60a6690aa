# SPDX-License-Identifier: MulanPSL-2.0
"""The verbs of workflow."""

from linli.kernel.workflow.services.batches import batch_ask, batch_run, batch_undo
from linli.kernel.workflow.services.co_handling import (
    co_handler_ask,
    co_handler_done,
    co_handler_release,
)
from linli.kernel.workflow.services.extending import extension_answer, extension_ask
from linli.kernel.workflow.services.following import place_follow, unit_follow
from linli.kernel.workflow.services.matters import matter_correct, matter_move, matter_note
from linli.kernel.workflow.services.migrating import clocks_recount, matters_migrate
from linli.kernel.workflow.services.opening import matter_open, number_take
from linli.kernel.workflow.services.orders import (
    order_accept,
    order_refuse,
    order_rule,
    order_sign,
    order_take_back,
)
from linli.kernel.workflow.services.reassigning import work_reassign
from linli.kernel.workflow.services.supervising import supervision_answer, supervision_order
from linli.kernel.workflow.services.ticks import matters_tick
from linli.kernel.workflow.services.todos import gate_result, todo_done
from linli.kernel.workflow.work import applicant_key

__all__ = [
    "applicant_key",
    "batch_ask",
    "batch_run",
    "batch_undo",
    "clocks_recount",
    "co_handler_ask",
    "co_handler_done",
    "co_handler_release",
    "extension_answer",
    "extension_ask",
    "gate_result",
    "matter_correct",
    "matter_move",
    "matter_note",
    "matter_open",
    "matters_migrate",
    "matters_tick",
    "number_take",
    "order_accept",
    "order_refuse",
    "order_rule",
    "order_sign",
    "order_take_back",
    "place_follow",
    "supervision_answer",
    "supervision_order",
    "todo_done",
    "unit_follow",
    "work_reassign",
]
