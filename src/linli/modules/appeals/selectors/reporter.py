# SPDX-License-Identifier: MulanPSL-2.0
"""How an appeal stands, in the words of whoever reported it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.actor import Actor
from linli.base.errors import Message
from linli.base.text import label
from linli.engines.ballots import selectors as ballots
from linli.engines.ballots.selectors import Question
from linli.kernel.forms import selectors as forms
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import ClockView
from linli.modules.appeals.models import Appeal, AppealQuerySet
from linli.modules.appeals.selectors import cases

STAGES: dict[str, Message] = {
    "received": gettext_lazy("Taken in"),
    "offered": gettext_lazy("With a unit"),
    "handling": gettext_lazy("Worked on"),
    "verifying": gettext_lazy("Checked"),
    "calling_back": gettext_lazy("You judge"),
}
"""The stages of the base procedure as a resident would name them; others keep the pack's own
label.
"""

NEXT: dict[str, Message] = {
    "received": gettext_lazy("It is sent to the unit that looks after it"),
    "offered": gettext_lazy("The unit takes it on"),
    "handling": gettext_lazy("The unit does the work and answers you"),
    "verifying": gettext_lazy("Somebody else looks whether it is really done"),
    "calling_back": gettext_lazy("You say how it went"),
}

OFFERED = "offered"
"""While a unit is asked, the panel names it."""

WITHDRAW_REASONS = "withdraw_reason"
HEAVY = (
    "case__matter__definition__body",
    "case__matter__place__boundary",
    "place__boundary",
    "place__parent__boundary",
)
"""What no list needs."""

STATES = ("open", "done", "all")
"""What the list of one's own appeals may be narrowed to."""


@dataclass(frozen=True)
class Stage:
    """One stage of the way: done, now or still to come."""

    label: Message
    state: str


@dataclass(frozen=True)
class Standing:
    """How an appeal stands: a word and its tone, the stages, and the four answers of the honest
    panel.

    `due` is the clock of the next step, `closing` that of the whole matter.
    """

    state: Message
    tone: str
    stages: tuple[Stage, ...]
    next: Message
    who: str
    meanwhile: str
    due: ClockView | None
    closing: ClockView | None
    why_late: str
    is_ended: bool
    can_rate: bool


def standing_of(appeal: Appeal, *, is_own: bool = True) -> Standing:
    """How an appeal stands now, for whoever reported it, else (`is_own` false) for staff."""
    matter = appeal.case.matter
    honest = workflow.honest(matter)
    can_rate = is_own and is_to_rate(appeal)
    shown = next((view for view in workflow.clock_views(matter) if view.shown), None)
    running = shown if shown is not None and shown.is_running else None
    state, tone = state_of(appeal, is_own=is_own)
    return Standing(
        state=state,
        tone=tone,
        stages=tuple(_stages(matter)),
        next=honest.next if matter.step == OFFERED else next_of(appeal, is_own=is_own),
        who=_("You") if can_rate else honest.who,
        meanwhile=honest.meanwhile,
        due=honest.clock or running,
        closing=running,
        why_late=" ".join(honest.why_late),
        is_ended=honest.is_ended,
        can_rate=can_rate,
    )


def _stages(matter: Matter) -> list[Stage]:
    views = [view for view in workflow.steps_of(matter) if view.key != "closed"]
    states = {"current": "now", "todo": "next"}
    return [
        Stage(STAGES.get(view.key, view.label), states.get(view.state, view.state))
        for view in views
    ]


def state_of(appeal: Appeal, *, is_own: bool = True) -> tuple[Message, str]:
    """The state of an appeal in a word, with the tone of its pill; no query."""
    matter = appeal.case.matter
    if appeal.withdrawn_at is not None:
        return _("Withdrawn"), ""
    if matter.ended_at is not None:
        step = workflow.spec_of(matter.definition).steps[matter.step]
        return label(step.label.as_label()), "good" if matter.end == "done" else ""
    if is_to_rate(appeal):
        return (_("Waiting for your word"), "now") if is_own else (_("To be rated"), "brand")
    return _("Under way"), "brand"


def next_of(appeal: Appeal, *, is_own: bool = True) -> Message:
    """The next step in one line, for lists; no query."""
    matter = appeal.case.matter
    if appeal.withdrawn_at is not None or matter.ended_at is not None:
        return ""
    if is_to_rate(appeal) and not is_own:
        return _("The resident says how it went")
    return NEXT.get(matter.step) or label(
        workflow.spec_of(matter.definition).steps[matter.step].label.as_label()
    )


def is_to_rate(appeal: Appeal) -> bool:
    """Whether the reporter's mark is waited for, perhaps a second one after the work was redone."""
    matter = appeal.case.matter
    is_open = matter.ended_at is None and appeal.withdrawn_at is None
    return is_open and bool(matter.gate_key)


@dataclass(frozen=True)
class Row:
    """An appeal as a list shows it."""

    appeal: Appeal
    state: Message
    tone: str
    next: Message
    due_at: dt.datetime | None


def row_of(appeal: Appeal, *, is_own: bool = True) -> Row:
    """An appeal as a list shows it; no query."""
    state, tone = state_of(appeal, is_own=is_own)
    is_running = appeal.withdrawn_at is None
    due_at = appeal.case.matter.next_due_at if is_running else None
    return Row(appeal, state, tone, next_of(appeal, is_own=is_own), due_at)


def appeals_own(*, actor: Actor, state: str = "all") -> AppealQuerySet:
    """What this person reported, or somebody reported for them, newest first: all, open or done."""
    return appeals_listed(actor=actor, which="own", state=state)


def appeals_listed(*, actor: Actor, which: str = "own", state: str = "all") -> AppealQuerySet:
    """Appeals newest first, all, open or done: own, taken in for others, or all that the actor may
    see.
    """
    found: AppealQuerySet
    if which == "seen":
        found = Appeal.objects.filter(case__in=cases.cases_seen(actor=actor).values("pk"))
    elif which == "taken":
        found = cases.appeals_taken(actor=actor)
    else:
        found = cases.appeals_of(actor=actor)
    found = found.select_related(
        "case__matter__definition",
        "case__matter__place",
        "case__matter__lead_unit",
        "place__parent",
    )
    found = found.defer(*HEAVY).order_by("-filed_at", "-pk")
    is_open = Q(case__matter__ended_at__isnull=True, withdrawn_at__isnull=True)
    if state == "open":
        return found.filter(is_open)
    return found.exclude(is_open) if state == "done" else found


def rating_asked(matter: Matter) -> Question | None:
    """The rating that waits for a mark, as a page asks it; None where none does."""
    ballot = ballots.ballot_open(matter)
    return ballots.question_of(ballot) if ballot is not None else None


@dataclass(frozen=True)
class Withdrawal:
    """Whether an appeal may be taken back now, and the reasons to choose from."""

    is_open: bool
    reasons: Mapping[str, Mapping[str, str]]


def withdrawal_of(own: Actor, appeal: Appeal) -> Withdrawal:
    """Whether `own`, who acts as the one who filed it, may take an appeal back now."""
    matter = appeal.case.matter
    if appeal.withdrawn_at is not None or matter.ended_at is not None:
        return Withdrawal(is_open=False, reasons={})
    button = next((m for m in workflow.moves_open(own, matter) if m.key == "withdraw"), None)
    if button is None or not button.is_open:
        return Withdrawal(is_open=False, reasons={})
    reasons = button.reasons or forms.choices_get(WITHDRAW_REASONS, matter.place.path)
    return Withdrawal(is_open=True, reasons=reasons)


def others_count(appeal: Appeal) -> int:
    """How many other people reported the same thing."""
    own = appeal.case.appeals.filter(withdrawn_at__isnull=True).exclude(pk=appeal.pk)
    return own.count()
