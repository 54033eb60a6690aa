# SPDX-License-Identifier: MulanPSL-2.0
"""The units that help the lead with a matter (协办), as its page shows them to a reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from linli.kernel.workflow.histories import has_told
from linli.kernel.workflow.models import CoHandler
from linli.kernel.workflow.rules.who import units_of
from linli.kernel.workflow.terms import Sort
from linli.kernel.workflow.work import Work


@dataclass(frozen=True)
class Helping:
    """Who helps: `rows` are all that were asked, `own` those for which the reader may answer."""

    rows: Sequence[CoHandler]
    own: frozenset[int]
    may_ask: bool

    @property
    def waiting(self) -> list[CoHandler]:
        """Those whose part is still to come."""
        return [row for row in self.rows if row.done_at is None]


def helping_of(work: Work) -> Helping:
    """Who helps with a matter; the lead asks and releases while it is on its desk; one query, none
    where nobody was ever asked.
    """
    matter, units = work.matter, units_of(work.actor)
    rows = []
    if has_told(matter, Sort.ASKED):
        rows = list(matter.co_handlers.select_related("unit").order_by("pk"))
    is_running = matter.ended_at is None
    own = {row.pk for row in rows if row.done_at is None and row.unit_id in units}
    leads = matter.lead_unit_id in units and work.step.who is not None
    return Helping(rows, frozenset(own), may_ask=is_running and leads)
