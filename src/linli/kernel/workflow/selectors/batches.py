# SPDX-License-Identifier: MulanPSL-2.0
"""Batches as whoever pressed the button sees them."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.workflow.models import Batch, Matter

SHOWN_FOR = dt.timedelta(seconds=60)
"""How long a batch is told of by itself after it was asked for."""


@dataclass(frozen=True)
class BatchView:
    """A batch: how many it is about, how many seconds are left to undo it, and what came of it.

    One that was undone while it ran has moved some all the same: `moved`; the others were `kept`.
    `problems` are the number of each matter that could not be moved, and why.
    """

    id: int
    count: int
    seconds: int
    is_undone: bool
    is_done: bool
    is_past: bool
    moved: int
    problems: tuple[tuple[str, str], ...]

    @property
    def is_waiting(self) -> bool:
        """Whether it is neither carried out nor taken back yet."""
        return not (self.is_done or self.is_undone)

    @property
    def kept(self) -> int:
        """How many stayed where they were."""
        return self.count - self.moved


def batch_find(actor: Actor, batch: int) -> BatchView | None:
    """One of the actor's own batches; another's is as if it were not there."""
    row = Batch.objects.filter(account_id=actor.account_id or 0, pk=batch).first()
    return _view(row) if row is not None else None


def _view(row: Batch) -> BatchView:
    failed = {matter_id: why for matter_id, why in row.results if why}
    numbers = Matter.objects.filter(pk__in=failed).order_by("pk").values_list("pk", "number")
    left = (row.runs_at - timezone.now()).total_seconds()
    return BatchView(
        id=row.pk,
        count=len(row.asked),
        seconds=max(0, round(left)),
        is_undone=row.undone_at is not None,
        is_done=row.done_at is not None,
        is_past=row.asked_at < clock.now() - SHOWN_FOR,
        moved=sum(not why for _matter_id, why in row.results),
        problems=tuple((number, failed[pk]) for pk, number in numbers) if failed else (),
    )
