# SPDX-License-Identifier: MulanPSL-2.0
"""How a matter stands, said honestly: 下一步、谁来办、什么时候、为什么晚."""

import datetime as dt
from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.base.actor import SYSTEM
from linli.base.derivation import Kind, Pause
from linli.base.text import label
from linli.kernel.access.selectors import role_find
from linli.kernel.forms import selectors as forms
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.grammar import OfferSpec, WorkflowSpec
from linli.kernel.workflow.histories import (
    called_since,
    is_new_version,
    moves_all,
    orders_of,
    steps_left,
)
from linli.kernel.workflow.models import HandOver, Matter
from linli.kernel.workflow.rules.who import who_read
from linli.kernel.workflow.selectors.names import holder_in
from linli.kernel.workflow.selectors.reading import ClockView, clock_views
from linli.kernel.workflow.terms import ClockKind, End, OrderState, Sort
from linli.kernel.workflow.work import Work


@dataclass(frozen=True)
class Honest:
    """The four answers of the honest panel.

    `who` is a person, unit or role; `meanwhile` says who answers until an order is accepted. `by`
    is the due time of `clock`; `why_late` has one sentence for each reason, empty while nothing
    is late.
    """

    step: str
    next: str
    who: str
    meanwhile: str
    by: dt.datetime | None
    clock: ClockView | None
    why_late: tuple[str, ...]
    is_ended: bool

    @property
    def is_late(self) -> bool:
        """Whether the due time has passed."""
        return self.clock is not None and self.clock.is_late


def honest(matter: Matter) -> Honest:
    """How a matter stands now: the next step, who does it, by when, and why it is late if it is."""
    work = Work.reading(matter, SYSTEM)
    step = label(work.step.label.as_label())
    if matter.ended_at is not None:
        return Honest(step, "", "", "", None, None, (), is_ended=True)
    views = clock_views(matter, work.now)
    nearest = _nearest(views)
    who, meanwhile = _who(work)
    return Honest(
        step=step,
        next=_next(work),
        who=who,
        meanwhile=meanwhile,
        by=nearest.due_at if nearest else None,
        clock=nearest,
        why_late=_why_late(work, views),
        is_ended=False,
    )


def _nearest(views: list[ClockView]) -> ClockView | None:
    """The clock that speaks for the matter: that of the step or order, unless one of the
    matter's is due sooner."""
    running = [view for view in views if view.is_running]
    return min(running, key=lambda view: (view.due_at, view.kind == ClockKind.MATTER), default=None)


def _next(work: Work) -> str:
    order = work.order
    if work.step.offer is not None and order is not None:
        if order.state == OrderState.CONTESTED:
            return _("The arbiter says who handles it")
        unit = {"unit": label(order.unit.label)}
        if order.state == OrderState.OFFERED:
            return _("%(unit)s signs for it") % unit
        return _("%(unit)s accepts it or sends it back") % unit
    onward = [
        (move.to, move.label)
        for move in work.step.moves.values()
        if move.to != work.matter.step and not move.is_automatic and move.label is not None
    ]
    after = dict(pairwise(way_done(work.spec))).get(work.matter.step)
    words = [*(words for to, words in onward if to == after), *(words for _to, words in onward)]
    return label((words[0] if words else work.step.label).as_label())


def _who(work: Work) -> tuple[str, str]:
    """Who is to act, and who answers meanwhile."""
    order, matter = work.order, work.matter
    if work.step.offer is not None and order is not None:
        sender = label(order.sender_unit.label) if order.sender_unit is not None else ""
        meanwhile = holder_in(matter) or sender
        if order.state == OrderState.CONTESTED:
            return _roles(work, work.step.offer.arbiter or ()), meanwhile
        return label(order.unit.label), meanwhile
    if work.step.waits_for is not None:
        return _awaited(work) or _called_by(work) or _("Whoever reported it"), ""
    return _roles(work, work.step.who or ()), ""


def _awaited(work: Work) -> str:
    """Who the children of the present gate wait for: the units called, else what they are; "" at a
    gate without children.
    """
    rows = work.matter.children.filter(parent_gate=work.matter.gate_key, ended_at__isnull=True)
    if work.step.waits_for is None or not work.step.waits_for.startswith("workflow:"):
        return ""
    found = [
        label(child.called_unit.label)
        if child.called_unit is not None
        else label(spec_of(child.definition).label.as_label())
        for child in rows.select_related("called_unit", "definition").order_by("pk")
    ]
    return pgettext("between people", ", ").join(dict.fromkeys(found))


def _called_by(work: Work) -> str:
    """Who sees to a gate whose children have all ended without result: those who called them; ""
    at a gate without children.
    """
    if work.step.waits_for is None or not work.step.waits_for.startswith("workflow:"):
        return ""
    return _roles(work, work.spec.steps[work.step_before].who or ())


def _roles(work: Work, who: tuple[str, ...]) -> str:
    """The people of a desk: the unit with the one who has it in hand, else the first role's
    name."""
    entries = [who_read(text) for text in who]
    if any(entry.of == "lead" for entry in entries) and work.matter.lead_unit is not None:
        unit = label(work.matter.lead_unit.label)
        name = holder_in(work.matter)
        return f"{name}·{unit}" if name else unit
    for entry in entries:
        if entry.role in ("applicant", "subject"):
            return _("Whoever reported it")
        if entry.is_party:
            continue
        role = role_find(entry.role, work.path)
        if role is not None:
            return label(role.body["label"])
    return ""


def _why_late(work: Work, views: list[ClockView]) -> tuple[str, ...]:
    late = [view for view in views if view.is_late and view.stopped_at is None]
    if not late:
        return ()
    reasons = [*_refusals(work), *_sent_back(work), *_pauses(late), *_holidays(late)]
    if not reasons:
        longest = min(late, key=lambda view: view.due_at)
        reasons = [_("“%(clock)s” was due and has not been done.") % {"clock": longest.label}]
    return tuple(dict.fromkeys(reasons))


def _refusals(work: Work) -> list[str]:
    rows = [row for row in orders_of(work.matter) if row.refused_at is not None]
    found: list[str] = []
    for row in reversed(rows):
        offer = _offer(work, row)
        options = forms.choices_get(offer.reasons.partition(":")[2], work.path) if offer else {}
        said = {
            "unit": label(row.unit.label),
            "reason": label(options.get(row.refusal_reason, {"zh": row.refusal_reason})),
        }
        found.append(_("%(unit)s sent it back: %(reason)s.") % said)
    if work.order is not None and work.order.state == OrderState.CONTESTED:
        found.append(_("It waits for the arbiter's ruling."))
    return found


def _offer(work: Work, row: HandOver) -> OfferSpec | None:
    """The hand-over by which an order was made, perhaps of an older version of the procedure."""
    step = work.spec.steps.get(row.step)
    if step is None and row.refused_at is not None:
        then = (row.refused_at, row.refusal_reason)
        lines = moves_all(work.matter)
        line = next((each for each in lines if (each.at, each.reason) == then), None)
        step = work.spec_then(line).steps.get(line.from_step) if line is not None else None
    return step.offer if step is not None else None


def _sent_back(work: Work) -> list[str]:
    """The matter came back to a step it had left: not solved, or not to the resident's mind."""
    visited: list[str] = []
    found: list[str] = []
    for line in moves_all(work.matter):
        if is_new_version(line):
            visited = [called_since(line, step) for step in visited]
        if line.sort != Sort.MOVED:
            continue
        if line.to_step in visited and line.to_step != line.from_step:
            step = work.spec_then(line).steps.get(line.from_step)
            said = {"step": label(step.label.as_label()) if step else line.from_step}
            found.append(_("It was sent back from “%(step)s”.") % said)
        visited.append(line.from_step)
    return found


def _pauses(late: list[ClockView]) -> list[str]:
    return [
        _("It waited: %(reason)s.") % {"reason": label(change.reason)}
        for view in late
        for change in view.derivation.changes
        if isinstance(change, Pause) and label(change.reason)
    ]


def _holidays(late: list[ClockView]) -> list[str]:
    """Days off between the due time and now, in which nobody worked."""
    names = {
        label(day.note)
        for view in late
        for day in view.derivation.days
        if day.kind is Kind.HOLIDAY and day.note
    }
    return [_("Days off lay between: %(name)s.") % {"name": name} for name in sorted(names)]


@dataclass(frozen=True)
class StepView:
    """One stop of the way to the end: done, current or still to come."""

    key: str
    label: str
    state: str


def steps_of(matter: Matter) -> list[StepView]:
    """The straight way of a matter from its first step to being done, with where it stands.

    A matter beside the way (waiting, before the arbiter) shows the step it came from as current;
    one that ended otherwise shows that end.
    """
    work = Work.reading(matter, SYSTEM)
    way = way_done(work.spec)
    at = matter.step
    if at not in way:
        if work.step.end is not None:
            way = [*_visited(work, way), at]
        else:
            before = steps_left(work.matter)
            at = next((step for step in reversed(before) if step in way), way[0])
    here = way.index(at)
    return [
        StepView(
            key=key,
            label=label(work.spec.steps[key].label.as_label()),
            state="done" if n < here or matter.ended_at else ("current" if n == here else "todo"),
        )
        for n, key in enumerate(way)
    ]


def _visited(work: Work, way: list[str]) -> list[str]:
    seen = {work.spec.first, *steps_left(work.matter)}
    return [step for step in way if step in seen]


def way_done(spec: WorkflowSpec) -> list[str]:
    """The shortest way from the first step to an end that is done, moves in the order they are
    written."""
    came_from: dict[str, str] = {spec.first: ""}
    waiting = deque([spec.first])
    while waiting:
        step = waiting.popleft()
        if spec.steps[step].end is End.DONE:
            way = [step]
            while came_from[way[0]]:
                way.insert(0, came_from[way[0]])
            return way
        for move in spec.steps[step].moves.values():
            if move.to not in came_from:
                came_from[move.to] = step
                waiting.append(move.to)
    return [spec.first]
