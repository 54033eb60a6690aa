# SPDX-License-Identifier: MulanPSL-2.0
"""Adding, changing and ending records: who may, what is refused, what was recorded."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection

from linli.base import clock, crypto
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.engines.registers import selectors
from linli.engines.registers.factories import CONTRACT, register_define
from linli.engines.registers.models import Link, Record, Revision, Uniqueness
from linli.engines.registers.services import record_add, record_change, record_end
from linli.engines.registers.services.slots import words_fill
from linli.engines.registers.terms import WORD, Event, State, Verb
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.jobs import worker
from linli.kernel.people.factories import PersonFactory
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

UNTIL_FOUND = {"type": "date", "label": {"zh": "到期"}, "find": True}
FILLED = {
    "number": "WY-2025-01",
    "mode": "company",
    "fee": "1.80",
    "signed_on": "2025年1月5日",
    "until_date": "2027-01-04",
    "contact": "0832-6123456",
}


def contract(town: SimpleNamespace, actor: Actor | None = None, **more: Any) -> Record:
    """A contract in the first community."""
    return record_add(
        actor=actor or town.clerk,
        register="contract",
        place=town.community,
        values={**FILLED, **more},
    )


def test_a_record_keeps_what_was_filled_in_and_is_found_by_it(town: SimpleNamespace) -> None:
    record = contract(town)
    held = selectors.values_of(Record.objects.get(pk=record.pk))
    assert (held["fee"], held["signed_on"]) == (180, "2025-01-05")
    assert (record.starts_on, record.ends_on) == (clock.today(), dt.date(2027, 1, 4))
    register = selectors.register_find("contract", town.community.path)
    assert register is not None
    words = {name: getattr(record, column) for name, column in register.words.items()}
    assert words["mode"] == "=company"
    assert words["signed_on"] == "=2025-01-05"
    assert words["contact"] in crypto.blind_indexes("0832-6123456", context=WORD)
    assert "6123456" not in str(Record.objects.filter(pk=record.pk).values_list("values")[0])


def test_what_was_done_is_on_the_record_and_announced(town: SimpleNamespace) -> None:
    record = contract(town)
    line = AuditRecord.objects.get(verb=Verb.ADDED)
    assert line.detail["register"] == "contract"
    assert "fee" in line.detail["fields"]
    assert "WY-2025" not in str(line.detail)
    assert EventRow.objects.get(name=Event.ADDED).payload["record_id"] == record.pk


def test_only_those_named_write_and_only_at_their_place(town: SimpleNamespace) -> None:
    for actor in (town.other_clerk, town.leader):
        with pytest.raises(Forbidden):
            contract(town, actor)
    record = contract(town)
    for deed in (record_change, record_end):
        more: dict[str, Any] = {"values": FILLED} if deed is record_change else {"reason": "x"}
        with pytest.raises(Forbidden):
            deed(actor=town.other_clerk, record=record, **more)
    assert Record.objects.count() == 1


def test_a_record_lies_at_its_level(town: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as refused:
        record_add(actor=SYSTEM, register="contract", place=town.grid, values=FILLED)
    assert refused.value.code == "level_wrong"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"number": ""}, "number"),
        ({"mode": "nobody"}, "mode"),
        ({"fee": "lots"}, "fee"),
        ({"signed_on": "2025-02-30"}, "signed_on"),
        ({"until_date": "2024-12-31"}, "until_date"),
        ({"from_date": "2027-05-01"}, "until_date"),
        ({"company": "999999"}, "company"),
        ({"contact": "12"}, "contact"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_what_cannot_be_right_is_refused_beside_its_field(
    town: SimpleNamespace, more: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        contract(town, None, **more)
    assert field in refused.value.fields
    assert not Record.objects.exists()


def test_a_rule_between_two_dates_asks_nothing_where_one_is_missing(town: SimpleNamespace) -> None:
    assert contract(town, until_date="").ends_on is None


def test_what_is_asked_only_if_is_not_kept_otherwise(town: SimpleNamespace) -> None:
    record = contract(town, mode="own")
    assert "fee" not in selectors.values_of(record)


def test_unique_holds_among_standing_records_of_a_city(town: SimpleNamespace) -> None:
    first = contract(town)
    with pytest.raises(Conflict) as refused:
        record_add(
            actor=town.other_clerk,
            register="contract",
            place=town.other_community,
            values=FILLED,
        )
    assert refused.value.code == "record_known"
    record_end(actor=town.clerk, record=first, reason="换了物业")
    assert contract(town).state == State.STANDING


def test_what_is_over_holds_nothing_to_itself(town: SimpleNamespace) -> None:
    contract(town)
    with clock.at(dt.datetime(2027, 1, 5, 9, 0, tzinfo=dt.UTC)):
        contract(town, signed_on="2027-01-05", until_date="2029-01-04")
    assert Uniqueness.objects.count() == 1
    assert Record.objects.count() == 2


def test_the_database_itself_holds_what_is_unique(town: SimpleNamespace) -> None:
    held = Uniqueness.objects.get(record=contract(town))
    other = contract(town, number="WY-2")
    with pytest.raises(IntegrityError):
        Uniqueness.objects.create(
            record=other,
            register=held.register,
            city=held.city,
            number=held.number,
            digest=held.digest,
        )


def test_a_record_points_to_rows_that_stay(town: SimpleNamespace) -> None:
    unit = Unit.objects.create(key="company", place=town.district, label={"zh": "安居物业"})
    record = contract(town, company=str(unit.pk))
    assert Link.objects.get(record=record).unit == unit
    with pytest.raises(IntegrityError), connection.constraint_checks_disabled():
        Link.objects.create(record=record, field="both", unit=unit, place=town.community)


def test_a_unit_of_another_city_is_not_there(town: SimpleNamespace, far_town: Place) -> None:
    unit = Unit.objects.create(key="company", place=far_town, label={"zh": "远方物业"})
    with pytest.raises(Invalid):
        contract(town, company=str(unit.pk))


def test_each_change_keeps_what_it_changed(town: SimpleNamespace) -> None:
    record = contract(town)
    changed = record_change(
        actor=town.clerk,
        record=record,
        values={**FILLED, "fee": "2.00", "contact": ""},
        reason="业主大会通过涨价",
    )
    assert changed.revision == 2
    last = Revision.objects.get(record=record, number=2)
    assert selectors.values_of(last) == {"fee": 200, "contact": None}
    assert (last.account_id, last.reason) == (town.clerk.account_id, "业主大会通过涨价")
    register = selectors.register_find("contract", town.community.path)
    assert register is not None
    assert getattr(changed, register.words["contact"]) is None
    assert AuditRecord.objects.get(verb=Verb.CHANGED).detail["fields"] == ["fee", "contact"]


def test_a_change_of_nothing_is_none(town: SimpleNamespace) -> None:
    record = contract(town)
    record_change(actor=town.clerk, record=record, values=FILLED)
    assert Revision.objects.count() == 1


def test_two_who_change_different_fields_both_keep_theirs(town: SimpleNamespace) -> None:
    record = contract(town)
    record_change(actor=town.clerk, record=record, values={**FILLED, "fee": "2.00"}, revision=1)
    kept = record_change(
        actor=town.clerk, record=record, values={**FILLED, "contact": "0832-6000000"}, revision=1
    )
    held = selectors.values_of(kept)
    assert (held["fee"], held["contact"]) == (200, "0832-6000000")


def test_two_who_change_the_same_field_are_told(town: SimpleNamespace) -> None:
    record = contract(town)
    record_change(actor=town.clerk, record=record, values={**FILLED, "fee": "2.00"}, revision=1)
    with pytest.raises(Conflict) as refused:
        record_change(actor=town.clerk, record=record, values={**FILLED, "fee": "2.20"}, revision=1)
    assert list(refused.value.fields) == ["fee"]
    assert selectors.values_of(Record.objects.get(pk=record.pk))["fee"] == 200


def test_an_ended_record_is_changed_and_ended_no_more(town: SimpleNamespace) -> None:
    record = record_end(actor=town.clerk, record=contract(town), reason="解约")
    assert record.ends_on == clock.today()
    with pytest.raises(Conflict):
        record_end(actor=town.clerk, record=record, reason="再解约")
    with pytest.raises(Conflict):
        record_change(actor=town.clerk, record=record, values=FILLED)
    assert AuditRecord.objects.get(verb=Verb.ENDED).reason == "解约"


def test_an_end_needs_a_reason_and_a_day_that_can_be(town: SimpleNamespace) -> None:
    record = contract(town)
    for more in ({"reason": " "}, {"reason": "早", "on": dt.date(2019, 1, 1)}):
        with pytest.raises(Invalid):
            record_end(actor=town.clerk, record=record, **more)


def test_a_record_about_somebody_names_them_and_asks_not_again(town: SimpleNamespace) -> None:
    person = PersonFactory.create(place=town.community, phone="13800000001")
    with pytest.raises(Invalid) as refused:
        record_add(
            actor=town.clerk,
            register="officer",
            place=town.community,
            values={"until_date": "2027-01-01", "phone": "13800000002"},
            subject=str(person.pk),
        )
    assert "phone" in refused.value.fields
    record = record_add(
        actor=town.clerk,
        register="officer",
        place=town.community,
        values={"until_date": "2027-01-01"},
        subject=str(person.pk),
    )
    assert record.person == person
    with pytest.raises(Conflict):
        record_add(
            actor=town.clerk,
            register="officer",
            place=town.community,
            values={"until_date": "2028-01-01"},
            subject=str(person.pk),
        )


def test_nobody_points_to_a_person_they_may_not_see(town: SimpleNamespace) -> None:
    person = PersonFactory.create(place=town.other_community)
    for subject in (str(person.pk), "0", "x", ""):
        with pytest.raises(Invalid):
            record_add(
                actor=town.clerk,
                register="officer",
                place=town.community,
                values={"until_date": "2027-01-01"},
                subject=subject,
            )


def test_a_record_of_before_is_found_after_the_register_has_grown(town: SimpleNamespace) -> None:
    record = contract(town)
    grown = {
        **CONTRACT["fields"],
        "floor": {"type": "whole", "label": {"zh": "楼层"}, "find": True},
    }
    today = clock.today()
    register_define("contract", {**CONTRACT, "fields": grown}, starts_on=today)
    register = selectors.register_find("contract", town.community.path)
    assert register is not None
    assert getattr(record, register.words["mode"]) == "=company"
    assert record.definition_id != register.definition.pk


def test_records_of_before_are_found_by_what_is_declared_later(town: SimpleNamespace) -> None:
    first, second = contract(town), contract(town, number="WY-2", mode="own")
    fields = {**CONTRACT["fields"], "until_date": UNTIL_FOUND}
    register_define("contract", {**CONTRACT, "fields": fields}, starts_on=clock.today())
    register = selectors.register_find("contract", town.community.path)
    assert register is not None
    column = register.words["until_date"]
    assert not Record.objects.exclude(**{column: None}).exists()
    last = words_fill(register="contract", after=0)
    assert last == second.pk
    assert words_fill(register="contract", after=last) is None
    first.refresh_from_db()
    assert getattr(first, column) == "=2027-01-04"
    assert getattr(first, register.words["mode"]) == "=company"
    assert Revision.objects.count() == 2


def test_a_job_makes_the_words_that_are_lacking(town: SimpleNamespace) -> None:
    first = contract(town)
    fields = {**CONTRACT["fields"], "until_date": UNTIL_FOUND}
    register_define("contract", {**CONTRACT, "fields": fields}, starts_on=clock.today())
    worker.run_all()
    register = selectors.register_find("contract", town.community.path)
    assert register is not None
    first.refresh_from_db()
    assert getattr(first, register.words["until_date"]) == "=2027-01-04"


def test_a_field_keeps_its_type_in_one_database(town: SimpleNamespace) -> None:
    other = {**CONTRACT["fields"], "mode": {"type": "text", "label": {"zh": "方式"}, "find": True}}
    with pytest.raises(Conflict) as refused:
        register_define("contract", {**CONTRACT, "fields": other}, starts_on=clock.today())
    assert refused.value.code == "slot_type"


def test_what_has_run_out_already_can_be_filed(town: SimpleNamespace) -> None:
    record = record_add(
        actor=town.clerk,
        register="contract",
        place=town.community,
        values={"number": "WY-0", "until_date": "2020-01-31"},
    )
    assert record.starts_on == record.ends_on == dt.date(2020, 1, 31)
