# SPDX-License-Identifier: MulanPSL-2.0
"""The queue as rows of a file: the same cases as on the page, masked unless opened by right."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.kernel.audit.models import AuditRecord
from linli.kernel.people.models import Person
from linli.kernel.people.selectors import openings_of
from linli.kernel.people.terms import Privacy
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.selectors.queue import VIEWS, Filters, cases_queue
from linli.modules.appeals.services import exporting
from linli.modules.appeals.terms import Verb
from linli.modules.appeals.tests.round import MONDAY, accepted, crew_of, filed
from linli.modules.appeals.tests.town import PHONE, actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ALL = [column.key for column in exporting.COLUMNS]
PLAIN = [column.key for column in exporting.COLUMNS if not column.is_personal]
PURPOSE = "回访名单"


@pytest.fixture
def crew(city: SimpleNamespace) -> Any:
    """The people of the round with two cases, one of which is in work."""
    with clock.at(MONDAY):
        found = crew_of(city)
        found.first, found.second = filed(found, what="井盖没了"), accepted(found)
        yield found


def rows(account: Any, query: str = "view=all", columns: Any = None, purpose: str = "") -> Any:
    """The rows that somebody gets."""
    wanted = ALL if columns is None else columns
    return list(exporting.case_rows(actor_of(account), query, wanted, purpose))


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_has_the_cases_of_its_page(crew: SimpleNamespace, view: str) -> None:
    actor = actor_of(crew.dispatcher)
    there = {case.matter.number for case in cases_queue(actor=actor, filters=Filters(view=view))}
    found = rows(crew.dispatcher, f"view={view}")
    assert {row["number"] for row in found} == there
    assert exporting.cases_counted(actor, f"view={view}") == len(there)


def test_a_stretch_at_a_time(crew: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(crew.dispatcher)
    monkeypatch.setattr(exporting, "STRETCH", 1)
    assert rows(crew.dispatcher) == whole
    assert [row["number"] for row in whole] == [
        case.matter.number for case in (crew.first, crew.second)
    ]


def test_nobody_gets_rows_of_elsewhere(crew: SimpleNamespace) -> None:
    assert rows(crew.stranger) == []
    assert exporting.cases_counted(actor_of(crew.stranger), "view=all") == 0
    code = crew.city.subdistrict.code
    assert rows(crew.stranger, f"view=all&place={code}") == []


def test_people_who_are_left_out_are_not_read(crew: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = rows(crew.dispatcher, columns=PLAIN)
    assert len(found) == 2
    assert not any("contact_phone" in query["sql"] for query in asked)


def test_numbers_are_masked_and_nothing_is_opened(crew: SimpleNamespace) -> None:
    found = rows(crew.dispatcher)
    assert {row["phone"] for row in found} == {"138****2046"}
    assert {row["reporter"] for row in found} == {"陈桂兰"}
    assert not AuditRecord.objects.filter(verb=Verb.REPORTER_OPENED).exists()


def test_numbers_in_plain_are_on_record_and_their_person_reads_why(crew: SimpleNamespace) -> None:
    found = rows(crew.dispatcher, purpose=PURPOSE)
    assert {row["phone"] for row in found} == {PHONE}
    opened = openings_of(actor=actor_of(crew.resident.account), person=crew.resident)
    assert [(one.field, one.purpose) for one in opened] == [("phone", PURPOSE)] * 2
    assert AuditRecord.objects.filter(verb=Verb.REPORTER_OPENED, reason=PURPOSE).count() == 2


def test_who_may_not_open_a_number_gets_it_masked(crew: SimpleNamespace) -> None:
    assert {row["phone"] for row in rows(crew.leader, purpose=PURPOSE)} == {"138****2046"}


@pytest.mark.parametrize("privacy", [Privacy.SENSITIVE, Privacy.MINOR])
def test_the_strict_classes_stay_masked_whoever_asks(
    crew: SimpleNamespace, privacy: Privacy
) -> None:
    Person.objects.filter(pk=crew.resident.pk).update(privacy=privacy)
    found = rows(crew.dispatcher, purpose=PURPOSE)
    assert {row["reporter"] for row in found} == {"陈*兰"}
    assert {row["phone"] for row in found} == {"138****2046"}


def test_a_confidential_reporter_stands_in_no_file(crew: SimpleNamespace) -> None:
    Appeal.objects.update(is_confidential=True, contact_name="陈桂兰", contact_phone=PHONE)
    for row in rows(crew.dispatcher, purpose=PURPOSE):
        assert "陈桂兰" not in str(row)
        assert "2046" not in str(row)
