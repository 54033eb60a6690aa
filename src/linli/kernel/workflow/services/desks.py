# SPDX-License-Identifier: MulanPSL-2.0
"""Desks: who has a matter in hand at its present step, written anew at every entry."""

from collections.abc import Iterable

from linli.kernel.workflow.models import Desk
from linli.kernel.workflow.rules.who import Address
from linli.kernel.workflow.work import Work


def desks_put(work: Work, addresses: Iterable[Address]) -> None:
    """Let these have the matter in hand, and nobody else."""
    if work.has_desks:
        Desk.objects.filter(matter=work.matter).delete()
    work.has_desks = True
    Desk.objects.bulk_create(
        Desk(
            matter=work.matter,
            match=each.match,
            role=each.role,
            place_path=each.place_path,
            unit_id=each.unit_id,
            account_id=each.account_id,
        )
        for each in addresses
    )


def desks_of_step(work: Work) -> list[Address]:
    """Those who have the present step in hand by its `who`; nobody at gates and ends."""
    return work.addresses(work.step.who or ())


def desk_before(work: Work) -> list[Address]:
    """Those who had it in hand before it came to the gate where it waits."""
    return work.addresses(work.spec.steps[work.step_before].who or ())
