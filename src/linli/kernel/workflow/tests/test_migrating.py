# SPDX-License-Identifier: MulanPSL-2.0
"""A running matter goes over to a newer version: what is named by its steps and clocks goes along,
and its history is read by the version of its day."""

import copy
import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Forbidden, Invalid
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import FRIDAY, actor_of, definition_keep
from linli.kernel.workflow.models import Clock, Matter, Move, Timer, Todo
from linli.kernel.workflow.rules.clocks import label_of, late_of, warn_of
from linli.kernel.workflow.selectors.reading import clock_views
from linli.kernel.workflow.selectors.standing import honest, steps_of
from linli.kernel.workflow.terms import ClockKind, Sort
from linli.kernel.workflow.tests.procedures import press

Body = dict[str, Any]
LATER = {"after": "2 days", "todo": "text:supervise", "who": ["community_clerk"]}


def named(zh: str) -> dict[str, str]:
    return {"zh": zh, "en": zh}


CLERK = ["community_clerk"]
TOLD_LATE = [{"notify": "text:overdue", "who": CLERK}]
BACK = {"label": named("退回"), "to": "taking"}


def clocks() -> Body:
    """One until it is sent, one for the whole."""
    begun = {"starts": "taking", "limit": "1 day"}
    whole = {"starts": "taking", "limit": "3 days", "late": TOLD_LATE, "shown": True}
    return {
        "first": {"label": named("受理时限"), **begun, "stops": ["go"]},
        "whole": {"label": named("全程"), **whole, "stops": ["closed"]},
    }


def steps() -> Body:
    """Taken in, sent, done, looked at by somebody else."""
    go = {"label": named("派出"), "to": "sent", "then": [LATER]}
    checked = {"label": named("看过"), "to": "closed", "other_than": "doing"}
    gone = {"label": named("过期"), "to": "closed", "who": ["system"], "after": "90 days"}
    times = {"sign": "1 day", "answer": "1 day", "refusals": 3}
    offer = {"to": "duty", "reasons": "choices:return_reason", **times}
    taken = {key: {"to": "doing"} for key in ("accepted", "unanswered")}
    own = {"who": ["handler of lead"]}
    done = {"done": {"label": named("办完"), "to": "looking"}, "back": BACK}
    seen = {"checked": checked, "gone": gone, "back": BACK}
    return {
        "taking": {"label": named("受理"), "who": CLERK, "limit": "2 hours", "moves": {"go": go}},
        "sent": {
            "label": named("派单"),
            "offer": offer,
            "moves": {**taken, "refused": {"to": "taking"}},
        },
        "doing": {
            "label": named("办理"),
            **own,
            "limit": "1 day",
            "late": TOLD_LATE,
            "moves": done,
        },
        "looking": {"label": named("查看"), **own, "moves": seen},
        "closed": {"label": named("完"), "end": "done"},
    }


def old_body() -> Body:
    """A procedure as it was."""
    head = {"label": named("旧规矩"), "clause": "practice", "at": "level:community", "who": CLERK}
    return {**head, "clocks": clocks(), "steps": steps()}


RENAMED = {"taking": "intake", "sent": "offered", "doing": "handling", "looking": "verifying"}


def new_body() -> Body:
    """The same with every step called otherwise, and without the first clock."""
    body: Body = renamed(old_body())
    del body["clocks"]["first"]
    return body


def renamed(part: Any) -> Any:
    """Every step of before under its new name."""
    if isinstance(part, dict):
        return {RENAMED.get(key, key): renamed(each) for key, each in part.items()}
    if isinstance(part, list):
        return [renamed(each) for each in part]
    return RENAMED.get(part, part) if isinstance(part, str) else part


@pytest.fixture
def matter(city: SimpleNamespace) -> Matter:
    """One that the water office has sent back once and works on now."""
    definition_keep("workflow", "mending", old_body())
    found = services.matter_open(
        actor=actor_of(city.clerk), workflow="mending", place=city.community, title="墙"
    )
    for answer in (services.order_refuse, services.order_accept):
        press(city.clerk, found, "go", unit=city.water)
        order = selectors.order_open(found)
        assert order is not None
        given = {"reason": "not_ours"} if answer is services.order_refuse else {}
        answer(actor=actor_of(city.handler), order=order, **given)
    return fresh(found)


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def migrated(matter: Matter, body: Body | None = None) -> Matter:
    definition_keep("workflow", "mending", body or new_body())
    assert services.matters_migrate(actor=SYSTEM, workflow="mending", steps=RENAMED) == 1
    return fresh(matter)


def test_everything_that_reads_it_still_does(city: SimpleNamespace, matter: Matter) -> None:
    matter = migrated(matter)
    assert matter.step == "handling"
    with clock.at(FRIDAY + dt.timedelta(days=30)):
        assert {view.label for view in clock_views(matter)} == {"受理时限", "全程", "办理"}
        assert "区水务局退回过：不属本单位职责。" in honest(matter).why_late
        assert [view.key for view in steps_of(matter) if view.state == "current"] == ["handling"]
        told = selectors.timeline(actor_of(city.clerk), matter)
    assert "派给区水务局" in [line.title for line in told]
    assert "不属本单位职责" in [line.reason for line in told]


def test_its_clock_of_the_step_is_late_and_it_goes_on(
    city: SimpleNamespace, matter: Matter
) -> None:
    matter = migrated(matter)
    own = Clock.objects.get(matter=matter, kind=ClockKind.STEP, stopped_at=None)
    assert own.name == "step:handling"
    with clock.at(FRIDAY + dt.timedelta(days=4)):
        services.matters_tick()
        late = Move.objects.filter(matter=matter, sort=Sort.LATE).values_list("move", flat=True)
        assert sorted(late) == ["step:handling", "whole"]
        assert Todo.objects.filter(matter=matter, text_key="supervise").count() == 2
        assert not Timer.objects.filter(matter=matter, tries__gt=0).exists()
        press(city.handler, matter, "done")
        with pytest.raises((Forbidden, Invalid)):
            press(city.handler, matter, "checked")
        assert press(city.colleague, matter, "checked").end == "done"


def test_sent_back_is_said_by_the_name_of_its_day(city: SimpleNamespace, matter: Matter) -> None:
    press(city.handler, matter, "back")
    press(city.clerk, matter, "go", unit=city.water)
    matter = migrated(matter)
    with clock.at(FRIDAY + dt.timedelta(days=30)):
        assert any("办理" in why for why in honest(matter).why_late)


def test_a_clock_that_runs_is_not_lost(matter: Matter) -> None:
    body = new_body()
    del body["clocks"]["whole"]
    definition_keep("workflow", "mending", body)
    with pytest.raises(Invalid) as refused:
        services.matters_migrate(actor=SYSTEM, workflow="mending", steps=RENAMED)
    assert refused.value.code == "no_clock"
    assert "全程" in str(refused.value)
    assert matter.number in str(refused.value)
    assert fresh(matter).step == "doing"
    assert matter.clocks.filter(name="step:doing", stopped_at=None).exists()


@pytest.mark.parametrize(("step", "move"), [("verifying", "gone"), ("intake", "go")])
def test_what_waits_for_its_time_is_not_lost(
    city: SimpleNamespace, matter: Matter, step: str, move: str
) -> None:
    press(city.handler, matter, "done")
    body = new_body()
    if move == "gone":
        del body["steps"][step]["moves"]["gone"]
    else:
        body["steps"][step]["moves"]["go"]["then"] = []
    definition_keep("workflow", "mending", body)
    with pytest.raises(Invalid) as refused:
        services.matters_migrate(actor=SYSTEM, workflow="mending", steps=RENAMED)
    assert refused.value.code == "no_timer"
    assert move in str(refused.value)


def test_late_effects_are_those_of_the_new_version(city: SimpleNamespace, matter: Matter) -> None:
    body = new_body()
    climbing = {"after": "1 day", "todo": "text:supervise", "who": ["leader at subdistrict"]}
    body["clocks"]["whole"]["late"] = [*body["clocks"]["whole"]["late"], climbing]
    matter = migrated(matter, body)
    with clock.at(FRIDAY + dt.timedelta(days=6)):
        services.matters_tick()
    assert Todo.objects.of(actor_of(city.street_leader)).filter(matter=matter).exists()


def test_a_key_nobody_knows_breaks_nothing(matter: Matter) -> None:
    spec = copy.copy(selectors.spec_of(matter.definition))
    for kind, name in ((ClockKind.MATTER, "gone"), (ClockKind.STEP, "step:gone")):
        assert label_of(spec, kind, name) == {"zh": name, "en": name}
        assert (warn_of(spec, kind, name), tuple(late_of(spec, kind, name))) == (None, ())
