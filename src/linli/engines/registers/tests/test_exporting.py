# SPDX-License-Identifier: MulanPSL-2.0
"""A register is taken out as a file: what its page lists, what is personal for a purpose only."""

from types import SimpleNamespace

import pytest

from linli.engines.registers.models import Record
from linli.engines.registers.services import record_add
from linli.engines.registers.services.exporting import (
    EXPORT,
    record_columns,
    record_rows,
    records_counted,
    records_said,
)
from linli.engines.registers.terms import Verb
from linli.kernel.audit.models import AuditRecord
from linli.kernel.files import exports
from linli.kernel.files.terms import Personal
from linli.kernel.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def query(town: SimpleNamespace) -> str:
    """Two contracts of the first community, one of them managed by its residents."""
    for number, mode in ((1, "company"), (2, "own")):
        record_add(
            actor=town.clerk,
            register="contract",
            place=town.community,
            values={"number": f"WY-{number}", "mode": mode, "contact": "13812345678"},
        )
    return f"register=contract&at={town.community.code}"


def test_the_file_has_what_the_list_has(town: SimpleNamespace, query: str) -> None:
    keys = [column.key for column in record_columns(town.clerk, query)]
    rows = list(record_rows(town.clerk, query, keys, ""))
    assert [row["number"] for row in rows] == ["WY-1", "WY-2"]
    assert {row["contact"] for row in rows} == {"****"}
    assert records_counted(town.clerk, f"{query}&f.mode=own") == 1
    assert [row["number"] for row in record_rows(town.clerk, f"{query}&f.mode=own", keys, "")] == [
        "WY-2"
    ]
    assert records_said(town.clerk, query).startswith("物业服务合同")


def test_what_is_personal_is_left_out_or_opened_for_a_purpose_and_recorded(
    town: SimpleNamespace, query: str
) -> None:
    columns = exports.columns_of(
        actor=town.clerk, source=EXPORT, query=query, personal=Personal.LEFT_OUT
    )
    assert "contact" not in [column.key for column in columns]
    rows = list(record_rows(town.clerk, query, ["number", "contact"], "逐户通知停水"))
    assert {row["contact"] for row in rows} == {"13812345678"}
    opened = AuditRecord.objects.filter(verb=Verb.OPENED)
    assert (opened.count(), set(opened.values_list("reason", flat=True))) == (2, {"逐户通知停水"})
    masked = record_rows(town.leader, query, ["number", "contact"], "看一看")
    assert {row["contact"] for row in masked} == {"****"}


def test_names_are_left_out_unless_asked_for(town: SimpleNamespace) -> None:
    person = PersonFactory.create(name="陈桂兰", place=town.community)
    record_add(
        actor=town.clerk,
        register="officer",
        place=town.community,
        subject=str(person.pk),
        values={"until_date": "2027-01-01"},
    )
    query = f"register=officer&at={town.community.code}"
    columns = {each.key: each for each in record_columns(town.clerk, query)}
    assert columns["@person"].is_personal
    assert columns["phone"].is_personal
    row = next(record_rows(town.clerk, query, ["@person", "until_date"], ""))
    assert (str(row["until_date"]), row["@person"]) == ("2027-01-01", "陈桂兰")


def test_nothing_of_elsewhere_leaves(town: SimpleNamespace, query: str) -> None:
    assert records_counted(town.other_clerk, query) == 0
    assert list(record_rows(town.other_clerk, query, ["number"], "")) == []
    assert record_columns(town.other_clerk, "register=nosuch&at=1") == ()
    assert Record.objects.count() == 2
