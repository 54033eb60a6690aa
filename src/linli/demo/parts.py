# SPDX-License-Identifier: MulanPSL-2.0
"""The weeks of a large city in several processes: each carries every n-th case.

Cases have nothing to do with one another but for the numbers of the day, which are settled before.
"""

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from linli.base import clock
from linli.demo.acts import Running, Stage
from linli.demo.memory.holding import Memory
from linli.demo.memory.sharing import work_share
from linli.demo.simulate import Weeks
from linli.kernel.places import selectors as places
from linli.kernel.workflow import definitions
from linli.kernel.workflow.models import Series
from linli.kernel.workflow.services.opening import NO_PREFIX
from linli.modules.appeals.terms import WORKFLOW

_MOST = 4
"""Processes at most: beyond that the one that writes is waited for."""
_WORTH = 1000
"""Fewer appeals are no work for two."""

Progress = Callable[[int, int], None]


def parts_for(appeals: int) -> int:
    """In how many processes so many appeals are worked."""
    has_own = hasattr(os, "sched_getaffinity")
    processors = len(os.sched_getaffinity(0)) if has_own else os.cpu_count() or 1
    return min(_MOST, processors) if appeals >= _WORTH else 1


@dataclass
class _Series:
    """The numbers of the day, given to the cases in the order in which they will be filed."""

    prefix: str
    serials: dict[int, tuple[dt.date, int]] = field(default_factory=dict)
    totals: dict[dt.date, int] = field(default_factory=dict)

    def settle(self, cases: Sequence[Running]) -> None:
        """Give each case its number, and begin the days on which something is filed."""
        for case in sorted(cases, key=lambda one: (one.planned.at, one.number)):
            on = clock.local(case.planned.at).date()
            if on not in self.totals:
                row, _is_new = self._row(on)
                self.totals[on] = row.last
            self.totals[on] += 1
            self.serials[case.number] = on, self.totals[on]

    def _row(self, on: dt.date) -> tuple[Series, bool]:
        known = Series.objects.filter(prefix=self.prefix, on=on).first()
        if known is not None:
            return known, False
        return Series.objects.create(prefix=self.prefix, on=on), True

    def begin(self, case: Running) -> None:
        """Let the next number be that of a case."""
        on, serial = self.serials[case.number]
        self._put(on, serial - 1)

    def close(self) -> None:
        """Let the next number of each day follow all that were given."""
        for on, last in self.totals.items():
            self._put(on, last)

    def _put(self, on: dt.date, last: int) -> None:
        Series.objects.filter(prefix=self.prefix, on=on).update(last=last)


def _part_of(number: int, parts: int) -> int:
    """Who carries a case: the first process, which writes in the end, has a tenth less to do."""
    return number // parts % (parts - 1) + 1 if number % (10 * parts) == 0 else number % parts


def weeks_pass(
    stage: Stage,
    until: dt.datetime,
    cases: Sequence[Running],
    progress: Progress,
    *,
    memory: Memory | None,
    parts: int,
) -> None:
    """Let the weeks of a city pass, in so many processes if its tables are held in memory."""
    if memory is None or parts == 1:
        Weeks(stage, until).run(cases, progress)
        return
    first = cases[0].planned
    spec = definitions.spec_of(definitions.workflow_get(WORKFLOW, first.area.path))
    series = _Series(spec.number or NO_PREFIX)
    series.settle(cases)
    places.place_at(first.lon, first.lat)  # asks once for the boundaries, which all parts need

    begun_by = os.getpid()
    own = sum(_part_of(number, parts) == 0 for number in range(len(cases)))

    def tell(done: int, filed: int) -> None:
        if os.getpid() == begun_by:
            progress(done * len(cases) // own, filed * len(cases) // own)
        elif os.getppid() != begun_by:
            raise SystemExit("nobody waits for this any more")

    def work(part: int) -> None:
        mine = [case for number, case in enumerate(cases) if _part_of(number, parts) == part]
        Weeks(stage, until, numbers=series.begin).run(mine, tell)

    with clock.at(min(case.planned.at for case in cases)):
        work_share(memory, parts, work, apart=(Series,))
    series.close()
