# SPDX-License-Identifier: MulanPSL-2.0
"""Reading matters, orders and clocks, and the definitions they run by."""

from linli.kernel.workflow.definitions import (
    Duty,
    calendar_get,
    duties_for,
    duties_in_force,
    spec_of,
    workflow_get,
)
from linli.kernel.workflow.histories import has_called, has_told, matter_read, moves_all, orders_of
from linli.kernel.workflow.selectors.batches import BatchView, batch_find
from linli.kernel.workflow.selectors.moves import OpenMove, moves_open
from linli.kernel.workflow.selectors.names import holder_in, name_of, names_in, names_of
from linli.kernel.workflow.selectors.reading import (
    ClockView,
    TodoView,
    clock_views,
    clocks_of,
    matter_find,
    matters_lined,
    matters_open_to,
    matters_seen,
    order_open,
    orders_offered,
    todos_for,
)
from linli.kernel.workflow.selectors.standing import Honest, StepView, honest, steps_of
from linli.kernel.workflow.selectors.telling import Line, timeline

__all__ = [
    "BatchView",
    "ClockView",
    "Duty",
    "Honest",
    "Line",
    "OpenMove",
    "StepView",
    "TodoView",
    "batch_find",
    "calendar_get",
    "clock_views",
    "clocks_of",
    "duties_for",
    "duties_in_force",
    "has_called",
    "has_told",
    "holder_in",
    "honest",
    "matter_find",
    "matter_read",
    "matters_lined",
    "matters_open_to",
    "matters_seen",
    "moves_all",
    "moves_open",
    "name_of",
    "names_in",
    "names_of",
    "order_open",
    "orders_of",
    "orders_offered",
    "spec_of",
    "steps_of",
    "timeline",
    "todos_for",
    "workflow_get",
]
