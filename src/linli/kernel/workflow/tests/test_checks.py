# SPDX-License-Identifier: MulanPSL-2.0
"""What a pack may not write: each broken variant of the base's procedure is refused with its
place."""

import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pydantic import ValidationError

from linli.base.actor import SYSTEM
from linli.kernel.sockets.grammar import PackContext
from linli.kernel.workflow.checks import workflow_check
from linli.kernel.workflow.factories import Entries, pack_entries
from linli.kernel.workflow.grammar import CalendarSpec, DayRow, ServiceRow, WorkflowSpec

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def known() -> Entries:
    return pack_entries(Path(settings.LINLI_PACKS) / "base")


def problems(known: Entries, change: Change | None = None) -> list[str]:
    body = copy.deepcopy(known["workflow"]["appeal"])
    if change is not None:
        change(body)
    context = PackContext(
        actor=SYSTEM,
        pack="test",
        version="1",
        place_path="",
        starts_on=dt.date(2026, 1, 1),
        ends_on=None,
        clause="practice",
        position=0,
        body=body,
        known=known,
    )
    found = workflow_check(context, "appeal", WorkflowSpec.model_validate(body))
    return [f"{where}: {message}" for where, message in found]


def put(path: str, value: Any) -> Change:
    """Write a value at a path such as "steps.received.who"."""
    *way, last = path.split(".")

    def change(body: dict[str, Any]) -> None:
        for part in way:
            body = body.setdefault(part, {})
        body[last] = value

    return change


def drop(path: str) -> Change:
    *way, last = path.split(".")

    def change(body: dict[str, Any]) -> None:
        for part in way:
            body = body[part]
        del body[last]

    return change


def test_the_base_procedure_holds_together(known: Entries) -> None:
    assert problems(known) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("supervise.who", ["leader at moon"]), 'supervise.who: "moon" is no level'),
        (put("supervise.who", ["applicant"]), 'supervise.who: "applicant" is nobody of the'),
        (put("supervise.answered_by", ["handlr of lead"]), 'supervise.answered_by: "handlr" is no'),
        (put("supervise.late", [{"notify": "text:overdue"}]), 'supervise.late.0: "notify" says'),
        (put("steps.received.who", ["dispacher"]), 'no role (did you mean "dispatcher"?)'),
        (put("steps.received.who", ["leader at subdistrct"]), '(did you mean "subdistrict"?)'),
        (put("steps.handling.who", ["handler of leed"]), "is no side of a matter"),
        (put("steps.verifying.moves.pass.to", "calling"), 'goes to step "calling", which'),
        (drop("steps.calling_back.moves.silent"), 'what follows when it ends as "silent"'),
        (drop("steps.offered.moves.unanswered"), 'what follows when it ends as "unanswered"'),
        (
            put("steps.calling_back.moves.skip", {"label": {"zh": "跳过"}, "to": "closed"}),
            "nobody can press a gate",
        ),
        (put("steps.calling_back.waits_for", "workflow:nothing"), 'there is no workflow "nothing"'),
        (put("steps.received.for", "what"), '"for" goes with waits_for'),
        (put("steps.received.join", "all"), '"join" goes with "for"'),
        (put("steps.received.end", "done"), "a step has exactly one of"),
        (put("steps.lost", {"label": {"zh": "丢"}, "end": "lapsed"}), "no way leads to this"),
        (
            put("steps.verifying.moves", {"fail": {"label": {"zh": "退"}, "to": "handling"}}),
            "no way leads to this step",
        ),
        (put("clocks.contact.stops", ["contactd"]), 'did you mean "contacted"?'),
        (put("clocks.contact.limit", "class.contact_limt"), 'did you mean "contact_limit"?'),
        (put("clocks.closing.extend", {
            "by": "5 working_days", "asked_by": ["handler"], "approved_by": ["leeder"]
        }), 'no role (did you mean "leader"?)'),
        (put("steps.handling.pauses", ["closng"]), 'no clock "closng" (did you mean "closing"?)'),
        (drop("steps.handling.moves.wait.reasons"),
         'steps.handling.moves.wait: leads where "closing" stands still: ask for a reason'),
        (put("steps.verifying.pauses", ["closing"]), ""),
        (put("steps.called_out.pauses", ["closing"]), ""),
        (put("steps.offered.pauses", ["closing"]), 'leads where "closing" stands still, and the'),
        (put("steps.verifying.other_than", "handlin"), 'is no step (did you mean "handling"?)'),
        (put("steps.received.moves.dispatch.who", ["system"]), '"after" goes with who'),
        (drop("steps.received.moves.reject.label"), "a button needs a label"),
        (
            put("steps.received.moves.dispatch.when", {"field": "clas", "is": "filled"}),
            'did you mean "class"?',
        ),
        (put("steps.closed.then", [{"notify": "text:redo", "who": ["leader"], "set": {}}]),
         '"set" goes with record'),
        (put("steps.offered.then", [{"notify": "text:offered"}]), '"notify" says to whom'),
        (put("start", "begin"), 'there is no step "begin"'),
        (put("readers", ["leader"]), "not carried yet"),
        (put("steps.verifying.fixed", True), ""),
    ],
)  # fmt: skip
def test_a_broken_variant_is_refused(known: Entries, change: Change, words: str) -> None:
    found = problems(known, change)
    if words:
        assert any(words in line for line in found), found
    else:
        assert found == []


def test_no_way_leads_round_a_fixed_step(known: Entries) -> None:
    def change(body: dict[str, Any]) -> None:
        body["steps"]["verifying"]["fixed"] = True
        body["steps"]["handling"]["moves"]["close"] = {"label": {"zh": "办结"}, "to": "closed"}

    assert any("a way leads round it" in line for line in problems(known, change))


def test_a_step_from_which_no_end_can_be_reached(known: Entries) -> None:
    def change(body: dict[str, Any]) -> None:
        body["steps"]["handling"]["moves"]["park"] = {"label": {"zh": "放着"}, "to": "parked"}
        body["steps"]["parked"] = {
            "label": {"zh": "放着"},
            "who": ["dispatcher"],
            "moves": {"again": {"label": {"zh": "再放着"}, "to": "parked"}},
        }

    assert "steps.parked: no end can be reached from this step" in problems(known, change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("steps.received.limmit", "2 hours"), "Extra inputs"),
        (put("clocks.closing.warn", "4 work_hours"), 'did you mean "working_hours"?'),
        (put("steps.received.limit", "1 hours"), 'write "1 hour"'),
        (put("steps.received.who", "dispatcher"), "tuple"),
        (put("steps.closed.end", "finished"), "done"),
        (put("steps.closed.then", [{"notify": "text:a", "todo": "text:b"}]), "exactly one of"),
        (put("number", "SQ-1"), "pattern"),
    ],
)
def test_a_key_or_value_that_is_none_is_refused_at_once(
    known: Entries, change: Change, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        problems(known, change)
    assert words in str(refused.value)


def test_tables_and_calendars_are_strict() -> None:
    day = DayRow.model_validate({"date": "2026-02-14", "day": "work", "clause": "practice"})
    assert day.date == dt.date(2026, 2, 14)
    with pytest.raises(ValidationError):
        DayRow.model_validate({"date": "2026-02-30", "day": "work", "clause": "practice"})
    with pytest.raises(ValidationError):
        DayRow.model_validate({"date": "2026-02-14", "day": "half", "clause": "practice"})
    row = {
        "id": "elder_allowance",
        "zh": "高龄津贴",
        "at": "level:community",
        "workflow": "workflow:window_item",
        "materials": "form:bank_card;form:id_copy",
        "promised_limit": "5 working_days",
        "fee": "0",
        "clause": "practice",
    }
    assert ServiceRow.model_validate(row).materials == ("form:bank_card", "form:id_copy")
    with pytest.raises(ValidationError, match="offline place"):
        ServiceRow.model_validate({**row, "online": "yes"})
    label = {"label": {"zh": "夜里"}, "clause": "practice"}
    with pytest.raises(ValidationError):
        CalendarSpec.model_validate({**label, "hours": [{"days": ["mon"], "work": ["9-12"]}]})
    with pytest.raises(ValidationError):
        CalendarSpec.model_validate(label)
