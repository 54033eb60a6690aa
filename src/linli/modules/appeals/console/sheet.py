# SPDX-License-Identifier: MulanPSL-2.0
"""One case as the console shows it, in the preview and on its page; each part is read when it is
drawn.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.errors import Message
from linli.engines.ballots import selectors as ballots
from linli.engines.ballots.selectors import Question
from linli.kernel.access import services as access
from linli.kernel.places import selectors as places
from linli.kernel.units.models import Unit
from linli.kernel.workflow.selectors import OpenMove
from linli.kernel.workflow.terms import OrderState
from linli.modules.appeals import services
from linli.modules.appeals.models import Case
from linli.modules.appeals.selectors import course, saying
from linli.modules.appeals.selectors.lines import step_label
from linli.modules.appeals.terms import Perm
from linli.shells.frame.mapping import MapDrawing, map_drawing
from linli.shells.frame.middleware import actor_of
from linli.shells.matters.asking import Together, together_of
from linli.shells.matters.sheet import Sheet as MatterSheet
from linli.shells.matters.standing import Standing, with_duty

MAP_SIZE = (420, 180)
FEW_LINES = 4
BREAKS = "。！？!?；;，,、\n "
RATE = "call_back"


@dataclass(frozen=True)
class Button:
    """Something that may be done now.

    `is_direct` needs nothing to be filled in; `dialog` is the id of its dialog on the case's page.
    """

    key: str
    label: str
    href: str
    is_open: bool
    why_not: Message
    is_direct: bool
    is_duty: bool
    dialog: str
    move: OpenMove | None


class Sheet(Standing):
    """A case with everything that its page says."""

    def __init__(self, request: HttpRequest, case: Case) -> None:
        super().__init__(case.matter, actor_of(request))
        self.request = request
        self.case = case
        self.kind = request.GET.get("lines", saying.ALL)

    @cached_property
    def stages(self) -> list[course.Stage]:
        """The line of stages."""
        return course.stages_of(self.case, self.standing)

    @property
    def step(self) -> str:
        """What its present step is called."""
        return step_label(self.matter)

    @cached_property
    def voices(self) -> list[course.Voice]:
        """Everybody who reported it."""
        return course.voices_of(actor=self.actor, case=self.case)

    @property
    def first(self) -> course.Voice | None:
        """Whoever reported it first."""
        return self.voices[0] if self.voices else None

    @property
    def said(self) -> str:
        """What was said first, without the words that stand above it as the title."""
        text = self.first.appeal.what if self.first is not None else ""
        rest = text.removeprefix(self.case.title).lstrip(BREAKS)
        return rest or text

    @property
    def others(self) -> list[course.Voice]:
        """Whoever else reported it."""
        return self.voices[1:]

    @cached_property
    def lines(self) -> list[saying.CaseLine]:
        """Its history, narrowed to what the address asks for."""
        return saying.case_lines(actor=self.actor, case=self.case, kind=self.kind)

    @property
    def few_lines(self) -> list[saying.CaseLine]:
        """The newest lines, for the preview."""
        return self.lines[:FEW_LINES]

    @cached_property
    def hands(self) -> course.Hands:
        """Whose hands it is in."""
        return course.hands_of(self.case)

    @property
    def hands_state(self) -> tuple[str, str]:
        """How its order stands, in a word, with a tone."""
        order = self.hands.order
        if order is not None:
            tone = "late" if order.state == OrderState.CONTESTED else "soon"
            return str(OrderState(order.state).label), tone
        return (_("Accepted"), "good") if self.matter.lead_unit is not None else ("", "")

    @cached_property
    def buttons(self) -> list[Button]:
        """What this actor may do now, what they should do first in front."""
        found = [self._button(move) for move in self.moves]
        if self.question is not None:
            href = reverse("console:appeal_call_back", args=[self.matter.number])
            words = _("Call back")
            found.append(Button(RATE, words, href, True, "", False, False, f"do-{RATE}", None))
        return list(with_duty(found, self.done_here))

    def _button(self, move: OpenMove) -> Button:
        number = self.matter.number
        is_direct = move.form is None and not move.reasons and not move.needs_unit
        return Button(
            key=move.key,
            label=move.label,
            href=reverse("console:appeal_do", args=[number, move.key]),
            is_open=move.is_open,
            why_not=move.why_not,
            is_direct=is_direct,
            is_duty=False,
            dialog="" if is_direct else f"do-{move.key}",
            move=move,
        )

    @cached_property
    def question(self) -> Question | None:
        """What a clerk asks when calling back; None for whoever may not, or before the answer."""
        if not self.matter.gate_key:
            return None
        if not access.may(self.actor, Perm.FOLLOW_UP, at=self.matter.place):
            return None
        ballot = ballots.ballot_open(self.matter)
        return ballots.question_of(ballot) if ballot is not None else None

    @cached_property
    def unit_proposed(self) -> Unit | None:
        """The unit that the duty list names."""
        return course.unit_proposed(actor=self.actor, case=self.case)

    @cached_property
    def units(self) -> list[Unit]:
        """The units that may be given it."""
        return course.units_of_place(self.case)

    @cached_property
    def refused_by(self) -> frozenset[int]:
        """The units that have sent it back."""
        return frozenset(each.unit_id for each in self.hands.sent if each.refused_at is not None)

    @cached_property
    def has_numbers(self) -> bool:
        """Whether this actor may ask for somebody's telephone number."""
        return any(voice.may_open for voice in self.voices)

    @cached_property
    def whole(self) -> MatterSheet:
        """The matter of the case, as pages of any procedure show one."""
        return MatterSheet(self.request, self.matter)

    @cached_property
    def together(self) -> Together:
        """Units that help, more time, and the matters that it waits for."""
        return together_of(self.whole)

    @cached_property
    def chain(self) -> list[str]:
        """The way down to its place, in names."""
        return [places.name_said(name, en) for *_where, name, en in self.whole.work.ancestors]

    @cached_property
    def spot(self) -> course.Spot:
        """Where it is."""
        return course.spot_of(self.case)

    @cached_property
    def drawing(self) -> MapDrawing | None:
        """A small map of where it is."""
        spot = self.spot
        if not spot.features["features"]:
            return None
        width, height = MAP_SIZE
        here = spot.place.code
        return map_drawing(spot.features, width=width, height=height, here=here, pin=spot.pin)

    @cached_property
    def class_name(self) -> str:
        """What its class is called."""
        return course.class_name(self.matter)

    @cached_property
    def may_note(self) -> bool:
        """Whether this actor may write into its history, or correct class and place."""
        return course.may_note(actor=self.actor, case=self.case)

    @cached_property
    def may_urge(self) -> bool:
        """Whether this actor may urge it on."""
        rights = services.MAY_URGE
        is_running = self.matter.ended_at is None and not self.matter.gate_key
        return is_running and any(access.may(self.actor, r, at=self.matter.place) for r in rights)

    @property
    def about_unit(self) -> Unit | None:
        """The unit that is complained of."""
        return self.case.about_unit


def sheet_of(request: HttpRequest, case: Case) -> Sheet:
    """A case as this reader sees it."""
    return Sheet(request, case)
