# SPDX-License-Identifier: MulanPSL-2.0
"""The guided round: whose door is next, and who stands behind each door."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from linli.base.definitions import prefixes
from linli.base.errors import Message
from linli.base.together import listed_once
from linli.demo.models import City
from linli.demo.terms import Persona, username_of
from linli.kernel.access.models import Grant
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.selectors import account_find, account_get
from linli.kernel.people.models import Person
from linli.kernel.people.selectors import home_of, person_for_account
from linli.kernel.places.selectors import name_of
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.terms import OrderState

START = "start"
CONTESTED = "contested"

NEXT: dict[str, Persona] = {
    START: Persona.RESIDENT,
    "received": Persona.DISPATCHER,
    "offered": Persona.HANDLER,
    CONTESTED: Persona.ARBITER,
    "handling": Persona.HANDLER,
    "verifying": Persona.CLERK,
    "calling_back": Persona.RESIDENT,
    "closed": Persona.LEADER,
    "not_accepted": Persona.RESIDENT,
    "withdrawn": Persona.RESIDENT,
}
"""Whose turn it is when the newest case stands at a step."""

TO_DO: dict[str, Message] = {
    START: gettext_lazy(
        "Report something, such as a blocked storm drain; a sentence and a place are enough."
    ),
    "received": gettext_lazy("Send it on now, or wait: after ten minutes it goes by itself."),
    "offered": gettext_lazy(
        "The order has arrived at the unit: sign for it and take it on, or send it back."
    ),
    CONTESTED: gettext_lazy("Two units sent it back. Rule who takes it."),
    "handling": gettext_lazy("Speak with the resident, do the work, write the answer."),
    "verifying": gettext_lazy("The answer is written. Go and see whether it is so."),
    "calling_back": gettext_lazy("You have been answered. Say whether you are satisfied."),
    "closed": gettext_lazy("The case is closed. Look how the rates have moved."),
    "not_accepted": gettext_lazy("It was not accepted. Read why, and report something else."),
    "withdrawn": gettext_lazy("It was taken back. Report something else."),
}

DOES: dict[str, Message] = {
    Persona.RESIDENT: gettext_lazy("Reports something and sees how far it has come"),
    Persona.GRID_WORKER: gettext_lazy("Walks the grid, reports with a photo, also without signal"),
    Persona.CLERK: gettext_lazy("Takes things down for neighbors, verifies what was done"),
    Persona.DISPATCHER: gettext_lazy("Sends each case to the right unit, the most urgent first"),
    Persona.HANDLER: gettext_lazy("Signs, works, answers, says why it is late"),
    Persona.LEADER: gettext_lazy("One map, down to every grid; what is late, and the three rates"),
    Persona.ADMINISTRATOR: gettext_lazy(
        "Places, units, accounts and packs; nobody's personal data"
    ),
    Persona.SECURITY: gettext_lazy("Who may do what, whose systems come in, what goes out"),
    Persona.AUDITOR: gettext_lazy("Who did what and when, and whether the record is untouched"),
    Persona.PRIVACY: gettext_lazy(
        "Answers residents who want a copy, a correction or a deletion of their data"
    ),
    Persona.ARBITER: gettext_lazy("Decides who takes what two units sent back"),
}


@dataclass(frozen=True)
class Door:
    """A door of the round: who is behind it and what they do."""

    persona: Persona
    account_id: int
    name: str
    who: str
    does: Message
    is_next: bool

    @property
    def label(self) -> str:
        """What is written above the door."""
        return str(self.persona.label)


TRIES: tuple[tuple[Persona, Message, tuple[str, ...]], ...] = (
    (
        Persona.RESIDENT,
        gettext_lazy("Report a blocked storm drain"),
        (START, "not_accepted", "withdrawn"),
    ),
    (
        Persona.HANDLER,
        gettext_lazy("Sign for it, call the resident, answer"),
        ("received", "offered", CONTESTED, "handling"),
    ),
    (Persona.CLERK, gettext_lazy("See on the spot whether it is done"), ("verifying",)),
    (Persona.RESIDENT, gettext_lazy("Say whether you are satisfied"), ("calling_back",)),
    (Persona.LEADER, gettext_lazy("See how the three rates have moved"), ("closed",)),
)
"""Things to try, in the order of the round, with the steps at which each is next."""


@dataclass(frozen=True)
class Try:
    """One thing to try, behind one door."""

    persona: Persona
    title: Message
    whose: str
    is_next: bool
    is_done: bool


@dataclass(frozen=True)
class Round:
    """How far the round has come: the newest case of the round's resident, and what comes next."""

    city: City
    matter: Matter | None
    step: str

    @property
    def persona(self) -> Persona:
        """Whose turn it is."""
        return NEXT.get(self.step, Persona.LEADER)

    @property
    def to_do(self) -> Message:
        """What they do next."""
        return TO_DO.get(self.step, TO_DO["closed"])


def round_of(city: City) -> Round:
    """The round as it stands: told by the newest case that its resident filed after the city was
    made.
    """
    (newest,) = _newest(username_of(Persona.RESIDENT, city.pack), city.until)
    if not newest:
        return Round(city, None, START)
    matter = Matter.objects.get(pk=newest[0][0])
    is_contested = matter.orders.filter(state=OrderState.CONTESTED).exists()
    return Round(city, matter, CONTESTED if is_contested else matter.step)


@listed_once
def _newest(username: str, since: dt.datetime) -> tuple[QuerySet[Any, Any], ...]:
    rows = Matter.objects.filter(applicant_account__username=username, opened_at__gt=since)
    return (rows.order_by("-opened_at", "-pk").values_list("pk")[:1],)


def doors_of(walk: Round) -> list[Door]:
    """The doors in the order of the round; the arbiter has one only while there is something to
    rule on.
    """
    personas = [one for one in Persona if one is not Persona.ARBITER or walk.step == CONTESTED]
    doors = (_door(walk, persona) for persona in personas)
    return [door for door in doors if door is not None]


def tries_of(walk: Round) -> list[Try]:
    """The things to try, each with how far it has come."""
    at = next((place for place, row in enumerate(TRIES) if walk.step in row[2]), 0)
    found = []
    for place, (persona, title, _steps) in enumerate(TRIES):
        account = account_of(walk, persona)
        person = person_for_account(account.pk) if account is not None else None
        whose = person.name if person is not None else str(persona.label)
        found.append(Try(persona, title, whose, is_next=place == at, is_done=place < at))
    return found


def account_of(walk: Round, persona: Persona) -> Account | None:
    """Who stands behind a door: whoever has the newest case in hand, else the city's persona."""
    found = _in_hand(walk.matter, persona) if walk.matter is not None else None
    if found is not None:
        return found
    account = account_find(username_of(persona, walk.city.pack))
    return account if account is not None and account.is_active else None


def is_turn_of(walk: Round, username: str) -> bool:
    """Whether somebody who has signed in stands behind the door that is next."""
    held = _in_hand(walk.matter, walk.persona) if walk.matter is not None else None
    known = username_of(walk.persona, walk.city.pack) if held is None else held.username
    return username == known


def _in_hand(matter: Matter, persona: Persona) -> Account | None:
    """The demo account that meets this very case in that role."""
    grants = Grant.objects.filter(
        role=persona.value, account__is_demo=True, account__is_active=True, ends_on__isnull=True
    )
    if persona is Persona.HANDLER:
        order = matter.orders.order_by("-pk").first()
        unit_id = matter.lead_unit_id or (order.unit_id if order is not None else None)
        grants = grants.filter(unit_id=unit_id) if unit_id is not None else grants.none()
    elif persona in (Persona.GRID_WORKER, Persona.CLERK, Persona.DISPATCHER):
        grants = grants.filter(place__path__in=prefixes(matter.place_path), unit=None)
    else:
        return None
    held = grants.order_by("account__username").values_list("account_id", flat=True).first()
    return account_get(held) if held is not None else None


def _door(walk: Round, persona: Persona) -> Door | None:
    account = account_of(walk, persona)
    if account is None:
        return None
    person = person_for_account(account.pk)
    return Door(
        persona=persona,
        account_id=account.pk,
        name=person.name if person is not None else account.username,
        who=_who(account, person),
        does=DOES[persona],
        is_next=persona is walk.persona,
    )


def _who(account: Account, person: Person | None) -> str:
    """Where somebody belongs, in a few words."""
    grant = (
        Grant.objects.filter(account=account)
        .select_related("place", "unit")
        .defer("place__boundary")
        .order_by("-place__path", "pk")
        .first()
    )
    if grant is None:
        home = home_of(person) if person is not None else None
        return name_of(home) if home is not None else ""
    if grant.role == Persona.GRID_WORKER:
        return name_of(grant.place)
    membership = account.memberships.select_related("unit").order_by("pk").first()
    if grant.unit is not None:
        return grant.unit.name
    return membership.unit.name if membership is not None else name_of(grant.place)
