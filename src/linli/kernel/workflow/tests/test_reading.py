# SPDX-License-Identifier: MulanPSL-2.0
"""What pages show: timeline, honest panel, steps, clocks, to-dos."""

import datetime as dt
from types import SimpleNamespace

from django.utils import translation

from linli.base import clock
from linli.kernel.people.factories import PersonFactory
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of, appeal_open
from linli.kernel.workflow.models import HandOver, Matter


def refused_twice(city: SimpleNamespace) -> Matter:
    matter = appeal_open(city)
    for _ in range(2):
        services.matter_move(
            actor=actor_of(city.dispatcher),
            matter=matter,
            move="dispatch",
            expected_step="received",
        )
        order = selectors.order_open(matter)
        assert order is not None
        services.order_refuse(
            actor=actor_of(city.handler), order=order, reason="not_ours", note="归街道"
        )
    return Matter.objects.get(pk=matter.pk)


def test_the_timeline_begins_with_what_comes_next(city: SimpleNamespace) -> None:
    PersonFactory.create(account=city.dispatcher, name="何倩")
    matter = refused_twice(city)
    lines = selectors.timeline(actor_of(city.dispatcher), matter)
    assert [line.state for line in lines] == ["next", "now", "done", "done", "done", "done"]
    assert [line.sort for line in lines[1:]] == [
        "contested",
        "moved",
        "refused",
        "moved",
        "opened",
    ]
    assert (lines[2].title, lines[2].who, lines[2].unit) == (
        "派给区水务局",
        "何倩",
        "柳荫街道办事处",
    )
    assert lines[3].title == "区水务局退回来了"
    assert (lines[3].reason, lines[3].said) == ("不属本单位职责", "归街道")
    assert lines[0].who == "裁决人"


def test_who_filed_it_sees_no_internal_words(city: SimpleNamespace) -> None:
    matter = refused_twice(city)
    services.matter_note(actor=actor_of(city.dispatcher), matter=matter, note="内部：先压一压")
    services.matter_note(
        actor=actor_of(city.dispatcher), matter=matter, note="您好，正在定由谁办", shown=True
    )
    lines = selectors.timeline(actor_of(city.resident), Matter.objects.get(pk=matter.pk))
    said = "".join(line.said for line in lines)
    assert said == "您好，正在定由谁办"


def test_the_honest_panel(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    panel = selectors.honest(matter)
    assert (panel.next, panel.who, panel.is_late, panel.why_late) == ("派单", "派单员", False, ())
    services.matters_tick(clock.now() + dt.timedelta(minutes=11))
    matter = Matter.objects.get(pk=matter.pk)
    panel = selectors.honest(matter)
    assert (panel.next, panel.who, panel.meanwhile) == (
        "区水务局签收",
        "区水务局",
        "柳荫街道办事处",
    )
    assert panel.clock is not None
    assert panel.clock.label == "签收"


def test_why_it_is_late(city: SimpleNamespace) -> None:
    matter = refused_twice(city)
    with clock.at(clock.now() + dt.timedelta(days=7)):
        panel = selectors.honest(matter)
    assert panel.is_late
    assert panel.why_late == ("区水务局退回过：不属本单位职责。", "在等裁决人定由谁办。")
    with translation.override("en"), clock.at(clock.now() + dt.timedelta(days=7)):
        assert "ruling" in selectors.honest(matter).why_late[1]


def test_a_holiday_is_a_reason(city: SimpleNamespace) -> None:
    with clock.at(dt.datetime(2026, 9, 30, 17, 0, tzinfo=clock.ZONE)):
        matter = appeal_open(city)
        services.matter_move(
            actor=actor_of(city.dispatcher),
            matter=matter,
            move="dispatch",
            expected_step="received",
        )
        services.order_accept(
            actor=actor_of(city.handler), order=HandOver.objects.get(matter=matter)
        )
    with clock.at(dt.datetime(2026, 10, 8, 15, 0, tzinfo=clock.ZONE)):
        panel = selectors.honest(Matter.objects.get(pk=matter.pk))
    assert any("国庆" in line for line in panel.why_late)


def test_the_steps_on_the_way(city: SimpleNamespace) -> None:
    matter = refused_twice(city)
    assert [(step.key, step.state) for step in selectors.steps_of(matter)] == [
        ("received", "done"),
        ("offered", "current"),
        ("handling", "todo"),
        ("verifying", "todo"),
        ("calling_back", "todo"),
        ("closed", "todo"),
    ]
    other = appeal_open(city)
    services.matter_move(
        actor=actor_of(city.resident), matter=other, move="withdraw", expected_step="received"
    )
    ended = selectors.steps_of(Matter.objects.get(pk=other.pk))
    assert [(step.key, step.state) for step in ended] == [
        ("received", "done"),
        ("withdrawn", "done"),
    ]


def test_clocks_and_todos(city: SimpleNamespace) -> None:
    matter = refused_twice(city)
    views = {view.name: view for view in selectors.clock_views(matter)}
    assert set(views) == {"contact", "closing"}
    assert views["closing"].derivation.sentence("zh").startswith("收到 周五 16:30 → 2 工作日")
    todos = selectors.todos_for(actor_of(city.arbiter))
    assert [(todo.label, todo.matter) for todo in todos] == [("请裁决", matter)]
    services.todo_done(actor=actor_of(city.arbiter), todo=todos[0].id)
    assert selectors.todos_for(actor_of(city.arbiter)) == []


def test_buttons(city: SimpleNamespace) -> None:
    matter = appeal_open(city, class_key="")
    buttons = {each.key: each for each in selectors.moves_open(actor_of(city.dispatcher), matter)}
    assert set(buttons) == {"dispatch", "reject"}
    assert not buttons["dispatch"].is_open
    assert "类" in str(buttons["dispatch"].why_not)
    assert set(buttons["reject"].reasons) >= {"no_content"}
    assert [each.key for each in selectors.moves_open(actor_of(city.resident), matter)] == [
        "withdraw"
    ]
    contested = refused_twice(city)
    keys = [each.key for each in selectors.moves_open(actor_of(city.arbiter), contested)]
    assert keys == ["rule"]
