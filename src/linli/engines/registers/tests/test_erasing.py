# SPDX-License-Identifier: MulanPSL-2.0
"""What registers keep of somebody: told in their copy, and gone when they are lawfully erased."""

from types import SimpleNamespace
from typing import Any

import pytest

from linli.engines.registers import selectors
from linli.engines.registers.factories import OFFICER, register_define
from linli.engines.registers.listeners import person_erased
from linli.engines.registers.models import Record, Uniqueness
from linli.engines.registers.selectors.showing import kept_of
from linli.engines.registers.services import record_add, record_change
from linli.engines.registers.terms import State, Verb
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

CARE: dict[str, Any] = {
    **OFFICER,
    "label": {"zh": "帮扶对象", "en": "People helped"},
    "fields": {
        "sort": {
            "type": "choice",
            "label": {"zh": "类别", "en": "Kind"},
            "find": True,
            "options": {"low": {"zh": "低保"}, "old": {"zh": "高龄"}},
        },
        "helper": {"type": "phone", "label": {"zh": "帮扶人电话", "en": "Helper"}, "find": True},
        "note": {
            "type": "text",
            "label": {"zh": "情况", "en": "Situation"},
            "privacy": "sensitive",
        },
    },
}


@pytest.fixture
def record(town: SimpleNamespace) -> Record:
    """A record about somebody, changed once."""
    register_define("care", CARE)
    person = PersonFactory.create(place=town.community)
    first = record_add(
        actor=town.clerk,
        register="care",
        place=town.community,
        subject=str(person.pk),
        values={"sort": "low", "helper": "13812345678", "note": "独居"},
    )
    values = {"sort": "low", "helper": "13812345678", "note": "独居，行动不便"}
    return record_change(actor=town.clerk, record=first, values=values)


def test_their_copy_tells_what_registers_say(record: Record) -> None:
    told = dict(kept_of(record.person_id, None))
    assert "独居，行动不便" in told["帮扶对象"]
    assert "低保" in told["帮扶对象"]
    assert kept_of(None, None) == []


def test_nothing_personal_is_left_and_what_is_not_stays(record: Record) -> None:
    person_erased({"person_id": record.person_id, "account_id": None})
    left = Record.objects.get(pk=record.pk)
    assert selectors.values_of(left) == {"sort": "low"}
    assert all("note" not in row.values for row in left.revisions.all())
    assert [row.values.get("sort") for row in left.revisions.order_by("number")] == ["low", None]
    words = [getattr(left, f"word_{number}") for number in range(1, 13)]
    assert [word for word in words if word is not None] == ["=low"]
    assert left.state == State.ENDED
    assert not Uniqueness.objects.filter(record=left).exists()
    assert AuditRecord.objects.get(verb=Verb.ERASED).detail == {"records": 1}


def test_somebody_else_is_left_alone(record: Record, town: SimpleNamespace) -> None:
    other = PersonFactory.create(place=town.community)
    person_erased({"person_id": other.pk, "account_id": None})
    assert selectors.values_of(Record.objects.get(pk=record.pk))["note"] == "独居，行动不便"
    assert not AuditRecord.objects.filter(verb=Verb.ERASED).exists()
