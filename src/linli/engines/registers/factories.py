# SPDX-License-Identifier: MulanPSL-2.0
"""Registers for tests."""

import datetime as dt
from typing import Any

from linli.base.actor import SYSTEM
from linli.base.putting import definition_put
from linli.engines.registers.models import Definition
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.services.slots import slots_take

CONTRACT: dict[str, Any] = {
    "label": {"zh": "物业服务合同", "en": "Property contracts"},
    "clause": "shandong 7",
    "at": "level:community",
    "about": "place",
    "unique": [["number"]],
    "coverage": {"each": "level:community", "at_least": 1},
    "remind": "90 days",
    "must": [
        {
            "field": "until_date",
            "is": "over",
            "other": "signed_on",
            "say": {"zh": "到期日应晚于签订日", "en": "It ends after it was signed"},
        }
    ],
    "who": ["community_clerk"],
    "fields": {
        "number": {"type": "text", "label": {"zh": "合同编号"}, "need": True, "find": True},
        "mode": {
            "type": "choice",
            "label": {"zh": "管理方式"},
            "find": True,
            "options": {"company": {"zh": "专业物业"}, "own": {"zh": "居民自管"}},
        },
        "fee": {
            "type": "money",
            "label": {"zh": "每平方米月费"},
            "find": True,
            "when": {"field": "mode", "is": "equal", "value": "company"},
        },
        "signed_on": {"type": "date", "label": {"zh": "签订日期"}, "find": True},
        "company": {"type": "unit", "label": {"zh": "物业企业"}},
        "contact": {"type": "phone", "label": {"zh": "物业值班电话"}, "find": True},
    },
}
"""A register about a place, with a rule between two dates and a number that is unique."""

OFFICER: dict[str, Any] = {
    "label": {"zh": "灾害信息员", "en": "Disaster information officers"},
    "clause": "liaoyuan 专栏2第12项",
    "at": "level:community",
    "about": "person",
    "coverage": {"each": "level:community", "at_least": 1, "at_most": 1},
    "unique": [["subject"]],
    "who": ["community_clerk"],
    "fields": {
        "phone": {"same_as": "register:resident.phone"},
        "trained_on": {"type": "date", "label": {"zh": "最近培训日期"}},
        "until_date": {"type": "date", "label": {"zh": "任期至"}, "need": True},
    },
}
"""A register about persons, one in each community."""


def register_define(
    key: str,
    body: dict[str, Any],
    *,
    place_path: str = "",
    starts_on: dt.date = dt.date(2020, 1, 1),
) -> Definition:
    """Keep a register's definition as a pack would."""
    spec = RegisterSpec.model_validate(body)
    row, _is_new = definition_put(
        Definition,
        kind="register",
        key=key,
        place_path=place_path,
        pack="test",
        version="test",
        starts_on=starts_on,
        ends_on=None,
        clause=spec.clause,
        body=body,
    )
    slots_take(actor=SYSTEM, register=key, spec=spec)
    return row
