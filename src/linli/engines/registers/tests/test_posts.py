# SPDX-License-Identifier: MulanPSL-2.0
"""Whoever stands in a register that gives a role holds the role, there, while it lasts."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.base.errors import Forbidden, Invalid
from linli.engines.registers import selectors
from linli.engines.registers.factories import OFFICER, register_define
from linli.engines.registers.models import Record
from linli.engines.registers.services import record_add, record_change, record_end
from linli.kernel.access.factories import role_define
from linli.kernel.access.models import Grant
from linli.kernel.access.selectors import actor_for
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.events.services import deliver_all
from linli.kernel.people import services as people
from linli.kernel.people.factories import PersonFactory
from linli.kernel.people.models import Person
from linli.kernel.workflow.factories import FRIDAY


@pytest.fixture
def officer(town: SimpleNamespace) -> Person:
    """Somebody with a log-in, where the post gives a role."""
    role_define("disaster_officer", ["places.view"], at=["community"])
    body = {**OFFICER, "gives": "role:disaster_officer"}
    register_define("officer", body)
    person: Person = PersonFactory.create(place=town.community, account=AccountFactory.create())
    return person


def post(town: SimpleNamespace, person: Person, **values: Any) -> Record:
    return record_add(
        actor=town.clerk,
        register="officer",
        place=town.community,
        values={"until_date": "2027-01-01", **values},
        subject=str(person.pk),
    )


def roles(account: Account | None) -> list[str]:
    assert account is not None
    return [held.role for held in actor_for(account).grants]


def test_the_role_comes_with_the_post_and_goes_with_it(
    town: SimpleNamespace, officer: Person
) -> None:
    record = post(town, officer)
    assert roles(officer.account) == ["disaster_officer"]
    grant = Grant.objects.get(account=officer.account)
    assert (grant.place, grant.ends_on, grant.source) == (
        town.community,
        dt.date(2027, 1, 1),
        "record",
    )
    record_end(actor=town.clerk, record=record, reason="调离")
    assert roles(officer.account) == []


def test_the_role_lasts_as_long_as_the_post(town: SimpleNamespace, officer: Person) -> None:
    record = post(town, officer)
    record_change(actor=town.clerk, record=record, values={"until_date": "2029-01-01"})
    with clock.at(dt.datetime(2028, 1, 1, tzinfo=dt.UTC)):
        assert roles(officer.account) == ["disaster_officer"]
    with clock.at(dt.datetime(2029, 1, 3, tzinfo=dt.UTC)):
        assert roles(officer.account) == []


def test_another_in_the_post_is_another_in_the_role(town: SimpleNamespace, officer: Person) -> None:
    record = post(town, officer)
    other = PersonFactory.create(place=town.community, account=AccountFactory.create())
    record_change(
        actor=town.clerk,
        record=record,
        values={"until_date": "2027-01-01"},
        subject=str(other.pk),
    )
    assert (roles(officer.account), roles(other.account)) == ([], ["disaster_officer"])


def test_two_who_change_a_post_both_keep_theirs(town: SimpleNamespace, officer: Person) -> None:
    record = post(town, officer)
    for values in ({"trained_on": "2026-01-01"}, {"until_date": "2028-01-01"}):
        record = record_change(
            actor=town.clerk,
            record=record,
            values={"until_date": "2027-01-01", **values},
            revision=1,
        )
    held = selectors.values_of(record)
    assert held == {"until_date": "2028-01-01", "trained_on": "2026-01-01"}


def test_somebody_without_a_log_in_holds_the_role_from_when_they_have_one(
    town: SimpleNamespace, officer: Person
) -> None:
    person = PersonFactory.create(place=town.community)
    post(town, person)
    account = AccountFactory.create()
    people.person_link_account(actor=town.linker, person=person, account=account)
    deliver_all()
    assert roles(account) == ["disaster_officer"]


def test_nobody_puts_themselves_into_a_post_that_gives_a_role(
    town: SimpleNamespace, officer: Person
) -> None:
    own = PersonFactory.create(
        place=town.community, account=Account.objects.get(pk=town.clerk.account_id)
    )
    with pytest.raises(Forbidden) as refused:
        post(town, own)
    assert refused.value.code == "post_to_self"
    assert not Record.objects.exists()


def test_what_is_needed_of_a_person_is_filled_in_with_the_person(town: SimpleNamespace) -> None:
    fields = {**OFFICER["fields"], "phone": {"same_as": "register:resident.phone", "need": True}}
    register_define("officer", {**OFFICER, "fields": fields})
    person = PersonFactory.create(place=town.community)
    with pytest.raises(Invalid) as refused:
        post(town, person)
    assert list(refused.value.fields) == ["phone"]
    reached = PersonFactory.create(place=town.community, phone="13800000001")
    assert post(town, reached).person == reached
    assert clock.today() == FRIDAY.date()
