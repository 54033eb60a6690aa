# SPDX-License-Identifier: MulanPSL-2.0
"""An appeal goes the whole round, and on its ways back."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import ANONYMOUS
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.engines.ballots.models import Ballot
from linli.engines.ballots.selectors import ballot_open
from linli.engines.ballots.services import ballots_tick, rate_cast
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event as EventRow
from linli.kernel.notify.models import Notice
from linli.kernel.places.factories import city_tree
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open
from linli.kernel.workflow.models import Clock, HandOver, Matter, Move, Todo
from linli.kernel.workflow.terms import Event, OrderState, Perm, Sort, Verb

RESULT = {"outcome": "solved", "done": "清掏了雨水井", "reply": "已经疏通，请您看看。"}
CONTACT = {"how": "phone", "reached": True, "note": "说好明天上午来"}
SEEN = {"how": "on_site", "note": "不积水了"}


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def later(**length: float) -> Any:
    return clock.at(clock.now() + dt.timedelta(**length))


def dispatched(city: SimpleNamespace, **given: Any) -> Matter:
    matter = appeal_open(city, **given)
    return services.matter_move(
        actor=actor_of(city.dispatcher), matter=matter, move="dispatch", expected_step="received"
    )


def order_of(matter: Matter) -> HandOver:
    found = selectors.order_open(matter)
    assert found is not None
    return found


def handled(city: SimpleNamespace, **given: Any) -> Matter:
    matter = dispatched(city, **given)
    services.order_accept(actor=actor_of(city.handler), order=order_of(matter))
    return fresh(matter)


def verified(city: SimpleNamespace, **given: Any) -> Matter:
    matter = handled(city, **given)
    move(city.handler, matter, "contacted", values=CONTACT)
    move(city.handler, matter, "answer", values=RESULT)
    return move(city.dispatcher, matter, "pass", values=SEEN)


def move(account: Any, matter: Matter, key: str, **given: Any) -> Matter:
    given.setdefault("expected_step", fresh(matter).step)
    return services.matter_move(actor=actor_of(account), matter=matter, move=key, **given)


def test_the_whole_round(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    assert (matter.step, order_of(matter).unit) == ("offered", city.water)
    assert matter.lead_unit is None
    services.order_sign(actor=actor_of(city.handler), order=order_of(matter))
    services.order_accept(actor=actor_of(city.handler), order=order_of(matter))
    matter = fresh(matter)
    assert (matter.step, matter.lead_unit, matter.holder_account) == (
        "handling",
        city.water,
        city.handler,
    )
    move(city.handler, matter, "contacted", values=CONTACT)
    move(city.handler, matter, "answer", values=RESULT)
    matter = move(city.dispatcher, matter, "pass", values=SEEN)
    assert matter.step == "calling_back"
    ballot = ballot_open(matter)
    assert ballot is not None
    rate_cast(actor=actor_of(city.resident), ballot=ballot, mark="good")
    matter = fresh(matter)
    assert (matter.step, matter.end, matter.next_due_at) == ("closed", "done", None)
    assert not Clock.objects.filter(matter=matter, stopped_at__isnull=True).exists()


def test_what_the_round_wrote_down(city: SimpleNamespace) -> None:
    matter = verified(city)
    verbs = list(
        AuditRecord.objects.filter(subject_kind="workflow.matter", subject_key=str(matter.pk))
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs == [
        Verb.MATTER_OPENED,
        Verb.ORDER_OFFERED,
        Verb.ORDER_ACCEPTED,
        Verb.MATTER_MOVED,
        Verb.MATTER_MOVED,
        Verb.MATTER_MOVED,
    ]
    lines = Move.objects.filter(matter=matter)
    assert [line.sort for line in lines] == [
        "opened",
        "moved",
        "accepted",
        "moved",
        "moved",
        "moved",
    ]
    assert all(line.definition_version.startswith("workflow:appeal@2010-01-01#") for line in lines)
    assert lines[1].account == city.dispatcher
    assert lines[4].values["reply"] == RESULT["reply"]
    told = Notice.objects.filter(account=city.resident).values_list("text_key", flat=True)
    assert set(told) == {"accepted", "answered"}
    moved = EventRow.objects.filter(name=Event.MATTER_MOVED).last()
    assert moved is not None
    assert moved.payload["step"] == "calling_back"


def test_the_applicant_is_told_who_handles_it(city: SimpleNamespace) -> None:
    handled(city)
    notice = Notice.objects.get(account=city.resident, text_key="accepted")
    assert "“6号楼东侧雨水井堵了”由区水务局来办，最晚3月10日周二17:30办结。" in notice.said
    assert notice.link.startswith("/go/matter/SQ-20260306-")


def test_nobody_verifies_their_own_work(city: SimpleNamespace) -> None:
    from linli.kernel.access.factories import GrantFactory

    GrantFactory.create(account=city.handler, role="dispatcher", place=city.subdistrict)
    matter = handled(city)
    move(city.handler, matter, "answer", values=RESULT)
    with pytest.raises(Invalid, match="办理中") as refused:
        move(city.handler, matter, "pass", values=SEEN)
    assert refused.value.code == "not_open"
    gray = {each.key: each for each in selectors.moves_open(actor_of(city.handler), fresh(matter))}
    assert not gray["pass"].is_open
    assert move(city.clerk, matter, "pass", values=SEEN).step == "calling_back"


def test_somebody_of_another_place_may_not_dispatch(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    with pytest.raises(Forbidden):
        move(city.stranger, matter, "dispatch")
    assert selectors.moves_open(actor_of(city.stranger), matter) == []
    assert fresh(matter).step == "received"


def test_a_second_press_is_told_who_was_first(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    with pytest.raises(Conflict) as refused:
        move(city.second_dispatcher, matter, "dispatch", expected_step="received")
    assert city.dispatcher.username in str(refused.value)
    assert "16:30" in str(refused.value)
    with pytest.raises(Conflict) as refused:
        move(city.dispatcher, matter, "dispatch", expected_step="received")
    assert city.dispatcher.username not in str(refused.value)
    assert HandOver.objects.filter(matter=matter).count() == 1


def test_a_page_with_an_old_revision_is_refused_too(city: SimpleNamespace) -> None:
    matter = handled(city)
    move(city.handler, matter, "contacted", values=CONTACT, revision=matter.revision)
    with pytest.raises(Conflict):
        move(city.colleague, matter, "contacted", values=CONTACT, revision=matter.revision)


def test_a_form_that_is_not_complete_is_refused_field_by_field(city: SimpleNamespace) -> None:
    matter = handled(city)
    with pytest.raises(Invalid) as refused:
        move(city.handler, matter, "answer", values={"outcome": "solved"})
    assert set(refused.value.fields) == {"done", "reply"}
    assert fresh(matter).step == "handling"


def test_a_reason_of_the_list_must_be_given(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    for reason in ("", "because"):
        with pytest.raises(Invalid) as refused:
            move(city.dispatcher, matter, "reject", reason=reason)
        assert "reason" in refused.value.fields
    matter = move(city.dispatcher, matter, "reject", reason="no_content")
    assert (matter.step, matter.end) == ("not_accepted", "refused")


def test_only_who_filed_it_withdraws(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    with pytest.raises(Forbidden):
        move(city.dispatcher, matter, "withdraw")
    assert move(city.resident, matter, "withdraw").end == "withdrawn"


def test_somebody_without_account_withdraws_once_a_service_has_checked_the_code(
    city: SimpleNamespace,
) -> None:
    matter = appeal_open(city)
    with pytest.raises(Forbidden):
        services.matter_move(
            actor=ANONYMOUS, matter=matter, move="withdraw", expected_step="received"
        )
    checked = ANONYMOUS.acting_for(services.applicant_key(matter))
    services.matter_move(actor=checked, matter=matter, move="withdraw", expected_step="received")
    assert fresh(matter).end == "withdrawn"


def test_nobody_presses_a_gate_or_a_result(city: SimpleNamespace) -> None:
    matter = verified(city)
    for key in ("good", "bad"):
        with pytest.raises(Forbidden):
            move(city.dispatcher, matter, key)
    with pytest.raises(Conflict):
        services.gate_result(
            actor=actor_of(city.dispatcher), matter=matter, gate_key="m0.0", result="good"
        )


def test_a_bad_mark_sends_it_back_with_its_old_clock(city: SimpleNamespace) -> None:
    matter = verified(city)
    before = Clock.objects.get(matter=matter, name="closing")
    assert before.stopped_at == clock.now()
    ballot = ballot_open(matter)
    assert ballot is not None
    with later(hours=1):
        rate_cast(actor=actor_of(city.resident), ballot=ballot, mark="poor", reasons=["not_solved"])
    matter = fresh(matter)
    again = Clock.objects.get(matter=matter, name="closing")
    assert matter.step == "handling"
    assert (again.due_at, again.starts_at, again.stopped_at) == (
        before.due_at,
        before.starts_at,
        None,
    )
    assert Notice.objects.filter(account=city.water_leader, text_key="redo").exists()
    with later(hours=2):
        move(city.handler, matter, "answer", values=RESULT)
        matter = move(city.dispatcher, matter, "pass", values=SEEN)
    assert Ballot.objects.filter(matter=matter).count() == 2
    assert ballot_open(matter) != ballot


def test_silence_closes_it(city: SimpleNamespace) -> None:
    matter = verified(city)
    with later(days=8):
        assert ballots_tick() == 1
        assert ballots_tick() == 0
    assert fresh(matter).step == "closed"
    assert Ballot.objects.get(matter=matter).result == "silent"


def test_two_refusals_go_before_the_arbiter(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    for account in (city.handler, city.colleague):
        services.order_refuse(
            actor=actor_of(account), order=order_of(matter), reason="not_ours", note="归街道管"
        )
        matter = fresh(matter)
        if matter.step == "received":
            matter = move(city.dispatcher, matter, "dispatch")
    order = order_of(matter)
    assert (matter.step, order.state) == ("offered", OrderState.CONTESTED)
    assert Todo.objects.of(actor_of(city.arbiter)).open().count() == 1
    assert matter in Matter.objects.mine(actor_of(city.arbiter))
    assert matter not in Matter.objects.mine(actor_of(city.handler))
    with pytest.raises(Forbidden):
        services.order_rule(
            actor=actor_of(city.handler), order=order, unit=city.upkeep, note="职责清单"
        )
    taken = services.order_rule(
        actor=actor_of(city.arbiter), order=order, unit=city.upkeep, note="按职责清单第3条"
    )
    matter = fresh(matter)
    assert (matter.step, matter.lead_unit, taken.state) == ("handling", city.upkeep, "ruled")
    assert Todo.objects.open().count() == 0
    assert Notice.objects.filter(account=city.upkeep_handler, text_key="ruled").exists()
    with pytest.raises(Conflict):
        services.order_refuse(actor=actor_of(city.upkeep_handler), order=taken, reason="not_ours")


def test_an_arbiter_of_a_unit_concerned_may_not_rule(city: SimpleNamespace) -> None:
    from linli.kernel.units.factories import MembershipFactory

    matter = dispatched(city)
    services.order_refuse(actor=actor_of(city.handler), order=order_of(matter), reason="not_ours")
    move(city.dispatcher, matter, "dispatch")
    services.order_refuse(actor=actor_of(city.handler), order=order_of(matter), reason="not_ours")
    MembershipFactory.create(account=city.arbiter, unit=city.water)
    with pytest.raises(Forbidden) as refused:
        services.order_rule(
            actor=actor_of(city.arbiter), order=order_of(matter), unit=city.upkeep, note="x"
        )
    assert refused.value.code == "arbiter_concerned"


def test_a_refusal_needs_a_code_and_comes_back_to_its_sender(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    with pytest.raises(Invalid):
        services.order_refuse(actor=actor_of(city.handler), order=order_of(matter), reason="")
    services.order_refuse(actor=actor_of(city.handler), order=order_of(matter), reason="not_here")
    matter = fresh(matter)
    assert (matter.step, matter.holder_account) == ("received", city.dispatcher)
    assert matter in Matter.objects.mine(actor_of(city.dispatcher))
    notice = Notice.objects.get(account=city.dispatcher, text_key="refused")
    assert "区水务局退回了" in notice.said
    assert "不在本辖区" in notice.said


def test_somebody_of_another_unit_cannot_sign(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    for deed in (services.order_sign, services.order_accept):
        with pytest.raises(Forbidden):
            deed(actor=actor_of(city.upkeep_handler), order=order_of(matter))


def test_an_order_is_signed_and_answered_once(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    order = order_of(matter)
    services.order_sign(actor=actor_of(city.handler), order=order)
    with pytest.raises(Conflict) as refused:
        services.order_sign(actor=actor_of(city.colleague), order=order)
    assert city.handler.username in str(refused.value)
    services.order_accept(actor=actor_of(city.handler), order=order)
    with pytest.raises(Conflict):
        services.order_refuse(actor=actor_of(city.colleague), order=order, reason="not_ours")


def test_the_sender_may_choose_another_unit(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    matter = move(city.dispatcher, matter, "dispatch", unit=city.upkeep)
    assert order_of(matter).unit == city.upkeep
    assert order_of(matter).duty_key == ""


def test_nobody_decides_a_matter_about_themselves(city: SimpleNamespace) -> None:
    from linli.kernel.people.factories import PersonFactory

    person = PersonFactory.create(account=city.dispatcher)
    matter = appeal_open(city, subject=("person", str(person.pk)))
    with pytest.raises(Forbidden) as refused:
        move(city.dispatcher, matter, "dispatch")
    assert refused.value.code == "not_yours"
    assert move(city.second_dispatcher, matter, "dispatch").step == "offered"


def test_a_note_moves_nothing(city: SimpleNamespace) -> None:
    matter = handled(city)
    before = {each.name: each.due_at for each in selectors.clocks_of(matter)}
    services.matter_note(actor=actor_of(city.handler), matter=matter, note="井里是砂浆😀𠮷\x00")
    services.matter_note(actor=actor_of(city.resident), matter=matter, note="又下雨了")
    with pytest.raises(Forbidden):
        services.matter_note(actor=actor_of(city.stranger), matter=matter, note="路过")
    with pytest.raises(Invalid):
        services.matter_note(actor=actor_of(city.handler), matter=matter, note="x" * 100_000)
    assert {each.name: each.due_at for each in selectors.clocks_of(matter)} == before
    assert Move.objects.filter(matter=matter, note="井里是砂浆😀𠮷", shown=False).exists()
    assert Move.objects.filter(matter=matter, note="又下雨了", shown=True).exists()


def test_a_corrected_class_counts_the_clocks_from_their_own_start(city: SimpleNamespace) -> None:
    matter = appeal_open(city)
    with later(minutes=5):
        services.matter_correct(
            actor=actor_of(city.dispatcher), matter=matter, class_key="noise_at_night"
        )
    closing = Clock.objects.get(matter=matter, name="closing")
    assert closing.starts_at == FRIDAY
    assert closing.due_at == FRIDAY + dt.timedelta(hours=24)
    line = Move.objects.get(matter=matter, sort=Sort.CORRECTED)
    assert line.due_before["closing"] != line.due_after["closing"]
    with pytest.raises(Invalid):
        services.matter_correct(
            actor=actor_of(city.dispatcher), matter=matter, class_key="no_such_class"
        )


def test_a_matter_is_not_moved_into_another_city(city: SimpleNamespace) -> None:
    matter, other = appeal_open(city), city_tree("510500")
    with pytest.raises(Invalid) as refused:
        services.matter_correct(actor=actor_of(city.dispatcher), matter=matter, place=other.grid)
    assert refused.value.code == "other_city"
    matter.refresh_from_db()
    assert matter.place == city.grid


def test_what_comes_next_is_the_step_towards_the_end(city: SimpleNamespace) -> None:
    matter = handled(city)
    buttons = [each.label for each in selectors.moves_open(actor_of(city.handler), matter)]
    assert buttons.index("挂账等待") < buttons.index("答复")
    assert selectors.honest(matter).next == "答复"


def test_who_sees_a_matter(city: SimpleNamespace) -> None:
    matter = dispatched(city)
    seeing = (city.dispatcher, city.handler, city.clerk, city.resident, city.arbiter)
    for account in seeing:
        assert matter in selectors.matters_open_to(actor_of(account), Perm.VIEW_MATTER), account
    assert matter not in selectors.matters_open_to(actor_of(city.stranger), Perm.VIEW_MATTER)
    assert selectors.matter_find(actor_of(city.stranger), matter.number) is None
    assert matter not in selectors.matters_open_to(ANONYMOUS, Perm.VIEW_MATTER)


def test_the_queues(city: SimpleNamespace) -> None:
    received, offered = appeal_open(city), dispatched(city)
    dispatcher, handler = actor_of(city.dispatcher), actor_of(city.handler)
    assert set(Matter.objects.mine(dispatcher)) == {received}
    assert set(Matter.objects.mine(handler)) == {offered}
    running = Matter.objects.running()
    assert set(running.filter(running.is_with_others(dispatcher))) == {offered}
    assert set(selectors.orders_offered(handler)) == {order_of(offered)}
    now = clock.now()
    assert not running.filter(running.is_late(now)).exists()
    assert running.filter(running.is_late(now + dt.timedelta(days=7))).count() == 2
    assert running.filter(running.is_due(now, now + dt.timedelta(days=7))).count() == 2
