# SPDX-License-Identifier: MulanPSL-2.0
"""More time for a matter's clocks (延期), as its page shows it to a reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from linli.base.spans import Span
from linli.base.text import label
from linli.kernel.workflow.grammar import ExtendSpec
from linli.kernel.workflow.models import Clock, Extension
from linli.kernel.workflow.rules.who import is_subject, passes
from linli.kernel.workflow.selectors import has_told
from linli.kernel.workflow.terms import ClockKind, Sort
from linli.kernel.workflow.work import Work


@dataclass(frozen=True)
class Askable:
    """A clock for which the reader may ask for more time: its key, name and how much it would
    be.
    """

    clock: str
    name: str
    span: str


@dataclass(frozen=True)
class Asked:
    """A request for more time."""

    row: Extension
    name: str
    span: str
    may_answer: bool


@dataclass(frozen=True)
class Extensions:
    """What was asked for, and for which clocks the reader may ask."""

    asked: Sequence[Asked]
    askable: Sequence[Askable]

    @property
    def waiting(self) -> list[Asked]:
        """Requests without an answer."""
        return [each for each in self.asked if each.row.answered_at is None]


def extensions_of(work: Work) -> Extensions:
    """More time on a matter's clocks; one query beside that for its clocks, none where nobody asked
    for any.
    """
    specs = {key: spec.extend for key, spec in work.spec.clocks.items() if spec.extend is not None}
    if not specs:
        return Extensions((), ())
    rows = []
    if has_told(work.matter, Sort.ASKED_TIME):
        rows = list(work.matter.extensions.select_related("clock").order_by("pk"))
    asked = [_asked(work, specs[row.clock.name], row) for row in rows if row.clock.name in specs]
    own = [each for each in work.clocks if each.kind == ClockKind.MATTER and each.name in specs]
    open_ones = [each for each in own if _may_ask(work, specs[each.name], each, rows)]
    askable = [
        Askable(each.name, _name(work, each.name), _span(specs[each.name].by)) for each in open_ones
    ]
    return Extensions(asked, askable)


def _asked(work: Work, spec: ExtendSpec, row: Extension) -> Asked:
    actor = work.actor
    is_own = actor.account_id is not None and actor.account_id == row.asked_by_id
    may_answer = (
        row.answered_at is None
        and row.clock.stopped_at is None
        and not is_own
        and passes(actor, spec.approved_by, work.scene)
        and not is_subject(actor, work.scene)
    )
    return Asked(row, _name(work, row.clock.name), _span(Span.parse(row.span)), may_answer)


def _may_ask(work: Work, spec: ExtendSpec, clock: Clock, rows: Sequence[Extension]) -> bool:
    own = [row for row in rows if row.clock_id == clock.pk]
    is_open = clock.stopped_at is None and not clock.has_run_out(work.now)
    is_free = all(row.answered_at is not None for row in own)
    is_left = sum(bool(row.is_granted) for row in own) < spec.times
    return is_open and is_free and is_left and passes(work.actor, spec.asked_by, work.scene)


def _name(work: Work, clock: str) -> str:
    return label(work.spec.clocks[clock].label.as_label())


def _span(span: Span) -> str:
    return span.words(get_language() or "zh")
