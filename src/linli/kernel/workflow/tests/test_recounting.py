# SPDX-License-Identifier: MulanPSL-2.0
"""A clock counted anew: what it lived through is kept, its timers and its order go with it; why it
stood still is said."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.calendar import Derivation
from linli.base.errors import Conflict
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open, definition_keep
from linli.kernel.workflow.models import Clock, HandOver, Matter, Move, Timer
from linli.kernel.workflow.selectors.standing import honest
from linli.kernel.workflow.terms import Sort, TimerKind
from linli.kernel.workflow.tests.procedures import press

LONG, SHORT = "illegal_building", "flooding"
"""Ten working days, and two."""

REASON = {"zh": "放假通知", "en": "holiday notice"}


def handled(city: SimpleNamespace, class_key: str = SHORT) -> Matter:
    """One of that class in the hands of the water office."""
    matter = appeal_open(city, class_key=class_key)
    press(city.dispatcher, matter, "dispatch", unit=city.water)
    order = selectors.order_open(matter)
    assert order is not None
    services.order_accept(actor=actor_of(city.handler), order=order)
    return Matter.objects.get(pk=matter.pk)


def closing(matter: Matter) -> Clock:
    return matter.clocks.get(name="closing")


def corrected(city: SimpleNamespace, matter: Matter, class_key: str) -> Clock:
    services.matter_correct(actor=actor_of(city.handler), matter=matter.pk, class_key=class_key)
    return closing(matter)


def changes(running: Clock) -> list[str]:
    told = Derivation.from_json(running.derivation).changes
    return [change.to_json()["is"] for change in told]


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


class TestTheRightClass:
    def test_a_shorter_limit_is_late_when_it_says(self, city: SimpleNamespace) -> None:
        matter = handled(city, class_key=LONG)
        before = closing(matter)
        after = corrected(city, matter, SHORT)
        assert after.due_at < before.due_at
        late = after.timers.get(kind=TimerKind.LATE, payload={"level": 0})
        assert late.at == after.due_at
        services.matters_tick(after.due_at + dt.timedelta(minutes=1))
        assert closing(matter).late_level == 1

    def test_what_was_late_is_not_late_with_more_time(self, city: SimpleNamespace) -> None:
        matter = handled(city, class_key=SHORT)
        with clock.at(closing(matter).due_at + dt.timedelta(minutes=1)):
            services.matters_tick()
            assert closing(matter).late_level == 1
            after = corrected(city, matter, LONG)
            assert after.late_level == 0
            assert after.due_at > clock.now()

    def test_what_was_late_before_is_later_and_told_once(self, city: SimpleNamespace) -> None:
        matter = handled(city, class_key="street_lights")
        with clock.at(closing(matter).due_at + dt.timedelta(minutes=1)):
            services.matters_tick()
            after = corrected(city, matter, "manholes")
            assert after.due_at < clock.now()
            services.matters_tick()
        told = Move.objects.filter(matter=matter, sort=Sort.LATE, move="closing")
        assert (told.count(), closing(matter).late_level) == (1, 2)

    def test_pauses_and_extensions_are_kept(self, city: SimpleNamespace) -> None:
        matter = handled(city, class_key=LONG)
        asked = services.extension_ask(
            actor=actor_of(city.handler), matter=matter.pk, clock="closing", why="要等配件"
        )
        services.extension_answer(
            actor=actor_of(city.district_leader), extension=asked.pk, is_granted=True
        )
        press(city.handler, matter, "wait", reason="parts")
        with clock.at(FRIDAY + days(5)):
            press(city.handler, matter, "resume")
            right = closing(matter).due_at
            other = corrected(city, matter, "street_lights")
            assert changes(other) == ["extension", "pause", "recount"]
            assert other.due_at < right
            again = corrected(city, matter, LONG)
        assert again.due_at == right

    def test_one_that_stands_still_goes_on_with_the_right_limit(
        self, city: SimpleNamespace
    ) -> None:
        matter = handled(city, class_key="street_lights")
        press(city.handler, matter, "wait", reason="parts")
        left = closing(matter).remaining_seconds
        after = corrected(city, matter, LONG)
        assert after.paused_at is not None
        assert (after.remaining_seconds or 0) > (left or 0)
        with clock.at(FRIDAY + days(3)):
            press(city.handler, matter, "resume")
        assert closing(matter).due_at > FRIDAY + days(14)
        late = closing(matter).timers.get(kind=TimerKind.LATE, payload={"level": 0})
        assert (late.done_at, late.is_fired) == (None, False)


class TestWhyItStoodStill:
    def test_the_coded_reason_is_said_with_the_step(self, city: SimpleNamespace) -> None:
        matter = handled(city)
        press(city.handler, matter, "wait", reason="weather", note="住户要求保密")
        with clock.at(FRIDAY + days(4)):
            press(city.handler, matter, "resume")
        (pause,) = Derivation.from_json(closing(matter).derivation).changes
        assert pause.reason == {
            "zh": "挂账等待（等天气）",
            "en": "Waiting (Waiting for the weather)",
        }
        with clock.at(closing(matter).due_at + days(1)):
            assert any("等天气" in why for why in honest(matter).why_late)

    def test_time_is_asked_for_while_it_stands_still(self, city: SimpleNamespace) -> None:
        matter = handled(city, class_key="street_lights")
        press(city.handler, matter, "wait", reason="parts")
        before = closing(matter)
        with clock.at(before.due_at + days(1)):
            asked = services.extension_ask(
                actor=actor_of(city.handler), matter=matter.pk, clock="closing", why="要等配件"
            )
            services.extension_answer(
                actor=actor_of(city.district_leader), extension=asked.pk, is_granted=True
            )
            granted = closing(matter)
            assert (granted.remaining_seconds or 0) > (before.remaining_seconds or 0)
            press(city.handler, matter, "resume")
        assert changes(closing(matter)) == ["extension", "pause"]
        assert closing(matter).due_at > before.due_at + days(6)

    def test_one_that_ran_out_before_it_stood_still_has_run_out(
        self, city: SimpleNamespace
    ) -> None:
        matter = handled(city, class_key="street_lights")
        with clock.at(closing(matter).due_at + dt.timedelta(minutes=1)):
            press(city.handler, matter, "wait", reason="parts")
            with pytest.raises(Conflict) as refused:
                services.extension_ask(
                    actor=actor_of(city.handler), matter=matter.pk, clock="closing", why="等"
                )
        assert refused.value.code == "too_late"


def test_an_order_says_the_same_as_its_clocks(city: SimpleNamespace) -> None:
    matter = press(city.dispatcher, appeal_open(city), "dispatch")
    before = HandOver.objects.get(matter=matter)
    for on in ("2026-03-09", "2026-03-10"):
        definition_keep("day", on, {"date": on, "day": "off", "zh": "市庆", "clause": "practice"})
    assert services.clocks_recount(actor=SYSTEM, path="", reason=REASON) >= 1
    (order,) = selectors.orders_offered(actor_of(city.handler))
    answer, sign = matter.clocks.get(name="answer"), matter.clocks.get(name="sign")
    assert (order.answer_due_at, order.sign_due_at) == (answer.due_at, sign.due_at)
    assert before.answer_due_at is not None
    assert answer.due_at > before.answer_due_at
    unanswered = Timer.objects.get(clock=answer, kind=TimerKind.UNANSWERED)
    assert unanswered.at == answer.due_at
