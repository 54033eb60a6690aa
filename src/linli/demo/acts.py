# SPDX-License-Identifier: MulanPSL-2.0
"""What people of an invented city do with a case at its present step, all of it through the
services.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from linli.base.actor import ANONYMOUS, Actor
from linli.base.calendar import WorkCalendar
from linli.demo.agenda import Planned
from linli.demo.chance import chance_of
from linli.demo.crew import Crew
from linli.demo.living import CALLED_BACK, CONFIDENTIAL, CONTESTED
from linli.demo.pictures import street_picture
from linli.demo.script import REASONS, REDOS, RETURNS
from linli.demo.talk import living, phrase
from linli.kernel.forms.selectors import class_get
from linli.kernel.people.models import Person
from linli.kernel.units.models import Unit
from linli.kernel.units.selectors import unit_for
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import HandOver, Matter
from linli.kernel.workflow.selectors import duties_for
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.services import filing, handling
from linli.modules.appeals.terms import Channel

CHANNELS = {
    "portal": Channel.PORTAL,
    "anonymous": Channel.PORTAL,
    "phone": Channel.PHONE,
    "window": Channel.WINDOW,
    "grid": Channel.GRID,
}
TAKERS = {"phone": "dispatcher", "window": "community_clerk", "grid": "grid_worker"}
"""Who takes an appeal down that comes by such a channel."""

_VERIFIERS = ("community_clerk", "community_secretary", "dispatcher")
_HOWS = ("phone", "phone", "visit", "message")
_CHECKED = ("on_site", "on_site", "phone", "papers")
_SOLVED = {"very_good": "yes", "good": "yes", "fair": "partly", "poor": "no", "very_poor": "no"}


@dataclass
class Running:
    """A case on its way: what was planned, the appeal it became, and how far its script has come.

    `limits` are the times that its clocks give, with their calendars; `path` is the path of its
    place; `worked` are the accounts that handled it.
    """

    number: int
    planned: Planned
    chance: random.Random
    path: str = ""
    appeal: Appeal | None = None
    refused: int = 0
    failed: int = 0
    rated: int = 0
    limits: dict[str, tuple[dt.timedelta, WorkCalendar]] = field(default_factory=dict)
    is_contacted: bool = False
    is_noted: bool = False
    worked: set[int | None] = field(default_factory=set)

    @property
    def filed(self) -> Appeal:
        """The appeal, once it is filed; raises LookupError before."""
        if self.appeal is None:
            raise LookupError(self.number)
        return self.appeal

    @property
    def matter(self) -> Matter:
        """The matter as it was when it was opened: for what never changes."""
        return self.filed.case.matter


@dataclass(frozen=True)
class Standing:
    """Where a matter stands, and its newest order: read anew for each turn, and no more than is
    needed.
    """

    step: str
    since: dt.datetime
    lead_unit_id: int | None
    order_id: int | None = None
    order_state: str = ""
    order_unit_id: int | None = None

    @property
    def unit_id(self) -> int | None:
        """The unit that has it in hand, or is to take it."""
        return self.lead_unit_id or self.order_unit_id


def standing_of(matter_id: int) -> Standing | None:
    """How a matter stands now; None once it has ended."""
    rows = Matter.objects.filter(pk=matter_id, ended_at__isnull=True)
    found = rows.values_list("step", "step_since", "lead_unit_id").first()
    if found is None:
        return None
    if found[0] != "offered":
        return Standing(*found)
    orders = HandOver.objects.filter(matter_id=matter_id).order_by("-pk")
    return Standing(*found, *(orders.values_list("pk", "state", "unit_id").first() or ()))


@dataclass
class Stage:
    """Where it happens: the crew, and the units of the top place by key."""

    crew: Crew
    units: dict[str, Unit] = field(default_factory=dict)

    def handler(self, case: Running, now: Standing) -> Actor | None:
        """Whoever of the unit in hand works on this case."""
        if now.unit_id is None:
            return None
        return self.crew.of("handler", now.unit_id, case.number)


def running(number: int, planned: Planned, seed: int) -> Running:
    """A planned appeal that waits to be filed."""
    return Running(number, planned, chance_of("case", seed, number, planned.at))


def file(stage: Stage, case: Running) -> None:
    """Say it, through the channel and by the person planned."""
    planned = case.planned
    draft = filing.Draft(
        what=planned.said.what,
        channel=CHANNELS[planned.channel],
        lon=planned.lon,
        lat=planned.lat,
        spot=planned.said.spot,
        class_key=planned.said.class_key,
        contact_name=planned.contact[0],
        contact_phone=planned.contact[1],
        reporter=_person(planned.resident.person_id) if planned.resident else None,
        for_person=_person(planned.for_resident.person_id) if planned.for_resident else None,
        is_confidential=planned.is_confidential,
        about_unit=stage.units.get("urban_management") if planned.living == CONFIDENTIAL else None,
        photos=tuple(
            street_picture(case.chance, planned.said.class_key) for _ in range(planned.photos)
        ),
    )
    case.appeal = filing.appeal_file(actor=_filer(stage, planned), draft=draft)
    case.path = case.matter.place.path


def _filer(stage: Stage, planned: Planned) -> Actor:
    """Who sends it in: the resident, nobody known, or whoever took it down."""
    role = TAKERS.get(planned.channel)
    if role is not None:
        return stage.crew.at(role, planned.area.path) or ANONYMOUS
    if planned.resident is not None and planned.resident.account_id is not None:
        return stage.crew.actor(planned.resident.account_id)
    return ANONYMOUS


def _person(person_id: int) -> Person:
    return Person.objects.get(pk=person_id)


def dispatch(stage: Stage, case: Running, now: Standing) -> None:
    """The dispatcher sends it on; after a refusal to a unit that supports the first one."""
    actor = stage.crew.at("dispatcher", case.path)
    if actor is not None:
        workflow.matter_move(
            actor=actor,
            matter=case.matter.pk,
            move="dispatch",
            expected_step=now.step,
            unit=_other_unit(case) if case.refused else None,
        )


def _other_unit(case: Running) -> Unit | None:
    """The first supporting unit of the duty list that has not refused yet; None leaves it to the
    list.
    """
    place = case.matter.place
    own = class_get(case.matter.class_key, case.path)
    tried = set(HandOver.objects.filter(matter=case.matter).values_list("unit_id", flat=True))
    for duty in duties_for(own.chain if own is not None else (), place):
        for key in duty.support:
            unit = unit_for(key, place)
            if unit is not None and unit.pk not in tried:
                return unit
    return None


def sign(stage: Stage, case: Running, now: Standing) -> None:
    """The duty officer of the unit confirms that it has arrived."""
    actor = stage.handler(case, now)
    if actor is not None and now.order_id is not None:
        workflow.order_sign(actor=actor, order=now.order_id)


def accept(stage: Stage, case: Running, now: Standing) -> None:
    """The unit takes it on."""
    actor = stage.handler(case, now)
    if actor is not None and now.order_id is not None:
        workflow.order_accept(actor=actor, order=now.order_id)


def refuse(stage: Stage, case: Running, now: Standing) -> None:
    """The unit sends it back with a reason; the second time that goes to the arbiter."""
    actor = stage.handler(case, now)
    case.refused += 1
    if case.planned.living == CONTESTED:
        note = living(CONTESTED)["first" if case.refused == 1 else "second"]
        reason = RETURNS[0]
    else:
        note, reason = phrase(case.chance, "refusals"), case.chance.choice(RETURNS)
    if actor is not None and now.order_id is not None:
        workflow.order_refuse(actor=actor, order=now.order_id, reason=reason, note=note)


def contact(stage: Stage, case: Running, now: Standing) -> None:
    """The handler speaks with the resident."""
    case.is_contacted = True
    values = {
        "how": case.chance.choice(_HOWS),
        "reached": True,
        "note": phrase(case.chance, "contacts"),
    }
    _move(stage.handler(case, now), case, now, "contacted", values=values)


def note(stage: Stage, case: Running, now: Standing, text: str) -> None:
    """The handler writes down for colleagues why it is late."""
    case.is_noted = True
    actor = stage.handler(case, now)
    if actor is not None:
        workflow.matter_note(actor=actor, matter=case.matter.pk, note=text)


def answer(stage: Stage, case: Running, now: Standing) -> None:
    """The handler says what was done, and tells the resident."""
    said = case.planned.said
    values = {"outcome": "solved", "done": said.done, "reply": said.reply}
    _move(stage.handler(case, now), case, now, "answer", values=values)


def verify(stage: Stage, case: Running, now: Standing) -> None:
    """Somebody who did not work on it looks whether it is so."""
    first = case.number % len(_VERIFIERS)
    found = (stage.crew.at(role, case.path) for role in _VERIFIERS[first:] + _VERIFIERS[:first])
    others = (each for each in found if each is not None and each.account_id not in case.worked)
    actor = next(others, None)
    values = {"how": case.chance.choice(_CHECKED), "note": phrase(case.chance, "checks")}
    move, reason = "pass", ""
    if case.failed < case.planned.script.fails:
        case.failed += 1
        move, reason = "fail", case.chance.choice(REDOS)
        values["note"] = phrase(case.chance, "redos")
    _move(actor, case, now, move, values=values, reason=reason)


def _move(
    actor: Actor | None,
    case: Running,
    now: Standing,
    move: str,
    *,
    values: dict[str, Any],
    reason: str = "",
) -> None:
    if actor is not None:
        case.worked.add(actor.account_id if now.step == "handling" else None)
        handling.case_move(
            actor=actor,
            case=case.filed.case,
            move=move,
            expected_step=now.step,
            values=values,
            reason=reason,
        )


def rate(stage: Stage, case: Running, mark: str) -> None:
    """The reporter gives a mark, or says it to the dispatcher who calls back."""
    case.rated += 1
    planned, resident = case.planned, case.planned.resident
    values: dict[str, Any] = {"solved": _SOLVED[mark]}
    reasons: tuple[str, ...] = ()
    if mark in ("poor", "very_poor"):
        reasons = (case.chance.choice(REASONS),)
        values["comment"] = phrase(case.chance, "comments")
    if planned.living == CALLED_BACK:
        reasons = ("not_solved",)
        values["comment"] = living(CALLED_BACK)["comment"]
    if planned.channel == "portal" and resident is not None and resident.account_id is not None:
        actor: Actor | None = stage.crew.actor(resident.account_id)
    else:
        actor = stage.crew.at("dispatcher", case.path)
    if actor is not None:
        handling.appeal_rate(
            actor=actor, appeal=case.filed, mark=mark, reasons=reasons, values=values
        )
