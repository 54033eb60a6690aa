# SPDX-License-Identifier: MulanPSL-2.0
"""A matter's history as one timeline, newest first, with the step that comes next drawn too."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.actor import Actor
from linli.base.text import label
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.rules.sealing import SEALED
from linli.kernel.units.models import Unit
from linli.kernel.workflow.histories import moves_all, orders_of
from linli.kernel.workflow.models import HandOver, Matter, Move
from linli.kernel.workflow.rules.clocks import ANSWER, SIGN, SUPERVISE, label_of
from linli.kernel.workflow.rules.who import acts_as_applicant
from linli.kernel.workflow.selectors.names import names_in
from linli.kernel.workflow.selectors.standing import honest
from linli.kernel.workflow.terms import HAND_OVER_SORTS, STUCK_LINES, ClockKind, Perm, Sort
from linli.kernel.workflow.work import Work

CLOCK_TITLES = {
    Sort.LATE: gettext_lazy("“%(clock)s” ran out"),
    Sort.ASKED_TIME: gettext_lazy("More time is asked for “%(clock)s”"),
    Sort.EXTENDED: gettext_lazy("“%(clock)s” has more time"),
    Sort.NOT_EXTENDED: gettext_lazy("No more time for “%(clock)s”"),
    Sort.ESCALATED: gettext_lazy("“%(clock)s” is still not done; passed up to %(to)s"),
}


@dataclass(frozen=True)
class Line:
    """One line of the timeline.

    `state` is next, now or done; `sort` tells what sort of line it is; `said` is what somebody
    wrote, `facts` pairs of a field's name and its value; `at` is empty for the line that comes
    next, whose `due_at` says by when.
    """

    state: str
    sort: str
    title: str
    who: str
    unit: str
    at: dt.datetime | None
    due_at: dt.datetime | None
    reason: str
    said: str
    facts: tuple[tuple[str, str], ...]
    is_shown: bool
    is_hand_over: bool


def timeline(actor: Actor, matter: Matter, *, is_public: bool | None = None) -> list[Line]:
    """What has happened to a matter and what comes next, newest first; four queries however long
    it is.

    Somebody who only filed it (or `is_public`) sees the lines shown to applicants, without internal
    notes and form values.
    """
    work = Work.reading(matter, actor)
    public = _is_outsider(work) if is_public is None else is_public
    moves = [row for row in reversed(moves_all(matter)) if row.shown or not public]
    known = _Known(
        orders={row.offered_at: row for row in reversed(orders_of(matter))},
        names=names_in(matter),
        units={row.unit.pk: row.unit for row in moves if row.unit is not None},
        reasons=_reasons(work, moves),
    )
    told = [
        _line(work, row, known, is_public=public, is_newest=number == 0)
        for number, row in enumerate(moves)
    ]
    return told if matter.ended_at is not None else [_coming(matter), *told]


@dataclass(frozen=True)
class _Known:
    """What the lines name, read once for all."""

    orders: Mapping[dt.datetime, HandOver]
    names: Mapping[int, str]
    units: Mapping[int, Unit]
    reasons: Mapping[str, Mapping[str, str]]


def _is_outsider(work: Work) -> bool:
    if not acts_as_applicant(work.actor, work.scene):
        return False
    return not any(work.path.startswith(path) for path in work.actor.reach(Perm.VIEW_MATTER))


def _coming(matter: Matter) -> Line:
    standing = honest(matter)
    return Line(
        state="next",
        sort="next",
        title=standing.next,
        who=standing.who,
        unit="",
        at=None,
        due_at=standing.by,
        reason="",
        said="",
        facts=(),
        is_shown=True,
        is_hand_over=False,
    )


def _line(work: Work, row: Move, known: _Known, *, is_public: bool, is_newest: bool) -> Line:
    unit = known.units.get(row.unit_id or 0)
    said = row.note if not is_public or row.sort == Sort.NOTED else ""
    if row.sort == Sort.STUCK and not is_public:
        said = label(row.values.get("told", {}))
    return Line(
        state="now" if is_newest and work.matter.ended_at is None else "done",
        sort=row.sort,
        title=_title(work, row, known.orders.get(row.at), unit),
        who=known.names.get(row.account_id or 0, ""),
        unit=label(unit.label) if unit else "",
        at=row.at,
        due_at=None,
        reason=label(known.reasons.get(row.reason, {"zh": row.reason})) if row.reason else "",
        said=said,
        facts=() if is_public else tuple(_facts(work, row)),
        is_shown=row.shown,
        is_hand_over=row.sort in HAND_OVER_SORTS or row.at in known.orders,
    )


def _title(work: Work, row: Move, offered: HandOver | None, unit: Unit | None) -> str:
    """What happened, as somebody would say it."""
    named = {"unit": label(unit.label) if unit else "", "step": _step(work, row)}
    if row.sort == Sort.MOVED and offered is not None:
        return _("Sent to %(unit)s") % {"unit": label(offered.unit.label)}
    if row.sort == Sort.MOVED:
        step = work.spec_then(row).steps.get(row.from_step)
        move = step.moves.get(row.move) if step is not None else None
        if move is not None and move.label is not None:
            return label(move.label.as_label())
        return named["step"]
    titles = {
        Sort.OPENED: _("Reported") if _is_reported(work) else _("Opened"),
        Sort.SIGNED: _("%(unit)s signed for it"),
        Sort.ACCEPTED: _("%(unit)s took it on"),
        Sort.REFUSED: _("%(unit)s sent it back"),
        Sort.CONTESTED: _("%(unit)s sent it back again; the arbiter decides"),
        Sort.LAPSED: _("%(unit)s did not answer in time and has it now"),
        Sort.RULED: _("The arbiter ruled: %(unit)s handles it"),
        Sort.CORRECTED: _("Corrected"),
        Sort.NOTED: _("Note"),
        Sort.RECALLED: _("Taken back from %(unit)s"),
        Sort.ASKED: _("%(unit)s is asked to help"),
        Sort.HELPED: _("%(unit)s has done its part"),
        Sort.RELEASED: _("%(unit)s need not help any more"),
        Sort.HANDED_ON: _("Handed to a colleague"),
        Sort.RECOUNTED: _("The calendar changed; time limits were counted anew"),
        Sort.SUPERVISED: _("Supervised from above"),
        Sort.ACCOUNTED: _("Answer to the supervision"),
    }
    if row.sort in CLOCK_TITLES:
        said = {"clock": _clock(work, row), "to": label(row.values.get("to", {}))}
        return CLOCK_TITLES[Sort(row.sort)] % said
    if row.sort == Sort.STUCK:
        return label(STUCK_LINES.get(row.move, {"zh": row.move}))
    return titles[Sort(row.sort)] % named


def _is_reported(work: Work) -> bool:
    """Whether whoever it is for may open such a matter, rather than staff or the platform alone."""
    return bool(set(work.spec.who) & {"anyone", "resident", "applicant"})


def _step(work: Work, row: Move) -> str:
    step = work.spec_then(row).steps.get(row.to_step)
    return label(step.label.as_label()) if step is not None else ""


def _clock(work: Work, row: Move) -> str:
    spec, name = work.spec_then(row), row.move
    kind = ClockKind.MATTER if name in spec.clocks else ClockKind.STEP
    if kind == ClockKind.STEP and name in (SIGN, ANSWER, SUPERVISE):
        kind = ClockKind.SIGN
    return label(label_of(spec, kind, name))


def _reasons(work: Work, moves: Sequence[Move]) -> dict[str, Mapping[str, str]]:
    """All coded reasons that this workflow may give, or gave by an older version; one query."""
    specs = {id(spec): spec for spec in (work.spec, *map(work.spec_then, moves))}
    steps = [step for spec in specs.values() for step in spec.steps.values()]
    references = {move.reasons for step in steps for move in step.moves.values()}
    references |= {step.offer.reasons for step in steps if step.offer}
    keys = {reference.partition(":")[2] for reference in references if reference}
    return forms.options_of(keys, work.path)


def _facts(work: Work, row: Move) -> list[tuple[str, str]]:
    """What was filled in, with the fields' names; sealed values are left out."""
    step = work.spec_then(row).steps.get(row.from_step)
    if row.sort in (Sort.CORRECTED, Sort.ESCALATED, Sort.STUCK) or not row.values or step is None:
        return []
    move = step.moves.get(row.move)
    reference = (move.form if move else None) or step.form
    if reference is None:
        return []
    form = work.form(reference)
    return [
        (label(form.fields[name].title), forms.value_words(form.fields[name], value))
        for name, value in row.values.items()
        if name in form.fields and not (isinstance(value, Mapping) and SEALED in value)
    ]
