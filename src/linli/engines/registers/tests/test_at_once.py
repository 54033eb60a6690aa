# SPDX-License-Identifier: MulanPSL-2.0
"""Two at once, on real connections."""

import pytest

from linli.base import clock
from linli.config.testing.together import at_once, codes
from linli.engines.registers.models import Record, Revision
from linli.engines.registers.services import record_add, record_change, record_end
from linli.engines.registers.tests.conftest import town_made
from linli.kernel.workflow.factories import FRIDAY

FILLED = {"number": "WY-1", "mode": "company", "fee": "1.80"}

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_add_the_same_one_is_told_that_it_is_on_file() -> None:
    with clock.at(FRIDAY):
        town = town_made()

    def add() -> Record:
        return record_add(
            actor=town.clerk, register="contract", place=town.community, values=FILLED
        )

    assert codes(at_once(add, add, at=FRIDAY)) == ["done", "record_known"]
    assert Record.objects.count() == 1


def test_two_who_change_one_record_lose_nothing() -> None:
    with clock.at(FRIDAY):
        town = town_made()
        record = record_add(
            actor=town.clerk, register="contract", place=town.community, values=FILLED
        )

    def change(fee: str) -> Record:
        return record_change(
            actor=town.clerk, record=record, values={**FILLED, "fee": fee}, revision=1
        )

    found = at_once(lambda: change("2.00"), lambda: change("2.20"), at=FRIDAY)
    assert codes(found) == ["done", "record_moved_on"]
    assert Revision.objects.filter(record=record).count() == 2


def test_one_changes_while_another_ends() -> None:
    with clock.at(FRIDAY):
        town = town_made()
        record = record_add(
            actor=town.clerk, register="contract", place=town.community, values=FILLED
        )
    found = at_once(
        lambda: record_change(actor=town.clerk, record=record, values={**FILLED, "fee": "2.00"}),
        lambda: record_end(actor=town.clerk, record=record, reason="解约"),
        at=FRIDAY,
    )
    assert codes(found) in (["done", "done"], ["done", "record_ended"])
    assert Record.objects.get(pk=record.pk).state == "ended"
