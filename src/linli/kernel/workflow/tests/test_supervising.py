# SPDX-License-Identifier: MulanPSL-2.0
"""Supervision: ordered from above, answered in time by those below, climbing if it is not."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from linli.base import clock
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access.factories import GrantFactory
from linli.kernel.audit.models import AuditRecord
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import (
    actor_of,
    appeal_open,
    definition_keep,
    member,
    pack_entries,
)
from linli.kernel.workflow.models import Clock, Matter, Supervision
from linli.kernel.workflow.terms import Verb
from linli.kernel.workflow.tests.procedures import press, sorts, whistled
from linli.kernel.workflow.tests.test_round import fresh, handled
from linli.kernel.workflow.tests.test_time import here, tick_at, waiting_workflow

pytestmark = pytest.mark.django_db


def ordered(
    city: SimpleNamespace, matter: Matter, what: str = "三天没人到场，请今天去"
) -> Supervision:
    return services.supervision_order(
        actor=actor_of(city.street_leader), matter=matter.pk, what=what
    )


def answered(account: Any, order: Supervision, answer: str = "下午去清，明天修好") -> Supervision:
    return services.supervision_answer(actor=actor_of(account), supervision=order.pk, answer=answer)


def desk(account: Any) -> list[str]:
    return [todo.label for todo in selectors.todos_for(actor_of(account))]


def test_an_order_from_above_stands_on_the_desk_of_those_who_have_it(
    city: SimpleNamespace,
) -> None:
    matter = handled(city)
    closing = matter.clocks.get(name="closing").due_at
    order = ordered(city, matter)
    assert order.clock.due_at == here("2026-03-09T17:30"), "one working day, with its derivation"
    assert matter.clocks.get(name="closing").due_at == closing
    assert desk(city.handler) == desk(city.water_leader) == ["督办答复"]
    assert desk(city.street_leader) == []
    (todo,) = selectors.todos_for(actor_of(city.handler))
    assert todo.due_at == order.clock.due_at
    told = Notice.objects.filter(text_key="to_account").values_list("account_id", flat=True)
    assert {city.handler.pk, city.colleague.pk, city.water_leader.pk} == set(told)
    assert list(Matter.objects.running().filter(Matter.objects.is_supervised())) == [matter]
    assert fresh(matter).next_due_at is not None
    names = [view.name for view in selectors.clock_views(fresh(matter))]
    assert names == ["contact", "closing", "supervise"]


def test_it_ends_when_it_is_answered_and_whoever_ordered_it_is_told(
    city: SimpleNamespace,
) -> None:
    matter = handled(city)
    order = ordered(city, matter)
    answered(city.handler, order)
    assert Supervision.objects.get().answered_by == city.handler
    assert order.clock.pk in Clock.objects.filter(stopped_at__isnull=False).values_list(
        "pk", flat=True
    )
    assert desk(city.handler) == []
    assert not Matter.objects.running().filter(Matter.objects.is_supervised()).exists()
    assert Notice.objects.filter(account=city.street_leader, text_key="accounted").count() == 1
    assert sorts(matter)[-2:] == ["supervised", "accounted"]
    tick_at("2026-03-09T17:31")
    assert Clock.objects.get(pk=order.clock_id).late_level == 0
    verbs = set(AuditRecord.objects.values_list("verb", flat=True))
    assert {Verb.SUPERVISION_ORDERED, Verb.SUPERVISION_ANSWERED} <= verbs


def test_the_history_says_it_to_colleagues_and_not_to_the_resident(city: SimpleNamespace) -> None:
    matter = handled(city)
    answered(city.handler, ordered(city, matter))
    answer, order = selectors.timeline(actor_of(city.handler), fresh(matter))[1:3]
    assert (order.title, order.said) == ("上级督办", "三天没人到场，请今天去")
    assert (answer.title, answer.said) == ("答复督办", "下午去清，明天修好")
    public = selectors.timeline(actor_of(city.resident), fresh(matter))
    assert not {"supervised", "accounted"} & {line.sort for line in public}


def test_without_an_answer_it_climbs_the_tree_even_while_the_matter_waits(
    city: SimpleNamespace,
) -> None:
    waiting_workflow()
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    definition_keep("level", "district", known["level"]["district"])
    matter = handled(city)
    order = ordered(city, matter)
    press(city.handler, matter, "wait", reason="weather")
    assert matter.clocks.get(name="closing").paused_at is not None
    tick_at("2026-03-09T17:31")
    late = Notice.objects.filter(key__startswith=f"c{order.clock_id}.late")
    assert {row.account for row in late} == {city.water_leader, city.street_leader}
    tick_at("2026-03-10T17:31")
    assert desk(city.district_leader) == ["督办"]
    line = selectors.timeline(actor_of(city.handler), fresh(matter))[1]
    assert line.title == "“督办答复”仍未办完，报到区县负责人"
    assert fresh(matter).step == "waiting"


def test_stepwise_escalation_goes_on_where_it_stood_after_a_pause(city: SimpleNamespace) -> None:
    waiting_workflow()
    matter = handled(city)
    with clock.at(here("2026-03-10T17:31")):
        services.matters_tick()
        press(city.handler, matter, "wait", reason="weather")
    closing = matter.clocks.get(name="closing")
    assert closing.late_level == 1
    with clock.at(here("2026-03-16T10:00")):
        services.matters_tick()
    assert desk(city.street_leader) == [], "nothing climbs while the clock stands still"
    with clock.at(here("2026-03-16T10:00")):
        press(city.handler, matter, "resume")
    tick_at("2026-03-17T09:59")
    assert desk(city.street_leader) == [], "a working day after the due time, the pause left out"
    tick_at("2026-03-17T10:01")
    assert desk(city.street_leader) == ["督办"]
    tick_at("2026-03-19T09:59")
    assert desk(city.district_leader) == []
    tick_at("2026-03-19T10:01")
    assert desk(city.district_leader) == ["督办"]
    for _again in range(2):
        tick_at("2026-03-20T10:00")
    assert sorts(matter).count("escalated") == 2
    assert Notice.objects.filter(key__startswith=f"c{closing.pk}.late.1").count() == 3


def test_ordering_it_ticks_off_the_reminder_to_supervise(city: SimpleNamespace) -> None:
    matter = handled(city)
    tick_at("2026-03-11T17:31")
    assert desk(city.street_leader) == ["督办"]
    with clock.at(here("2026-03-12T09:00")):
        ordered(city, matter)
        assert desk(city.street_leader) == []


def test_it_follows_the_matter_to_another_unit(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    ordered(city, matter)
    assert desk(city.dispatcher) == ["督办答复"], "nobody leads yet: whoever has it in hand"
    press(city.dispatcher, matter, "dispatch")
    order = selectors.order_open(matter)
    assert order is not None
    assert desk(city.handler) == []
    services.order_accept(actor=actor_of(city.handler), order=order)
    assert desk(city.handler) == ["督办答复"]
    assert desk(city.dispatcher) == []
    with pytest.raises(Forbidden):
        answered(city.dispatcher, Supervision.objects.get())
    answered(city.handler, Supervision.objects.get())


def test_it_ends_with_the_matter(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    order = ordered(city, matter)
    press(city.resident, matter, "withdraw")
    assert not Matter.objects.running().filter(Matter.objects.is_supervised()).exists()
    assert desk(city.dispatcher) == []
    with pytest.raises(Conflict) as refused:
        answered(city.dispatcher, order)
    assert refused.value.code == "ended"
    with pytest.raises(Conflict):
        ordered(city, matter)


def test_who_orders_and_who_answers(city: SimpleNamespace) -> None:
    matter = handled(city)
    order = services.supervision_order
    for account in (city.handler, city.dispatcher, city.water_leader, city.resident):
        with pytest.raises(Forbidden):
            order(actor=actor_of(account), matter=matter.pk, what="快办")
    with pytest.raises(Invalid):
        order(actor=actor_of(city.street_leader), matter=matter.pk, what=" ")
    given = ordered(city, matter)
    with pytest.raises(Conflict) as twice:
        order(actor=actor_of(city.district_leader), matter=matter.pk, what="快办")
    assert twice.value.code == "supervised"
    with pytest.raises(Forbidden):
        answered(city.stranger, given)
    with pytest.raises(Invalid):
        answered(city.handler, given, " ")
    answered(city.handler, given)
    with pytest.raises(Conflict):
        answered(city.colleague, given)


def test_nobody_answers_their_own_order(city: SimpleNamespace) -> None:
    both = member(city.water, "leader")
    GrantFactory.create(account=both, role="leader", place=city.subdistrict)
    matter = handled(city)
    order = services.supervision_order(actor=actor_of(both), matter=matter.pk, what="快办")
    with pytest.raises(Forbidden):
        answered(both, order)


def test_a_matter_may_be_supervised_again(city: SimpleNamespace) -> None:
    matter = handled(city)
    answered(city.handler, ordered(city, matter))
    again = ordered(city, matter, "明天说好的没修")
    assert again.clock.visit == 2
    assert matter.supervisions.count() == 2


def test_a_procedure_without_the_word_knows_none(city: SimpleNamespace) -> None:
    matter = whistled(city, city.water)
    with pytest.raises(Forbidden) as refused:
        services.supervision_order(
            actor=actor_of(city.street_leader), matter=matter.pk, what="快办"
        )
    assert refused.value.code == "no_supervision"
