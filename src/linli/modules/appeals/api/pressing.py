# SPDX-License-Identifier: MulanPSL-2.0
"""Pressing a button of a procedure from outside: a move, or the answer to an order."""

from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services as workflow_services
from linli.modules.appeals import services
from linli.modules.appeals.api.schemas import MoveIn
from linli.modules.appeals.models import Case

ANSWERS = ("sign", "accept", "refuse")


def press(actor: Actor, case: Case, move: str, data: MoveIn) -> None:
    """Do what the button says. Raises Forbidden, Invalid, Conflict as the services do."""
    if move in ANSWERS:
        _answer(actor, case, move, data)
        return
    services.case_move(
        actor=actor,
        case=case,
        move=move,
        expected_step=data.expected_step,
        values=data.values,
        reason=data.reason,
        note=data.note,
    )


def _answer(actor: Actor, case: Case, answer: str, data: MoveIn) -> None:
    order = workflow.order_open(case.matter)
    if order is None:
        raise Forbidden("", code="missing")
    if answer == "sign":
        workflow_services.order_sign(actor=actor, order=order)
    elif answer == "accept":
        workflow_services.order_accept(actor=actor, order=order)
    else:
        workflow_services.order_refuse(actor=actor, order=order, reason=data.reason, note=data.note)
