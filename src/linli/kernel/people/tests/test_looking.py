# SPDX-License-Identifier: MulanPSL-2.0
"""谁看过我的信息: told to the person and the guardian, with the post that somebody had then."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import ANONYMOUS, SYSTEM
from linli.kernel.access.factories import GrantFactory, proven, role_define
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.people import looking, services
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.kernel.people.terms import Perm, Privacy
from linli.kernel.places.factories import city_tree
from linli.kernel.units.factories import MembershipFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SimpleNamespace:
    role_define("community_clerk", [Perm.OPEN_PERSONAL, Perm.VIEW])
    return city_tree()


def clerk(city: SimpleNamespace) -> Account:
    account: Account = AccountFactory.create()
    PersonFactory.create(name="王小明", account=account)
    GrantFactory.create(account=account, place=city.community)
    unit = UnitFactory.create(place=city.community, label={"zh": "柳荫居委会", "en": "Liuyin"})
    MembershipFactory.create(account=account, unit=unit)
    return account


def resident(city: SimpleNamespace, **facts: object) -> Person:
    account = AccountFactory.create()
    person: Person = PersonFactory.create(
        place=city.grid, account=account, phone="13800138000", **facts
    )
    return person


def looked(by: Account, person: Person, purpose: str = "回访") -> None:
    services.personal_open(actor=proven(by), person=person, field="phone", purpose=purpose)


def test_the_person_reads_who_as_what_at_what_and_why(city: SimpleNamespace) -> None:
    person, worker = resident(city), clerk(city)
    looked(worker, person)
    assert person.account is not None
    (look,) = looking.looks_told(looking.looks_at(actor=proven(person.account)))
    assert (look.by, look.roles, look.purpose) == ("王小明", ("community_clerk",), "回访")
    assert look.offices == ("柳荫居委会",)
    assert str(look.field) == "电话号码"


def test_a_post_is_that_of_the_day(city: SimpleNamespace) -> None:
    person, worker = resident(city), clerk(city)
    looked(worker, person)
    GrantFactory.create(
        account=worker,
        place=city.community,
        role="later",
        starts_on=clock.today() + dt.timedelta(1),
    )
    GrantFactory.create(account=worker, place=city.other_subdistrict, role="elsewhere")
    assert person.account is not None
    with clock.at(clock.now() + dt.timedelta(days=9)):
        (look,) = looking.looks_told(looking.looks_at(actor=proven(person.account)))
    assert look.roles == ("community_clerk",)


def test_nobody_reads_it_of_another(city: SimpleNamespace) -> None:
    person, worker, other = resident(city), clerk(city), resident(city)
    looked(worker, person)
    assert other.account is not None
    for actor in (proven(other.account), proven(worker), ANONYMOUS, SYSTEM):
        assert not looking.looks_at(actor=actor).exists()
        assert not looking.looks_at(actor=actor, ward=person).exists()


def test_a_guardian_reads_it_of_their_child(city: SimpleNamespace) -> None:
    guardian = resident(city)
    child = resident(city, privacy=Privacy.MINOR, guardian=guardian)
    looked(clerk(city), child)
    assert guardian.account is not None
    actor = proven(guardian.account)
    assert looking.looks_at(actor=actor, ward=child).count() == 1
    assert not looking.looks_at(actor=actor).exists()
