# SPDX-License-Identifier: MulanPSL-2.0
"""One matter as its page shows it; each part is read when it is drawn."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from linli.base.errors import Message, Refused
from linli.base.text import label
from linli.kernel.places import selectors as places
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import HandOver, Matter
from linli.kernel.workflow.selectors import Line, OpenMove
from linli.kernel.workflow.selectors.beginning import service_named
from linli.kernel.workflow.services.matters import takes_part
from linli.kernel.workflow.services.offering import order_unit
from linli.kernel.workflow.terms import WAITING, OrderState
from linli.kernel.workflow.work import Work
from linli.shells.frame.filling import Fact
from linli.shells.frame.middleware import actor_of
from linli.shells.matters.extending import Extensions, extensions_of
from linli.shells.matters.filling import facts_of
from linli.shells.matters.helping import Helping, helping_of
from linli.shells.matters.kin import Kin, kin_of
from linli.shells.matters.standing import Standing, with_duty
from linli.shells.matters.supervising import Supervisions, supervisions_of

ALL, HAND_OVER = "all", "hand_over"
STATES = {"current": "now", "todo": "next"}
DUTY = "duty"


@dataclass(frozen=True)
class Stage:
    """One stop of the step bar; `note` says who is to act there now."""

    label: str
    state: str
    note: str


@dataclass(frozen=True)
class Button:
    """Something that may be done now; `is_direct` needs nothing to be filled in."""

    key: str
    label: str
    href: str
    is_open: bool
    why_not: Message
    is_direct: bool
    is_duty: bool
    move: OpenMove


class Sheet(Standing):
    """A matter with everything that its page says."""

    def __init__(self, request: HttpRequest, matter: Matter) -> None:
        super().__init__(matter, actor_of(request))
        self.work = Work.reading(matter, self.actor)
        self.kind = HAND_OVER if request.GET.get("lines") == HAND_OVER else ALL

    @property
    def title(self) -> str:
        """What it is about; else what its procedure is called."""
        return self.matter.title or self.procedure

    @property
    def procedure(self) -> str:
        """What its procedure is called."""
        return label(self.work.spec.label.as_label())

    @property
    def step(self) -> str:
        """What its present step is called."""
        return label(self.work.step.label.as_label())

    @property
    def help(self) -> str:
        """What the procedure says about its present step."""
        return label(self.work.step.help.as_label()) if self.work.step.help else ""

    @cached_property
    def stages(self) -> list[Stage]:
        """The step bar."""
        return [
            Stage(
                view.label,
                STATES.get(view.state, view.state),
                self.standing.who if view.state == "current" else "",
            )
            for view in workflow.steps_of(self.matter)
        ]

    @cached_property
    def lines(self) -> list[Line]:
        """Its history, perhaps only the hand-overs."""
        found = workflow.timeline(self.actor, self.matter)
        coming = replace(found[0], who=self.standing.who) if found and not found[0].at else None
        told = [coming, *found[1:]] if coming is not None else found
        return [line for line in told if line.is_hand_over] if self.kind == HAND_OVER else told

    @cached_property
    def facts(self) -> list[Fact]:
        """What was filled in when it was opened."""
        return facts_of(self.work)

    @property
    def class_name(self) -> str:
        """What its class is called; "" without one."""
        key = self.matter.class_key
        found = self.work.class_tree.classes.get(key) if key else None
        return found.name if found is not None else key

    @cached_property
    def service_name(self) -> str:
        """What its item of the one window is called; "" without one."""
        key = self.matter.service_key
        return service_named(key, self.work.path, self.work.opened_on) if key else ""

    @cached_property
    def place_names(self) -> str:
        """Where it is, from the top down."""
        return " › ".join(places.name_of(each) for each in places.chain(self.matter.place))

    @cached_property
    def orders(self) -> list[HandOver]:
        """All its orders, newest first."""
        return workflow.orders_of(self.matter)

    @property
    def order(self) -> HandOver | None:
        """The order that waits for an answer or the arbiter."""
        return next((each for each in self.orders if each.state in WAITING), None)

    @property
    def unit(self) -> Unit | None:
        """The unit that has it in hand, else the one it is offered to, else the one called."""
        offered = self.order.unit if self.order is not None else None
        return self.matter.lead_unit or offered or self.matter.called_unit

    @cached_property
    def holder(self) -> str:
        """Who has it in hand."""
        return workflow.holder_in(self.matter)

    @property
    def hands_state(self) -> tuple[str, str]:
        """How its unit stands to it, in a word, with a tone."""
        if self.order is not None:
            is_contested = self.order.state == OrderState.CONTESTED
            return str(OrderState(self.order.state).label), "late" if is_contested else "soon"
        if self.matter.lead_unit is not None:
            return str(OrderState.ACCEPTED.label), "good"
        return (pgettext("a unit", "Called"), "") if self.matter.called_unit else ("", "")

    @cached_property
    def kin(self) -> Kin:
        """The matters that it waits for, and the one that waits for it."""
        return kin_of(self.work)

    @cached_property
    def helping(self) -> Helping:
        """The units that help the lead."""
        return helping_of(self.work)

    @cached_property
    def supervisions(self) -> Supervisions:
        """Orders from above to hasten it."""
        return supervisions_of(self.work)

    @cached_property
    def extensions(self) -> Extensions:
        """More time: what was asked for, and what may be asked or answered."""
        return extensions_of(self.work)

    @cached_property
    def buttons(self) -> list[Button]:
        """What this actor may do now, what they should do first in front."""
        return list(with_duty([self._button(move) for move in self.moves], self.done_here))

    def _button(self, move: OpenMove) -> Button:
        return Button(
            key=move.key,
            label=move.label,
            href=reverse("console:matter_do", args=[self.matter.number, move.key]),
            is_open=move.is_open,
            why_not=move.why_not,
            is_direct=move.form is None and not move.reasons and not move.needs_unit,
            is_duty=False,
            move=move,
        )

    @cached_property
    def units(self) -> list[Unit]:
        """The units that may be given it."""
        return list(units.units_choosable(self.matter.place))

    @property
    def refused_by(self) -> frozenset[int]:
        """The units that have sent it back."""
        return frozenset(each.unit_id for each in self.orders if each.refused_at is not None)

    def is_by_duty(self, move: OpenMove) -> bool:
        """Whether a move offers it to the unit that the duty list names."""
        offer = self.work.spec.steps[move.to].offer
        return offer is not None and offer.to == DUTY

    @cached_property
    def unit_proposed(self) -> Unit | None:
        """The unit that the duty list names for it now; None where it names none."""
        try:
            return order_unit(self.work)[0]
        except Refused:
            return None

    @cached_property
    def may_note(self) -> bool:
        """Whether this actor may write into its history."""
        return self.matter.ended_at is None and takes_part(self.work)
