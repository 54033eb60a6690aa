# SPDX-License-Identifier: MulanPSL-2.0
"""What of a running matter is named by steps and clocks, carried over to a newer version of its
procedure: clocks, orders and timers."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from linli.base.errors import Invalid
from linli.base.text import label
from linli.kernel.workflow.grammar import WorkflowSpec
from linli.kernel.workflow.models import Timer
from linli.kernel.workflow.rules.clocks import STEP, SUPERVISE, is_named, label_of
from linli.kernel.workflow.terms import ClockKind, TimerKind
from linli.kernel.workflow.work import Work

Steps = Mapping[str, str]


def clocks_carry(work: Work, spec: WorkflowSpec, steps: Steps) -> None:
    """Let the clocks that run, and the orders, be called by the steps of the newer version.

    Raises Invalid for a clock that runs and is not in it.
    """
    for each in work.clocks:
        if each.stopped_at is not None:
            continue
        before = each.name
        if each.kind == ClockKind.STEP:
            old = before.removeprefix(STEP)
            each.name = f"{STEP}{steps.get(old, old)}"
        if not is_named(spec, each.kind, each.name):
            message = _(
                "%(number)s: the time limit “%(clock)s” runs and is not in the new version."
            )
            clock = label(label_of(work.spec, each.kind, before))
            raise Invalid(message % {"number": work.matter.number, "clock": clock}, code="no_clock")
        if each.name != before:
            each.save(update_fields=["name"])
    for order in work.matter.orders.filter(step__in=steps):
        order.step = steps[order.step]
        order.save(update_fields=["step"])


def timers_carry(work: Work, spec: WorkflowSpec, steps: Steps) -> None:
    """Let what waits for its time be found again in the newer version.

    Raises Invalid for a move or effect that is not in it.
    """
    rows = Timer.objects.filter(matter=work.matter, done_at__isnull=True)
    step = spec.steps[steps.get(work.matter.step, work.matter.step)]
    for timer in rows.filter(kind=TimerKind.AUTO, payload__visit=work.matter.visit):
        move = step.moves.get(str(timer.payload["move"]))
        if move is None or not move.is_automatic:
            raise _missing(work, str(timer.payload["move"]))
    for timer in rows.filter(kind=TimerKind.AFTER):
        where = list(timer.payload["where"])
        if where[0] == "steps":
            where[1] = steps.get(where[1], where[1])
        if not _has_effect(spec, where, int(timer.payload["number"])):
            raise _missing(work, ".".join(where))
        if where != timer.payload["where"]:
            timer.payload = {**timer.payload, "where": where}
            timer.save(update_fields=["payload"])


def _has_effect(spec: WorkflowSpec, where: list[str], number: int) -> bool:
    if where[0] == "clocks":
        return where[1] in spec.clocks and number < len(spec.clocks[where[1]].late)
    if where[0] == SUPERVISE:
        return spec.supervise is not None and number < len(spec.supervise.late)
    step = spec.steps.get(where[1])
    if step is None:
        return False
    if where[2] == "moves":
        return where[3] in step.moves and number < len(step.moves[where[3]].then)
    return number < len(step.late if where[2] == "late" else step.then)


def _missing(work: Work, what: str) -> Invalid:
    message = _("%(number)s: “%(what)s” waits for its time and is not in the new version.")
    return Invalid(message % {"number": work.matter.number, "what": what}, code="no_timer")
