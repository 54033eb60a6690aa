# SPDX-License-Identifier: MulanPSL-2.0
"""A small city for the tests of appeals: places, the base pack, units, and people to act in it."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from linli.base.actor import SYSTEM, Actor
from linli.kernel.access.factories import GrantFactory, proven
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.packs import services as packs
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.kernel.places.factories import city_tree
from linli.kernel.places.models import Place
from linli.kernel.units.factories import MembershipFactory, UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow import services as workflow_services
from linli.modules.appeals import services
from linli.modules.appeals.models import Case

PHONE = "13800132046"


def city_make() -> SimpleNamespace:
    """The places of `city_tree`, the base pack, and units that its duty list names."""
    tree = city_tree()
    packs.pack_load(actor=SYSTEM, folder=Path(settings.LINLI_PACKS) / "base")
    for name, key, place, words, phone in (
        ("committee", "residents_committee", tree.community, "柳荫社区居委会", "02855550318"),
        ("office", "subdistrict_office", tree.subdistrict, "柳荫街道办事处", "02855550300"),
        ("water", "water_affairs", tree.district, "东江区水务局", ""),
    ):
        label = {"zh": words, "en": key.replace("_", " ").capitalize()}
        setattr(tree, name, UnitFactory.create(key=key, place=place, label=label, phone=phone))
    return tree


def resident(place: Place, name: str = "陈桂兰", phone: str = PHONE) -> Person:
    """Somebody who lives at a place and has a log-in."""
    account = AccountFactory.create()
    person: Person = PersonFactory.create(name=name, phone=phone, place=place, account=account)
    return person


def account_of(person: Person) -> Account:
    """The log-in of somebody who has one."""
    assert person.account is not None
    return person.account


def staff(role: str, place: Place, unit: Unit | None = None, name: str = "林晓雯") -> Account:
    """Somebody with a role at a place, perhaps in a unit."""
    account: Account = AccountFactory.create()
    PersonFactory.create(name=name, place=place, account=account)
    GrantFactory.create(account=account, role=role, place=place, unit=unit)
    if unit is not None:
        MembershipFactory.create(account=account, unit=unit)
    return account


def actor_of(account: Account) -> Actor:
    """What an account may do now."""
    return proven(account)


@dataclass
class Crew:
    """Everybody whom an appeal meets on its way in the small city."""

    dispatcher: Account
    handler: Account
    clerk: Account

    @classmethod
    def of(cls, city: SimpleNamespace) -> "Crew":
        """A dispatcher of the subdistrict, a handler of the water bureau, a clerk of the
        community.
        """
        return cls(
            dispatcher=staff("dispatcher", city.subdistrict, name="何倩"),
            handler=staff("handler", city.district, city.water, name="郑国栋"),
            clerk=staff("community_clerk", city.community, name="赵敏"),
        )

    def dispatch(self, case: Case) -> None:
        """Offer it to the unit of the duty list."""
        self._move(self.dispatcher, case, "received", "dispatch")

    def accept(self, case: Case) -> None:
        """The unit takes it on."""
        order = workflow.order_open(case.matter)
        assert order is not None
        workflow_services.order_accept(actor=actor_of(self.handler), order=order)

    def answer(self, case: Case) -> None:
        """Speak with the resident, do the work, answer."""
        self._move(
            self.handler,
            case,
            "handling",
            "contacted",
            how="phone",
            reached="yes",
            note="说好明天上午来清",
        )
        self._move(
            self.handler,
            case,
            "handling",
            "answer",
            outcome="solved",
            done="清掏了雨水井",
            reply="井清好了，换了新井盖。",
        )

    def verify(self, case: Case) -> None:
        """Somebody else looks."""
        self._move(self.clerk, case, "verifying", "pass", how="on_site")

    def to_be_rated(self, case: Case) -> None:
        """The whole way to the reporter's mark."""
        self.dispatch(case)
        self.accept(case)
        self.answer(case)
        self.verify(case)

    def _move(self, account: Account, case: Case, step: str, move: str, **values: Any) -> None:
        case.matter.refresh_from_db()
        services.case_move(
            actor=actor_of(account), case=case, move=move, expected_step=step, values=values
        )
        case.matter.refresh_from_db()
