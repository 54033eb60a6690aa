# SPDX-License-Identifier: MulanPSL-2.0
"""All registers at a place at one look: how many records each has, and what asks to be seen to."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from linli.base import clock
from linli.base.actor import Actor
from linli.engines.registers.selectors.coverage import (
    CoverageRow,
    Covered,
    by_reach,
    coverages,
)
from linli.engines.registers.selectors.records import may_write, reach, records_among
from linli.engines.registers.selectors.registers import Register, registers_in_force
from linli.engines.registers.terms import State
from linli.kernel.places.models import Place


@dataclass(frozen=True)
class Line:
    """One register: its valid records, those that are soon due or were, and where it lacks some."""

    register: Register
    valid: int
    soon: int
    over: int
    lacking: int
    exceeding: int
    is_own: bool

    @property
    def is_pressing(self) -> bool:
        """Whether something asks to be seen to."""
        return bool(self.soon or self.over or self.lacking or self.exceeding)


def overview(*, actor: Actor, top: Place) -> list[Line]:
    """The registers that an actor sees at a place, in pack order."""
    registers = [
        each
        for each in registers_in_force(top.path)
        if sees(actor, each, top) or may_write(actor, each.spec, top)
    ]
    counts = _counted(actor, registers, top)
    covered = coverages(actor=actor, registers=registers, top=top)
    return [_line(actor, each, top, counts, covered[each.key]) for each in registers]


def sees(actor: Actor, register: Register, top: Place) -> bool:
    """Whether the actor may see records of a register at a place, above or below it."""
    paths = ("",) if actor.is_system else reach(actor, register.spec)
    return any(top.path.startswith(path) or path.startswith(top.path) for path in paths)


def _line(
    actor: Actor,
    register: Register,
    top: Place,
    counts: Counter[tuple[str, str]],
    covered: Iterable[CoverageRow],
) -> Line:
    states = Counter(row.state for row in covered)
    return Line(
        register=register,
        valid=counts[register.key, "valid"],
        soon=counts[register.key, "soon"],
        over=counts[register.key, "over"],
        lacking=states[Covered.LACKING],
        exceeding=states[Covered.OVER],
        is_own=may_write(actor, register.spec, top),
    )


def _counted(actor: Actor, registers: Iterable[Register], top: Place) -> Counter[tuple[str, str]]:
    """How many records of each register are valid, soon due, or overdue; one query for all
    registers that the actor sees at the same places.
    """
    today, found = clock.today(), Counter[tuple[str, str]]()
    for paths, same in by_reach(actor, registers):
        rows = records_among([each.key for each in same], paths, top).filter(state=State.STANDING)
        begun = Q(starts_on__lte=today)
        ended = Q(ends_on__isnull=False, ends_on__lt=today)
        over = Q(due_on__isnull=False, due_on__lt=today)
        counted = (
            rows.order_by()
            .values_list("register")
            .annotate(
                valid=Count("pk", filter=begun & ~ended),
                soon=Count("pk", filter=begun & ~over & soon_q(same, today)),
                over=Count("pk", filter=over),
            )
        )
        for key, valid, soon, over in counted:
            found.update({(key, "valid"): valid, (key, "soon"): soon, (key, "over"): over})
    return found


def soon_q(registers: Iterable[Register], today: dt.date) -> Q:
    """Whether a record is due within the time that its register says."""
    found = Q(pk__in=[])
    for each in registers:
        last = each.remind_until(today)
        if last is not None:
            found |= Q(register=each.key, due_on__gte=today, due_on__lte=last)
    return found
