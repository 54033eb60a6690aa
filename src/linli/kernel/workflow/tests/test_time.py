# SPDX-License-Identifier: MulanPSL-2.0
"""Clocks: Friday afternoons, make-up days, pauses, lateness, and a clock that jumps."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.calendar import Derivation
from linli.kernel.audit.models import AuditRecord
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import (
    actor_of,
    appeal_open,
    definition_keep,
    pack_entries,
)
from linli.kernel.workflow.models import Clock, HandOver, Matter, Move, Timer, Todo
from linli.kernel.workflow.terms import OrderState, Sort, Verb


def here(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


def due_of(matter: Matter, name: str) -> dt.datetime:
    return Clock.objects.get(matter=matter, name=name).due_at


def tick_at(text: str) -> int:
    return services.matters_tick(here(text))


def step_of(matter: Matter) -> str:
    return Matter.objects.values_list("step", flat=True).get(pk=matter.pk)


def test_friday_afternoon(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    assert due_of(matter, "contact") == here("2026-03-09T09:30")
    assert due_of(matter, "closing") == here("2026-03-10T17:30")
    derivation = Derivation.from_json(Clock.objects.get(matter=matter, name="contact").derivation)
    assert derivation.sentence("zh") == "收到 周五 16:30 → 2 工作时 → 周一 09:30"
    assert matter.next_due_at == here("2026-03-09T09:30")


@pytest.mark.parametrize(
    ("opened", "class_key", "contact", "closing"),
    [
        ("2026-02-13T16:00", "garbage", "2026-02-14T09:00", "2026-02-24T17:30"),
        ("2026-09-30T17:00", "road_damage", "2026-10-08T10:00", "2026-10-10T17:30"),
        ("2026-05-02T23:40", "noise_at_night", "2026-05-03T00:10", "2026-05-03T23:40"),
    ],
)
def test_holidays_and_make_up_days(
    city: SimpleNamespace, opened: str, class_key: str, contact: str, closing: str
) -> None:
    with clock.at(here(opened)):
        matter = appeal_open(city, class_key=class_key)
    assert due_of(matter, "contact") == here(contact)
    assert due_of(matter, "closing") == here(closing)


def test_a_year_without_its_holiday_notice_is_provisional(city: SimpleNamespace) -> None:
    with clock.at(here("2027-02-01T10:00")):
        matter = appeal_open(city)
    row = Clock.objects.get(matter=matter, name="closing")
    assert Derivation.from_json(row.derivation).is_provisional


def test_dispatched_by_itself_after_ten_minutes(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    assert tick_at("2026-03-06T16:39") == 0
    assert step_of(matter) == "received"
    tick_at("2026-03-06T16:41")
    order = HandOver.objects.get(matter=matter)
    assert (step_of(matter), order.unit, order.sender_unit) == ("offered", city.water, city.street)
    assert tick_at("2026-03-06T16:41") == 0


def test_without_a_class_it_waits_and_goes_on_once_it_has_one(city: SimpleNamespace) -> None:
    matter = appeal_open(city, class_key="")
    tick_at("2026-03-06T16:50")
    assert step_of(matter) == "received"
    with clock.at(here("2026-03-06T17:00")):
        services.matter_correct(
            actor=actor_of(city.dispatcher), matter=matter, class_key="flooding"
        )
    tick_at("2026-03-06T17:01")
    assert step_of(matter) == "offered"


def test_an_order_nobody_answers_is_taken_as_accepted(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    tick_at("2026-03-06T16:41")
    order = HandOver.objects.get(matter=matter)
    assert order.answer_due_at == here("2026-03-09T09:41")
    tick_at("2026-03-09T09:40")
    assert step_of(matter) == "offered"
    tick_at("2026-03-09T09:42")
    order.refresh_from_db()
    matter.refresh_from_db()
    assert (matter.step, matter.lead_unit, order.state) == (
        "handling",
        city.water,
        OrderState.LAPSED,
    )
    assert Notice.objects.filter(account=city.water_leader, text_key="overdue").exists()


def test_lateness_climbs_the_tree_once(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    for moment in ("2026-03-09T10:00", "2026-03-10T17:31", "2026-03-10T17:31", "2026-03-10T18:00"):
        tick_at(moment)
    closing = Clock.objects.get(matter=matter, name="closing")
    assert closing.late_level == 1
    late = Move.objects.filter(matter=matter, sort=Sort.LATE, move="closing")
    assert late.count() == 1
    heard = Notice.objects.filter(key__startswith=f"c{closing.pk}.late").values_list(
        "account__username", flat=True
    )
    assert sorted(heard) == sorted(
        [city.handler.username, city.colleague.username, city.water_leader.username]
    )
    assert not Todo.objects.exists()
    tick_at("2026-03-11T17:31")
    assert Todo.objects.of(actor_of(city.street_leader)).count() == 1
    assert not Todo.objects.of(actor_of(city.district_leader)).exists()
    tick_at("2026-03-16T08:31")
    assert Todo.objects.of(actor_of(city.district_leader)).count() == 1
    assert AuditRecord.objects.filter(verb=Verb.CLOCK_LATE).exists()


def test_a_clock_that_jumps_does_each_thing_once(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    tick_at("2026-03-20T10:00")
    order = HandOver.objects.get(matter=matter)
    assert order.offered_at == here("2026-03-20T10:00")
    count = Notice.objects.count(), Move.objects.count(), Todo.objects.count()
    tick_at("2026-03-20T10:00")
    tick_at("2026-03-06T16:00")
    tick_at("2026-03-20T10:01")
    assert (Notice.objects.count(), Move.objects.count(), Todo.objects.count()) == count


def test_what_is_done_in_time_is_never_late(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    services.matter_move(
        actor=actor_of(city.resident), matter=matter, move="withdraw", expected_step="received"
    )
    tick_at("2026-04-20T10:00")
    assert not Move.objects.filter(matter=matter, sort=Sort.LATE).exists()
    assert not Timer.objects.filter(matter=matter, done_at__isnull=True).exists()
    assert not Timer.objects.filter(matter=matter, is_fired=True).exists()


def test_without_a_duty_it_stays_with_its_sender(city: SimpleNamespace) -> None:
    matter = appeal_open(city, class_key="flooding")
    city.water.ends_on = dt.date(2026, 1, 1)
    city.water.save()
    city.upkeep.ends_on = city.street.ends_on = dt.date(2026, 1, 1)
    city.upkeep.save()
    city.street.save()
    tick_at("2026-03-06T16:41")
    tick_at("2026-03-06T16:42")
    assert step_of(matter) == "received"
    todos = Todo.objects.of(actor_of(city.dispatcher)).open()
    assert [todo.text_key for todo in todos] == ["no_duty"]
    assert Move.objects.filter(matter=matter, sort=Sort.STUCK).count() == 1


def waiting_workflow() -> None:
    """The base's procedure with a step in which the closing clock stands still."""
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    body = known["workflow"]["appeal"]
    body["steps"]["handling"]["moves"]["wait"] = {
        "label": {"zh": "等居民补充"},
        "to": "waiting",
        "reasons": "choices:pause_reason",
    }
    body["steps"]["waiting"] = {
        "label": {"zh": "挂账等待"},
        "who": ["handler of lead"],
        "pauses": ["closing"],
        "moves": {"resume": {"label": {"zh": "继续办理"}, "to": "handling"}},
    }
    definition_keep("workflow", "appeal", {**body, "clause": "practice 2"}, known=known)


def test_a_pause_keeps_what_was_left(city: SimpleNamespace) -> None:
    waiting_workflow()
    matter = appeal_open(city)
    handler = actor_of(city.handler)
    tick_at("2026-03-06T16:41")
    services.order_accept(actor=handler, order=HandOver.objects.get(matter=matter))
    before = due_of(matter, "closing")
    with clock.at(here("2026-03-09T10:00")):
        services.matter_move(
            actor=handler, matter=matter, move="wait", expected_step="handling", reason="weather"
        )
    closing = Clock.objects.get(matter=matter, name="closing")
    assert (closing.paused_at, closing.due_at) == (here("2026-03-09T10:00"), before)
    tick_at("2026-03-12T10:00")
    assert not Move.objects.filter(matter=matter, sort=Sort.LATE, move="closing").exists()
    with clock.at(here("2026-03-12T10:00")):
        services.matter_move(actor=handler, matter=matter, move="resume", expected_step="waiting")
    closing.refresh_from_db()
    assert closing.due_at == here("2026-03-13T17:30")
    assert len(Derivation.from_json(closing.derivation).changes) == 1
    tick_at("2026-03-13T17:29")
    assert closing.late_level == 0
    tick_at("2026-03-13T17:31")
    closing.refresh_from_db()
    assert closing.late_level == 1


def test_a_new_handler_restarts_nothing(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    before = due_of(matter, "closing"), due_of(matter, "contact")
    with clock.at(here("2026-03-09T08:40")):
        matter = services.matter_move(
            actor=actor_of(city.dispatcher),
            matter=matter,
            move="dispatch",
            expected_step="received",
        )
        order = HandOver.objects.get(matter=matter)
        services.order_refuse(actor=actor_of(city.handler), order=order, reason="not_ours")
        services.matter_move(
            actor=actor_of(city.second_dispatcher),
            matter=matter,
            move="dispatch",
            expected_step="received",
            unit=city.upkeep,
        )
    assert (due_of(matter, "closing"), due_of(matter, "contact")) == before


def test_a_merged_unit_leaves_no_matter_without_an_owner(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    tick_at("2026-03-06T16:41")
    city.water.ends_on, city.water.successor = dt.date(2026, 3, 6), city.upkeep
    city.water.save()
    assert services.unit_follow(actor=SYSTEM, unit_id=city.water.pk) == 0
    with clock.at(here("2026-03-07T09:00")):
        assert services.unit_follow(actor=SYSTEM, unit_id=city.water.pk) == 1
    order = selectors.order_open(matter)
    assert order is not None
    assert order.unit == city.upkeep
    assert matter in Matter.objects.mine(actor_of(city.upkeep_handler))
