# SPDX-License-Identifier: MulanPSL-2.0
"""Those who keep a register are told in time what runs out, once for each last day."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.engines.registers.models import Record
from linli.engines.registers.services import record_add, record_change
from linli.engines.registers.services.reminding import TEXT, records_remind
from linli.kernel.notify.factories import text_define
from linli.kernel.notify.models import Notice
from linli.kernel.workflow.factories import FRIDAY


@pytest.fixture
def ending(town: SimpleNamespace) -> Record:
    """A contract that ends in a hundred days; its register reminds ninety days before."""
    text_define(TEXT, "{place}的“{matter}”有{number}条快到期，最早的到{due}：{link}")
    return record_add(
        actor=town.clerk,
        register="contract",
        place=town.community,
        values={"number": "WY-1", "until_date": day(100)},
    )


def day(days: int) -> str:
    return (FRIDAY.date() + dt.timedelta(days=days)).isoformat()


def told() -> list[tuple[int, str]]:
    records_remind(actor=SYSTEM)
    return list(Notice.objects.order_by("pk").values_list("account_id", "body"))


def test_keepers_are_told_once_and_not_too_soon(town: SimpleNamespace, ending: Record) -> None:
    assert told() == []
    with clock.at(FRIDAY + dt.timedelta(days=11)):
        found = told()
        assert [account for account, _body in found] == [town.clerk.account_id]
        assert "1条快到期" in found[0][1]
        assert day(100) in found[0][1]
        assert told() == found
    with clock.at(FRIDAY + dt.timedelta(days=30)):
        assert told() == found


def test_a_new_last_day_is_told_of_again(town: SimpleNamespace, ending: Record) -> None:
    with clock.at(FRIDAY + dt.timedelta(days=20)):
        assert len(told()) == 1
        values = {"number": "WY-1", "until_date": day(400)}
        record_change(actor=town.clerk, record=ending, values=values)
        assert len(told()) == 1
    with clock.at(FRIDAY + dt.timedelta(days=320)):
        assert len(told()) == 2


def test_what_has_no_last_day_or_has_ended_is_not_told_of(
    town: SimpleNamespace, ending: Record
) -> None:
    record_add(
        actor=town.clerk, register="contract", place=town.community, values={"number": "WY-2"}
    )
    Record.objects.filter(pk=ending.pk).update(state="ended")
    with clock.at(FRIDAY + dt.timedelta(days=50)):
        assert told() == []
