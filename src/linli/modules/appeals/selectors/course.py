# SPDX-License-Identifier: MulanPSL-2.0
"""The way of a case as staff see it: its stages with who and how long, its unit, who said what,
where.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from linli.base.actor import Actor
from linli.base.errors import Refused
from linli.base.text import label, mask_phone
from linli.kernel.files.models import StoredFile
from linli.kernel.forms import selectors as forms
from linli.kernel.notify.rules import length_words
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.places.terms import Level
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Unit
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.models import HandOver, Matter
from linli.kernel.workflow.selectors import Honest
from linli.kernel.workflow.services.matters import takes_part
from linli.kernel.workflow.services.offering import order_unit
from linli.kernel.workflow.terms import Sort
from linli.kernel.workflow.work import Work
from linli.modules.appeals.models import Appeal, Case
from linli.modules.appeals.selectors import saying, shown
from linli.modules.appeals.terms import FILES_OWNER, Channel

STATES = {"current": "now", "todo": "next"}
MAP_WIDTH = 420


@dataclass(frozen=True)
class Stage:
    """One stage of the way: `note` says who did it and how long it took."""

    label: str
    state: str
    note: str


def stages_of(case: Case, standing: Honest) -> list[Stage]:
    """The stages of a case; of one gone through twice, the last time counts."""
    matter = case.matter
    left = _left(matter)
    secret = saying.secret_names(case.appeals.all(), matter)
    found = []
    for view in workflow.steps_of(matter):
        state = STATES.get(view.state, view.state)
        who, length = left.get(view.key, ("", None))
        note = standing.who if state == "now" else ""
        if state == "done" and length is not None:
            parts = ("" if who in secret else who, label(length_words(length)))
            note = "·".join(part for part in parts if part)
        found.append(Stage(view.label, state, note))
    return found


def _left(matter: Matter) -> dict[str, tuple[str, dt.timedelta | None]]:
    """Who took the matter out of each step, and how long it had been there."""
    told = (Sort.NOTED, Sort.CORRECTED)
    rows = [row for row in workflow.moves_all(matter) if row.sort not in told]
    names = workflow.names_in(matter)
    found: dict[str, tuple[str, dt.timedelta | None]] = {}
    entered = matter.opened_at
    for row in rows:
        if row.from_step and row.from_step != row.to_step:
            found[row.from_step] = (names.get(row.account_id or 0, ""), row.at - entered)
            entered = row.at
    return found


@dataclass(frozen=True)
class Voice:
    """What one person said, as staff may read it; `phone` is masked, "" where it is kept secret.

    `is_shareable` says whether the reader may make its photos public, if the sender agrees.
    """

    appeal: Appeal
    who: str
    channel: str
    phone: str
    other: str
    other_phone: str
    taken_by: str
    may_open: bool
    photos: tuple[StoredFile, ...]
    is_shareable: bool


def voices_of(*, actor: Actor, case: Case) -> list[Voice]:
    """Everybody who reported a case, the first of them first."""
    appeals = list(case.appeals.all())
    photos = saying.photos_in(case)
    names = workflow.names_in(case.matter)
    others = {appeal.taken_by_id for appeal in appeals} - names.keys()
    names = names | workflow.names_of(others)
    return [
        _voice(
            actor,
            appeal,
            names.get(appeal.taken_by_id or 0, ""),
            photos.get((FILES_OWNER, appeal.number), []),
        )
        for appeal in appeals
    ]


def _voice(actor: Actor, appeal: Appeal, taken_by: str, photos: list[StoredFile]) -> Voice:
    is_secret = appeal.is_confidential
    person, other = appeal.reporter, appeal.for_person
    phone = person.phone if person is not None else appeal.contact_phone
    other_phone = other.phone if other is not None else appeal.for_phone
    other_name = other.name if other is not None else appeal.for_name
    return Voice(
        appeal=appeal,
        who=saying.reporter_words(appeal),
        channel=str(Channel(appeal.channel).label),
        phone="" if is_secret else mask_phone(phone),
        other="" if is_secret else other_name,
        other_phone="" if is_secret else mask_phone(other_phone),
        taken_by=taken_by,
        may_open=bool(phone or other_phone) and saying.may_open_reporter(actor, appeal),
        photos=tuple(photos),
        is_shareable=shown.is_shareable(actor, appeal),
    )


@dataclass(frozen=True)
class Hands:
    """Whose hands a case is in: the unit, whoever works on it, and the order that waits for an
    answer.

    `sent` are all orders, newest first; `allowed` says how often an order may be sent back.
    """

    unit: Unit | None
    holder: str
    order: HandOver | None
    sent: tuple[HandOver, ...]
    allowed: int | None


def hands_of(case: Case) -> Hands:
    """Whose hands a case is in."""
    matter = case.matter
    sent = tuple(workflow.orders_of(matter))
    waiting = next(
        (each for each in sent if each.state in ("offered", "signed", "contested")), None
    )
    unit = matter.lead_unit or (waiting.unit if waiting is not None else None)
    holder = workflow.holder_in(matter) if matter.lead_unit is not None else ""
    steps = workflow.spec_of(matter.definition).steps.values()
    allowed = next((step.offer.refusals for step in steps if step.offer is not None), None)
    return Hands(unit, holder, waiting, sent, allowed)


def may_note(*, actor: Actor, case: Case) -> bool:
    """Whether the actor may write a line into the history: has it in hand, or worked on it."""
    return case.matter.ended_at is None and takes_part(Work.reading(case.matter, actor))


def unit_proposed(*, actor: Actor, case: Case) -> Unit | None:
    """The unit that the duty list names for a case now; None where it names none."""
    try:
        return order_unit(Work.reading(case.matter, actor))[0]
    except Refused:
        return None


def units_of_place(case: Case) -> list[Unit]:
    """The units that may be given a case at its place."""
    return list(units.units_choosable(case.matter.place))


@dataclass(frozen=True)
class Spot:
    """Where a case is: its place, and boundaries for a small map."""

    place: Place
    features: dict[str, Any]
    pin: tuple[float, float] | None


def spot_of(case: Case) -> Spot:
    """Where a case is."""
    place = case.matter.place
    above = place.parent if place.level != Level.COMMUNITY else None
    around = above if above is not None else place
    features = places.map_features_public(parent=around, width=MAP_WIDTH)
    if not features["features"] and place.parent is not None:
        features = places.map_features_public(parent=place.parent, width=MAP_WIDTH)
    pin = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    return Spot(place, features, pin)


def class_name(matter: Matter) -> str:
    """What the class of a matter is called; "" without one."""
    found = forms.class_get(matter.class_key, matter.place.path) if matter.class_key else None
    return found.name if found is not None else matter.class_key


def neighbors_of(numbers: Iterable[str], number: str) -> tuple[str, str]:
    """The numbers before and after one in a list; "" at its ends and for one that is not in it."""
    order = list(numbers)
    if number not in order:
        return "", ""
    at = order.index(number)
    before = order[at - 1] if at else ""
    return before, order[at + 1] if at + 1 < len(order) else ""
