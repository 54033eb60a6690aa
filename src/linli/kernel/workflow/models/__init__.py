# SPDX-License-Identifier: MulanPSL-2.0
"""Matters, their clocks, orders, history and what is still to happen."""

from linli.kernel.workflow.models.matters import Definition, Desk, Matter, Move, Series, Todo
from linli.kernel.workflow.models.orders import Batch, CoHandler, HandOver
from linli.kernel.workflow.models.time import Clock, Extension, Supervision, Timer

__all__ = [
    "Batch",
    "Clock",
    "CoHandler",
    "Definition",
    "Desk",
    "Extension",
    "HandOver",
    "Matter",
    "Move",
    "Series",
    "Supervision",
    "Timer",
    "Todo",
]
