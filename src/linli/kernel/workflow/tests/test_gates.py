# SPDX-License-Identifier: MulanPSL-2.0
"""Gates whose children do not do it, and gates that cannot be left: nobody waits for ever, and
nothing goes on silently."""

import copy
import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import FRIDAY, actor_of, definition_keep, member
from linli.kernel.workflow.models import Matter, Timer, Todo
from linli.kernel.workflow.rules.joining import is_joined
from linli.kernel.workflow.tests import procedures
from linli.kernel.workflow.tests.procedures import press, sorts, whistled
from linli.kernel.workflow.tests.test_round import fresh, handled

WORD = {"zh": "甲", "en": "A"}


@pytest.fixture(autouse=True)
def refusable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A called unit may say no."""
    body = copy.deepcopy(procedures.ANSWER)
    body["steps"]["called"]["moves"]["decline"] = {
        "label": {"zh": "来不了", "en": "Decline"},
        "to": "declined",
        "reasons": "choices:return_reason",
    }
    body["steps"]["declined"] = {"label": {"zh": "来不了", "en": "Declined"}, "end": "refused"}
    monkeypatch.setattr(procedures, "ANSWER", body)


def child(matter: Matter, unit: Any) -> Matter:
    return matter.children.get(called_unit=unit, parent_gate=fresh(matter).gate_key)


def declined(account: Any, matter: Matter, note: str = "") -> None:
    press(account, matter, "decline", reason="not_ours", note=note)


def desk(account: Any) -> list[str]:
    rows = Todo.objects.of(actor_of(account)).open()
    return [row.text_key for row in rows]


class TestRefusedChildren:
    def test_the_parent_stays_and_the_step_before_is_told_by_whom_and_why(
        self, city: SimpleNamespace
    ) -> None:
        matter = whistled(city, city.water, city.upkeep)
        declined(city.handler, child(matter, city.water), "没有车")
        assert fresh(matter).step == "coming"
        assert desk(city.dispatcher) == ["to_take_back"]
        assert desk(city.handler) == []
        told = Notice.objects.get(text_key="to_take_back", account=city.dispatcher)
        for words in ("区水务局", "来不了", "没有车"):
            assert words in told.body
        assert sorts(matter)[-1] == "stuck"
        line = selectors.timeline(actor_of(city.dispatcher), fresh(matter))[1]
        assert "区水务局" in line.said
        press(city.upkeep_handler, child(matter, city.upkeep), "finish")
        assert fresh(matter).step == "coming"

    def test_whoever_is_told_takes_it_back(self, city: SimpleNamespace) -> None:
        matter = whistled(city, city.water, city.upkeep)
        running = child(matter, city.upkeep)
        declined(city.handler, child(matter, city.water))
        (todo,) = selectors.todos_for(actor_of(city.dispatcher))
        services.todo_done(actor=actor_of(city.dispatcher), todo=todo.id)
        assert (fresh(matter).step, fresh(matter).gate_key) == ("checking", "")
        assert desk(city.dispatcher) == []
        assert matter in Matter.objects.mine(actor_of(city.dispatcher))
        press(city.upkeep_handler, running, "finish")
        assert fresh(matter).step == "checking"
        press(city.dispatcher, matter, "whistle")
        assert fresh(matter).step == "coming"

    def test_any_goes_on_with_the_other_and_stays_if_none_does_it(
        self, city: SimpleNamespace
    ) -> None:
        first = whistled(city, city.water, city.upkeep, join="any")
        declined(city.handler, child(first, city.water))
        assert desk(city.dispatcher) == []
        assert Notice.objects.filter(text_key="child_ended", account=city.dispatcher).exists()
        press(city.upkeep_handler, child(first, city.upkeep), "finish")
        assert fresh(first).step == "accepting"
        second = whistled(city, city.water, city.upkeep, join="any")
        declined(city.handler, child(second, city.water))
        declined(city.upkeep_handler, child(second, city.upkeep))
        assert fresh(second).step == "coming"
        assert desk(city.dispatcher) == ["to_take_back"]

    def test_the_lead_decides_also_by_a_no(self, city: SimpleNamespace) -> None:
        lead = str(city.upkeep.pk)
        first = whistled(city, city.water, city.upkeep, join="lead", lead=lead)
        declined(city.handler, child(first, city.water))
        assert desk(city.dispatcher) == []
        press(city.upkeep_handler, child(first, city.upkeep), "finish")
        assert fresh(first).step == "accepting"
        second = whistled(city, city.water, city.upkeep, join="lead", lead=lead)
        declined(city.upkeep_handler, child(second, city.upkeep))
        press(city.handler, child(second, city.water), "finish")
        assert fresh(second).step == "coming"
        assert desk(city.dispatcher) == ["to_take_back"]

    def test_an_appeal_does_not_go_on_when_the_street_sends_its_callout_back(
        self, city: SimpleNamespace
    ) -> None:
        matter = handled(city)
        secretary = member(city.committee, "community_secretary", place=city.community)
        values = {"what": "夜市", "kind": "daily", "called_units": [str(city.upkeep.pk)]}
        press(secretary, matter, "call_out", values=values)
        press(city.dispatcher, matter.children.get(), "return", reason="unclear")
        assert fresh(matter).step == "called_out"
        assert desk(city.handler) == ["to_take_back"]
        assert "说不清" in Notice.objects.filter(text_key="to_take_back")[0].body
        assert selectors.honest(fresh(matter)).who.endswith("区水务局")
        (todo,) = selectors.todos_for(actor_of(city.handler))
        services.todo_done(actor=actor_of(city.handler), todo=todo.id)
        assert fresh(matter).step == "handling"

    def test_what_nobody_can_still_do_is_not_waited_for(self) -> None:
        done, refused, running = True, False, True
        assert not is_joined("all", [(1, done), (2, refused)], lead=None)
        assert is_joined("any", [(1, refused), (2, running)], lead=None)


class TestWaysOut:
    def parent(self, city: SimpleNamespace) -> tuple[Matter, Matter]:
        """A matter that goes from a gate to an offer for which no unit is there; and its child."""
        city.street.ends_on = dt.date(2026, 1, 1)
        city.street.save()
        own = {"clause": "practice", "at": "level:community", "label": WORD}
        going = {"label": WORD, "who": ["community_clerk"]}
        end = {"label": WORD, "end": "done"}
        offer = {
            "to": "duty",
            "sign": "1 day",
            "answer": "1 day",
            "reasons": "choices:return_reason",
        }
        results = {"accepted": {"to": "end"}, "unanswered": {"to": "end"}}
        child = {
            "start": {**going, "moves": {"finish": {"label": WORD, "to": "end"}}},
            "end": end,
        }
        steps = {
            "start": {**going, "moves": {"go": {"label": WORD, "to": "gate"}}},
            "gate": {
                "label": WORD,
                "waits_for": "workflow:small",
                "moves": {"done": {"to": "offered"}},
            },
            "offered": {
                "label": WORD,
                "offer": offer,
                "moves": {**results, "refused": {"to": "start"}},
            },
            "end": end,
        }
        definition_keep("workflow", "small", {**own, "who": ["system"], "steps": child})
        body = {**own, "who": ["community_clerk"], "steps": steps, "classes": "class:appeal"}
        definition_keep("workflow", "large", body)
        matter = services.matter_open(
            actor=actor_of(city.clerk), workflow="large", place=city.community
        )
        press(city.clerk, matter, "go")
        return matter, matter.children.get()

    def test_a_child_ends_although_its_parent_cannot_go_on(self, city: SimpleNamespace) -> None:
        matter, small = self.parent(city)
        press(city.clerk, small, "finish")
        assert (fresh(small).end, fresh(matter).step) == ("done", "gate")
        assert desk(city.clerk) == ["no_duty"]
        assert Notice.objects.filter(text_key="no_duty", account=city.clerk).exists()
        assert sorts(matter)[-1] == "stuck"

    def test_it_is_tried_again_until_somebody_is_named(self, city: SimpleNamespace) -> None:
        matter, small = self.parent(city)
        press(city.clerk, small, "finish")
        for minutes in (20, 40, 60):
            with clock.at(FRIDAY + dt.timedelta(minutes=minutes)):
                services.matters_tick()
        assert fresh(matter).step == "gate"
        assert sorts(matter).count("stuck") == 1
        assert Timer.objects.filter(matter=matter, done_at__isnull=True).exists()
        city.street.ends_on = None
        city.street.save()
        with clock.at(FRIDAY + dt.timedelta(minutes=80)):
            services.matters_tick()
        assert fresh(matter).step == "offered"
        assert desk(city.clerk) == []
