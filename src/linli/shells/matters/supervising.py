# SPDX-License-Identifier: MulanPSL-2.0
"""Orders from above to hasten a matter (督办), as its page shows them to a reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from linli.kernel.workflow.models import Supervision
from linli.kernel.workflow.selectors import names_of
from linli.kernel.workflow.services.supervising import may_answer, may_supervise
from linli.kernel.workflow.terms import ClockKind
from linli.kernel.workflow.work import Work


@dataclass(frozen=True)
class Supervised:
    """One order with its answer, and who gave each."""

    row: Supervision
    ordered_by: str
    answered_by: str
    may_answer: bool


@dataclass(frozen=True)
class Supervisions:
    """The orders so far, newest first, and by when one given now would be answered, for a reader
    who may give one; "" for others.
    """

    rows: Sequence[Supervised]
    span: str

    @property
    def waiting(self) -> list[Supervised]:
        """Orders that this reader has to answer."""
        return [each for each in self.rows if each.may_answer]


def supervisions_of(work: Work) -> Supervisions:
    """A matter's supervisions; no query for one that was never supervised."""
    spec = work.spec.supervise
    rows: list[Supervision] = []
    if any(each.kind == ClockKind.SUPERVISE for each in work.clocks):
        rows = list(work.matter.supervisions.select_related("clock").order_by("-pk"))
    names = names_of(one for row in rows for one in (row.ordered_by_id, row.answered_by_id))
    is_running = work.matter.ended_at is None
    found = [
        Supervised(
            row,
            names.get(row.ordered_by_id or 0, ""),
            names.get(row.answered_by_id or 0, ""),
            is_running and row.answered_at is None and may_answer(work, row),
        )
        for row in rows
    ]
    is_free = is_running and all(row.answered_at is not None for row in rows)
    if spec is None or not is_free or not may_supervise(work):
        return Supervisions(found, "")
    return Supervisions(found, spec.limit.words(get_language() or "zh"))
