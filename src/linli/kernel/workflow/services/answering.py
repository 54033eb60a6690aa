# SPDX-License-Identifier: MulanPSL-2.0
"""Who has to answer an order to hasten a matter (督办), as it goes from hand to hand."""

from linli.kernel.workflow.models import Todo
from linli.kernel.workflow.rules.who import Address
from linli.kernel.workflow.services import effects, offering
from linli.kernel.workflow.services.desks import desk_before, desks_of_step
from linli.kernel.workflow.terms import ClockKind
from linli.kernel.workflow.work import Work

TO_ACCOUNT = "to_account"


def answerers(work: Work) -> list[Address]:
    """Who has to answer now: those the procedure names; before there are any, whoever has the
    step in hand, or sent the order that is not accepted yet."""
    spec = work.spec.supervise
    named = work.addresses(spec.answered_by) if spec is not None else []
    return named or in_hand(work)


def in_hand(work: Work) -> list[Address]:
    """Who has it in hand now: the desk of the step, at a gate the one before it, at an offer the
    sender."""
    found = desk_before(work) if work.step.waits_for is not None else desks_of_step(work)
    sender = work.matter.sender_unit_id
    return found or (offering.unit_desk(sender) if sender else [])


def answerers_follow(work: Work) -> None:
    """The matter has come into other hands: what waits for an answer stands on their desk."""
    running = [each for each in work.all_clocks() if each.kind == ClockKind.SUPERVISE]
    if not running or running[-1].stopped_at is not None:
        return
    rows = Todo.objects.open().filter(matter=work.matter, text_key=TO_ACCOUNT)
    found = {Address(r.match, r.role, r.place_path, r.unit_id, r.account_id) for r in rows}
    wanted = answerers(work)
    if found != set(wanted):
        offering.todos_close(work, TO_ACCOUNT)
        key = f"m{work.matter.pk}.{work.matter.revision}.{TO_ACCOUNT}"
        effects.todo_put(work, TO_ACCOUNT, wanted, key, running[-1].due_at)
