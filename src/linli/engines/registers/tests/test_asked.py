# SPDX-License-Identifier: MulanPSL-2.0
"""What a plan asks of places: one of each kind, such as meet a condition, and a look by a day."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.engines.registers import selectors
from linli.engines.registers.factories import CONTRACT, register_define
from linli.engines.registers.models import Record
from linli.engines.registers.rules.fitting import register_problems
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import Asked, Covered, Register
from linli.engines.registers.selectors.coverage import coverages
from linli.engines.registers.services import record_add, record_end
from linli.engines.registers.services.reminding import TEXT, records_remind
from linli.kernel.notify.factories import text_define
from linli.kernel.notify.models import Notice
from linli.kernel.workflow.factories import FRIDAY

pytestmark = pytest.mark.django_db

STATION: dict[str, Any] = {
    **CONTRACT,
    "label": {"zh": "服务站点", "en": "Stations"},
    "unique": [],
    "must": [],
    "remind": "15 days",
    "due": "next_check",
    "coverage": [
        {"each": "level:community", "by": "kind", "at_least": 1, "say": {"zh": "两类站点"}},
        {
            "each": "level:community",
            "at_least": 1,
            "having": {"is_open": True, "has": ["team", "rules"]},
            "say": {"zh": "达标站点"},
        },
    ],
    "fields": {
        "kind": {
            "type": "choice",
            "label": {"zh": "类别"},
            "find": True,
            "options": {"main": {"zh": "主站"}, "post": {"zh": "点位"}},
        },
        "is_open": {"type": "yes_no", "label": {"zh": "开放"}, "find": True},
        "has": {
            "type": "check_list",
            "label": {"zh": "六有"},
            "find": True,
            "items": {
                "team": {"zh": "有队伍"},
                "rules": {"zh": "有制度"},
                "site": {"zh": "有场地"},
            },
        },
        "next_check": {"type": "date", "label": {"zh": "下次检查"}, "find": True},
    },
}


@pytest.fixture
def register(town: SimpleNamespace) -> Register:
    register_define("station", STATION)
    found = selectors.register_find("station", town.city.path)
    assert found is not None
    return found


def add(town: SimpleNamespace, **values: Any) -> Record:
    return record_add(actor=town.clerk, register="station", place=town.community, values=values)


def lacking(town: SimpleNamespace, register: Register) -> list[str]:
    rows = selectors.coverage(actor=SYSTEM, register=register, top=town.community)
    return [row.said for row in rows if row.state is Covered.LACKING]


def test_one_of_each_kind_and_one_that_has_all(town: SimpleNamespace, register: Register) -> None:
    assert lacking(town, register) == ["两类站点 · 主站", "两类站点 · 点位", "达标站点"]
    add(town, kind="main", is_open=True, has=["team"])
    assert lacking(town, register) == ["两类站点 · 点位", "达标站点"]
    add(town, kind="main", is_open=False, has=["team", "rules"])
    assert lacking(town, register) == ["两类站点 · 点位", "达标站点"]
    good = add(town, kind="post", is_open=True, has=["rules", "site", "team"])
    assert lacking(town, register) == []
    record_end(actor=town.clerk, record=good, reason="撤点", on=FRIDAY.date())
    with clock.at(FRIDAY + dt.timedelta(days=1)):
        assert lacking(town, register) == ["两类站点 · 点位", "达标站点"]


def test_as_many_questions_as_the_longest_list_of_rules(
    town: SimpleNamespace, register: Register
) -> None:
    from django.db import connection

    register_define("other", {**STATION, "label": {"zh": "另一种"}})
    other = selectors.register_find("other", town.city.path)
    assert other is not None
    counts = []
    for asked in ([register], [register, other]):
        with CaptureQueriesContext(
            connection,
        ) as asking:
            coverages(actor=SYSTEM, registers=asked, top=town.city)
        counts.append(len(asking))
    assert counts[0] == counts[1]


def test_what_is_due_is_told_before_and_overdue_after(
    town: SimpleNamespace, register: Register
) -> None:
    text_define(TEXT, "{place}的“{matter}”有{number}条快到期，最早的到{due}：{link}")
    day = FRIDAY.date() + dt.timedelta(days=20)
    record = add(town, kind="main", next_check=day.isoformat())
    assert record.due_on == day
    rows = selectors.records_at(actor=town.clerk, register=register, place=town.community)

    def standing(word: str) -> int:
        return selectors.records_narrowed(rows, register, Asked(standing=word)).count()

    records_remind(actor=SYSTEM)
    assert (Notice.objects.count(), standing("soon"), standing("over")) == (0, 0, 0)
    with clock.at(FRIDAY + dt.timedelta(days=10)):
        records_remind(actor=SYSTEM)
        assert (Notice.objects.count(), standing("soon"), standing("over")) == (1, 1, 0)
    with clock.at(FRIDAY + dt.timedelta(days=21)):
        assert (standing("valid"), standing("soon"), standing("over")) == (1, 0, 1)
        line = next(
            each
            for each in selectors.overview(actor=town.clerk, top=town.community)
            if each.register.key == "station"
        )
        assert (line.valid, line.over) == (1, 1)


def test_it_is_due_when_the_first_of_the_two_days_comes(
    town: SimpleNamespace, register: Register
) -> None:
    record = add(town, kind="main", next_check="2027-06-01", until_date="2027-03-01")
    assert record.due_on == record.ends_on == dt.date(2027, 3, 1)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (
            {"coverage": {"each": "level:community", "at_least": 1, "by": "is_open"}},
            "coverage.0.by",
        ),
        (
            {"coverage": {"each": "level:community", "at_least": 1, "having": {"kind": ["x"]}}},
            "coverage.0.having",
        ),
        (
            {"coverage": {"each": "level:community", "at_least": 1, "having": {"kind": True}}},
            "coverage.0.having",
        ),
        (
            {"coverage": {"each": "level:community", "at_least": 1, "having": {"nosuch": True}}},
            "coverage.0.having",
        ),
        ({"due": "kind"}, "due"),
        ({"due": "until_date"}, "due"),
    ],
)
def test_a_pack_is_told_what_cannot_be_asked(change: dict[str, Any], where: str) -> None:
    spec = RegisterSpec.model_validate({**STATION, **change})
    known: dict[str, dict[str, dict[str, Any]]] = {
        "level": {"community": {}},
        "role": {"community_clerk": {"at": ["level:community"]}},
    }
    assert where in [at for at, _text in register_problems(known, spec)]
