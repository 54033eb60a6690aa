# SPDX-License-Identifier: MulanPSL-2.0
"""Lists are searched, filtered and sorted by what is declared, and say where something lacks."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.engines.registers import selectors
from linli.engines.registers.factories import CONTRACT, register_define
from linli.engines.registers.selectors import Asked, Covered
from linli.engines.registers.services import record_add, record_end
from linli.kernel.people.factories import PersonFactory
from linli.kernel.workflow.factories import FRIDAY

THREE = (
    {"number": "西安路3号", "mode": "company", "fee": "2.5", "signed_on": "2025-01-05"},
    {"number": "安居2号", "mode": "own", "signed_on": "2026-03-01"},
    {"number": "重庆路1号", "mode": "company", "fee": "12", "contact": "13812345678"},
)


@pytest.fixture
def three(town: SimpleNamespace) -> selectors.Register:
    """Three contracts in the first community."""
    for values in THREE:
        record_add(actor=town.clerk, register="contract", place=town.community, values=values)
    found = selectors.register_find("contract", town.community.path)
    assert found is not None
    return found


def listed(town: SimpleNamespace, register: selectors.Register, asked: Asked) -> list[str]:
    """The numbers of the contracts that a list shows, in its order."""
    rows = selectors.records_at(actor=town.clerk, register=register, place=town.community)
    found = selectors.records_narrowed(rows, register, asked)
    return [str(selectors.values_of(row)["number"])[:2] for row in found]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (Asked(sort="number"), ["安居", "重庆", "西安"]),
        (Asked(sort="-number"), ["西安", "重庆", "安居"]),
        (Asked(sort="fee"), ["西安", "重庆", "安居"]),
        (Asked(sort="-fee"), ["重庆", "西安", "安居"]),
        (Asked(text="西安"), ["西安"]),
        (Asked(text="cql"), ["重庆"]),
        (Asked(text="anju"), ["安居"]),
        (Asked(text="13812345678"), ["重庆"]),
        (Asked(text="1381234567"), []),
        (Asked(filters={"mode": "own"}), ["安居"]),
        (Asked(filters={"fee.from": "3"}), ["重庆"]),
        (Asked(filters={"fee.to": "2.50"}), ["西安"]),
        (Asked(filters={"signed_on.from": "2025-06-01"}), ["安居"]),
        (Asked(filters={"signed_on.to": "never"}), []),
        (Asked(filters={"contact": "138 1234 5678"}), ["重庆"]),
        (Asked(filters={"contact": "no phone"}), []),
    ],
)
def test_a_list_is_as_it_was_asked_for(
    town: SimpleNamespace, three: selectors.Register, asked: Asked, numbers: list[str]
) -> None:
    assert listed(town, three, asked) == numbers


def test_whoever_sorts_by_what_is_personal_learns_nothing(
    town: SimpleNamespace, three: selectors.Register
) -> None:
    assert listed(town, three, Asked(sort="contact")) == listed(town, three, Asked())


def test_a_list_tells_those_that_hold_from_those_that_do_no_more(
    town: SimpleNamespace, three: selectors.Register
) -> None:
    for number, last in (("A", 10), ("B", 200)):
        day = FRIDAY.date() + dt.timedelta(days=last)
        record_add(
            actor=town.clerk,
            register="contract",
            place=town.community,
            values={"number": f"{number}.", "until_date": day.isoformat()},
        )
    rows = selectors.records_at(actor=town.clerk, register=three, place=town.community)
    ended = rows.get(pk=rows.order_by("pk")[0].pk)
    record_end(actor=town.clerk, record=ended, reason="解约")
    assert listed(town, three, Asked(standing="ended")) == ["西安"]
    assert listed(town, three, Asked(standing="soon")) == ["A."]
    assert len(listed(town, three, Asked(standing="valid"))) == 4
    with clock.at(FRIDAY + dt.timedelta(days=11)):
        assert listed(town, three, Asked(standing="over")) == ["A."]
        assert len(listed(town, three, Asked())) == 4
        assert len(listed(town, three, Asked(standing="all"))) == 5


def test_coverage_says_where_something_lacks_and_where_there_is_too_much(
    town: SimpleNamespace,
) -> None:
    for _ in "ab":
        person = PersonFactory.create(place=town.community)
        record_add(
            actor=town.clerk,
            register="officer",
            place=town.community,
            values={"until_date": "2030-01-01"},
            subject=str(person.pk),
        )
    register = selectors.register_find("officer", town.city.path)
    assert register is not None
    rows = selectors.coverage(actor=town.leader, register=register, top=town.subdistrict)
    assert [(row.place, row.count, row.state) for row in rows] == [
        (town.other_community, 0, Covered.LACKING),
        (town.community, 2, Covered.OVER),
    ]
    with clock.at(dt.datetime(2030, 1, 2, tzinfo=dt.UTC)):
        later = selectors.coverage(actor=town.leader, register=register, top=town.subdistrict)
        assert {row.state for row in later} == {Covered.LACKING}


def test_coverage_asks_those_places_alone_that_its_rule_is_about(town: SimpleNamespace) -> None:
    town.other_community.kind = "village"
    town.other_community.save(update_fields=["kind"])
    rule = {
        "each": "level:community",
        "at_least": 1,
        "where": {"field": "kind", "is": "equal", "value": "village"},
    }
    register_define("contract", {**CONTRACT, "coverage": rule})
    register = selectors.register_find("contract", town.city.path)
    assert register is not None
    rows = selectors.coverage(actor=SYSTEM, register=register, top=town.city)
    assert [row.place for row in rows] == [town.other_community]


def test_the_overview_says_of_each_register_what_asks_to_be_seen_to(
    town: SimpleNamespace, three: selectors.Register
) -> None:
    day = FRIDAY.date() + dt.timedelta(days=10)
    record_add(
        actor=town.clerk,
        register="contract",
        place=town.community,
        values={"number": "A", "until_date": day.isoformat()},
    )
    lines = {
        each.register.key: each
        for each in selectors.overview(actor=town.leader, top=town.subdistrict)
    }
    contract, officer = lines["contract"], lines["officer"]
    assert (contract.valid, contract.soon, contract.lacking) == (4, 1, 1)
    assert (officer.valid, officer.lacking, officer.is_pressing) == (0, 2, True)
    own = selectors.overview(actor=town.clerk, top=town.community)
    assert [each.is_own for each in own] == [True, True]
