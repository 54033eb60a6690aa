# SPDX-License-Identifier: MulanPSL-2.0
"""The procedures of the plans, from their files alone, each worked to its end by those it names."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.engines.ballots.models import Ballot
from linli.engines.ballots.services import ballots_tick
from linli.kernel.accounts.models import Account
from linli.kernel.notify.models import Notice
from linli.kernel.packs.services import pack_load
from linli.kernel.units.factories import UnitFactory
from linli.kernel.units.models import Unit
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.definitions import workflow_get
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open, member, small_city
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors.waiting import engines_awaited
from linli.kernel.workflow.tests.procedures import press

PACKS = Path(__file__).parents[2] / "packs"
DONE = {"outcome": "solved", "done": "办好了"}
TOLD = {"how": "phone", "note": "告诉本人了"}
SEEN = {"how": "on_site", "note": "看过了"}
HERE = {"how": "on_site", "people": 2}


@pytest.fixture
def city(db: None) -> Iterator[SimpleNamespace]:
    """The small city with the base pack, and whoever the procedures name besides."""
    with clock.at(FRIDAY):
        pack_load(actor=SYSTEM, folder=PACKS / "base")
        found = small_city()
        label = {"zh": "民政局", "en": "Civil affairs"}
        found.civil = UnitFactory.create(key="civil_affairs", place=found.district, label=label)
        found.civil_handler = member(found.civil, "handler")
        people = (
            ("grid_worker", found.committee, found.grid),
            ("secretary", found.committee, found.community),
            ("window", found.committee, found.community),
            ("officer", found.committee, found.community),
            ("street_clerk", found.street, found.subdistrict),
            ("center_dispatcher", found.center, found.district),
        )
        roles = {
            "secretary": "community_secretary",
            "window": "window_clerk",
            "officer": "disaster_officer",
            "street_clerk": "subdistrict_clerk",
            "center_dispatcher": "dispatcher",
        }
        for name, unit, place in people:
            setattr(found, name, member(unit, roles.get(name, name), place=place))
        yield found


def begun(account: Account, workflow: str, place: Any, class_key: str = "", **given: Any) -> Matter:
    """A matter of a procedure, opened by somebody it names."""
    return services.matter_open(
        actor=actor_of(account),
        workflow=workflow,
        place=place,
        class_key=class_key,
        title="一件事",
        **given,
    )


def accepted(account: Account, matter: Matter) -> None:
    """The unit that was offered it takes it on."""
    order = selectors.order_open(fresh(matter))
    assert order is not None
    services.order_accept(actor=actor_of(account), order=order)


def buttons(account: Account, matter: Matter) -> set[str]:
    """The buttons that somebody may press now."""
    found = selectors.moves_open(actor_of(account), fresh(matter))
    return {each.key for each in found if each.is_open}


def limits(matter: Matter) -> dict[str, str]:
    """How long its running clocks were given."""
    return {row.name: row.derivation["span"] for row in selectors.clocks_of(fresh(matter))}


def unit_of(city: SimpleNamespace, key: str) -> Account:
    """A handler of a bureau of the district, which is there from then on."""
    unit = Unit.objects.filter(key=key, place=city.district).first()
    if unit is None:
        unit = UnitFactory.create(key=key, place=city.district, label={"zh": key, "en": key})
    return member(unit, "handler")


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def test_whoever_is_asked_first_answers_for_it(city: SimpleNamespace) -> None:
    matter = begun(city.window, "first_asked", city.community, values={"what": "低保怎么办"})
    asked = {"to_unit": str(city.civil.pk), "ask": "请答复"}
    press(city.window, matter, "hand_over", values=asked)
    order = selectors.order_open(fresh(matter))
    assert order is not None
    services.order_refuse(actor=actor_of(city.civil_handler), order=order, reason="not_ours")
    assert fresh(matter).step == "asked"
    press(city.window, matter, "hand_over", values={**asked, "to_unit": str(city.water.pk)})
    accepted(city.handler, matter)
    press(city.handler, matter, "finish", values=DONE)
    assert press(city.window, matter, "told", values=TOLD).end == "done"


def test_what_a_community_enters_is_pushed_to_the_department(city: SimpleNamespace) -> None:
    given = {"values": {"what": "井堵了"}}
    matter = begun(city.grid_worker, "push_response", city.grid, "flooding", **given)
    with clock.at(FRIDAY + dt.timedelta(minutes=6)):
        services.matters_tick()
        assert fresh(matter).step == "pushed"
        accepted(city.handler, matter)
        press(city.handler, matter, "respond", values={"plan": "今天去"})
        press(city.handler, matter, "finish", values=DONE)
        assert press(city.grid_worker, matter, "confirm", values=SEEN).end == "done"


def test_the_center_takes_in_and_sends_out_by_class(city: SimpleNamespace) -> None:
    given = {"values": {"what": "井堵了"}}
    place, center = city.grid, city.center_dispatcher
    matter = begun(center, "center_dispatch", place, "flooding", **given)
    press(center, matter, "dispatch")
    accepted(city.handler, matter)
    press(city.handler, matter, "answer", values={**DONE, "reply": "通了"})
    assert press(center, matter, "pass", values=SEEN).step == "calling_back"
    with clock.at(FRIDAY + dt.timedelta(days=9)):
        ballots_tick()
    assert fresh(matter).end == "done"
    again = begun(center, "center_dispatch", place, "flooding", **given)
    assert press(center, again, "merge", values={"same_matter": "ZX1"}).end == "referred"


def test_the_grid_calls_and_the_center_responds(city: SimpleNamespace) -> None:
    matter = begun(city.grid_worker, "center_call", city.grid, values={"what": "井堵了"})
    sent = {"to_unit": str(city.water.pk), "ask": "请疏通"}
    press(city.center_dispatcher, matter, "send", values=sent)
    accepted(city.handler, matter)
    press(city.handler, matter, "finish", values=DONE)
    press(city.grid_worker, matter, "again", values=SEEN, reason="half_done")
    press(city.center_dispatcher, matter, "advise", values={"plan": "社区自己清"})
    assert press(city.secretary, matter, "settle", values=DONE).end == "done"


def test_a_hazard_is_treated_and_looked_at_by_somebody_else(city: SimpleNamespace) -> None:
    given = {"values": {"what": "墙要倒"}}
    matter = begun(city.grid_worker, "hazard", city.grid, "hazard_damage", **given)
    plan = {
        "grade": "general",
        "measures": "支护",
        "responsible": "物业",
        "finish_on": "2026-03-20",
    }
    press(city.secretary, matter, "plan", values=plan)
    assert fresh(matter).next_due_at is not None
    press(city.secretary, matter, "finish", values=DONE)
    with pytest.raises(Invalid):
        press(city.secretary, matter, "pass", values={"note": "好"})
    keys = [each.key for each in selectors.moves_open(actor_of(city.officer), fresh(matter))]
    assert "pass" in keys
    with pytest.raises(Invalid) as refused:
        press(city.officer, matter, "pass", values={"note": "撑住了"})
    assert "photos" in refused.value.fields
    seen = {"note": "撑住了", "photos": ["0" * 32]}
    assert press(city.officer, matter, "pass", values=seen).end == "done"
    other = begun(city.grid_worker, "hazard", city.grid, "hazard_damage", **given)
    passed = press(city.secretary, other, "up", values={"why": "太大", "ask": "请街道"})
    assert passed.end == "referred"
    assert Matter.objects.get(referred_from=other).workflow == "callout"


def test_a_window_takes_in_and_the_back_office_decides(city: SimpleNamespace) -> None:
    given: dict[str, Any] = {
        "values": {"what": "高龄津贴", "materials": ["application"]},
        "applicant_account_id": city.resident.pk,
    }
    matter = begun(city.window, "window_item", city.community, "elder_item", **given)
    open_now = {
        each.key: each.is_open for each in selectors.moves_open(actor_of(city.window), matter)
    }
    assert open_now["accept"] is False
    press(city.window, matter, "mend", values={"missing": "身份证"})
    papers = {"materials": ["application", "identity", "papers"]}
    press(city.window, matter, "hand_in", values=papers)
    press(city.window, matter, "accept")
    accepted(city.civil_handler, matter)
    press(city.civil_handler, matter, "grant", values={"decision": "同意"})
    assert press(city.window, matter, "hand_out").end == "done"
    assert Ballot.objects.filter(matter=matter).count() == 1
    late = begun(city.window, "window_item", city.community, "elder_item", **given)
    press(city.window, late, "mend", values={"missing": "身份证"})
    with clock.at(FRIDAY + dt.timedelta(days=31)):
        services.matters_tick()
    assert fresh(late).end == "lapsed"


def test_somebody_in_need_is_passed_on_and_followed(city: SimpleNamespace) -> None:
    need = {"what": "大病", "cause": ["illness"]}
    matter = begun(city.grid_worker, "referral", city.grid, values=need)
    press(city.secretary, matter, "help", values={"help_given": ["meals"], "note": "送餐"})
    press(city.secretary, matter, "more", values={"help_given": ["care"], "note": "照护"})
    on = {"to_unit": str(city.civil.pk), "ask": "请救助", "consent": True}
    press(city.secretary, matter, "pass_on", values=on)
    accepted(city.civil_handler, matter)
    press(city.civil_handler, matter, "feed_back", values=DONE)
    assert press(city.grid_worker, matter, "again", values=TOLD).step == "helping"
    press(city.secretary, matter, "enough", values=DONE)
    assert press(city.secretary, matter, "settled", values=TOLD).end == "done"


def test_the_community_calls_and_the_departments_come(city: SimpleNamespace) -> None:
    what = {"what": "夜市占道", "kind": "joint", "called_units": [str(city.water.pk)]}
    matter = begun(city.secretary, "community_call", city.community, values=what)
    press(city.secretary, matter, "call")
    press(city.dispatcher, matter, "whistle")
    (answer,) = matter.children.all()
    assert answer.called_unit == city.water
    press(city.handler, answer, "check_in", values=HERE)
    press(city.handler, answer, "finish", values=DONE)
    assert fresh(matter).step == "accepting"
    assert press(city.street_leader, matter, "accept", values=SEEN).end == "done"


def test_an_appeal_is_called_out_and_comes_back(city: SimpleNamespace) -> None:
    matter = appeal_open(city, place=city.community, class_key="garbage")
    press(city.dispatcher, matter, "dispatch", unit=city.committee)
    committee = member(city.committee, "handler")
    accepted(committee, matter)
    called = {"what": "要三家一起", "kind": "daily", "called_units": [str(city.upkeep.pk)]}
    press(city.secretary, matter, "call_out", values=called)
    (whistle,) = matter.children.all()
    assert (whistle.workflow, fresh(matter).step) == ("callout", "called_out")
    press(city.dispatcher, whistle, "whistle")
    (answer,) = whistle.children.all()
    press(city.upkeep_handler, answer, "check_in", values=HERE)
    press(city.upkeep_handler, answer, "finish", values=DONE)
    press(city.street_leader, whistle, "accept", values=SEEN)
    assert fresh(matter).step == "handling"


def test_a_finding_goes_up_by_its_grade(city: SimpleNamespace) -> None:
    finding = begun(city.grid_worker, "graded_response", city.grid, values={"what": "管道爆裂"})
    form = selectors.moves_open(actor_of(city.grid_worker), finding)
    assert {each.key for each in form} == {"settle", "call"}
    press(city.grid_worker, finding, "call", values={"plan": "请社区来"})
    graded = {"harm": "some", "reach": "subdistrict", "why": "要部门"}
    press(city.secretary, finding, "grade", values=graded)
    press(city.secretary, finding, "up")
    both = [str(city.water.pk), str(city.upkeep.pk)]
    named = {"what": "爆管", "kind": "emergency", "called_units": both}
    press(city.dispatcher, finding, "name_units", values=named)
    press(city.dispatcher, finding, "joint")
    first, second = finding.children.order_by("pk")
    for answer, handler in ((first, city.handler), (second, city.upkeep_handler)):
        assert fresh(finding).step == "joint_handling", "it goes on only when all have finished"
        press(handler, answer, "check_in", values=HERE)
        press(handler, answer, "finish", values=DONE)
    assert fresh(finding).step == "rechecking"
    assert press(city.grid_worker, finding, "pass", values=SEEN).end == "done"


@pytest.mark.parametrize(
    ("harm", "reach", "level"),
    [
        ("none", "spot", "community"),
        ("some", "community", "community"),
        ("some", "subdistrict", "subdistrict"),
        ("none", "district", "district"),
        ("grave", "spot", "subdistrict"),
        ("grave", "community", "subdistrict"),
        ("grave", "subdistrict", "district"),
        ("grave", "district", "district"),
    ],
)
def test_harm_and_reach_say_which_level_responds(
    city: SimpleNamespace, harm: str, reach: str, level: str
) -> None:
    finding = begun(city.grid_worker, "graded_response", city.grid, values={"what": "墙裂了"})
    press(city.grid_worker, finding, "call", values={"plan": "请社区来"})
    assert buttons(city.secretary, finding) == {"grade"}, "without a grade nothing goes on"
    graded = {"harm": harm, "reach": reach, "why": "现场看过"}
    press(city.secretary, finding, "grade", values=graded)
    onward = "settle" if level == "community" else "up"
    assert buttons(city.secretary, finding) == {"grade", onward}
    if level == "community":
        return
    press(city.secretary, finding, "up")
    named = {"what": "险情", "kind": "emergency", "called_units": [str(city.water.pk)]}
    press(city.dispatcher, finding, "name_units", values=named)
    onward = "joint" if level == "subdistrict" else "up"
    assert buttons(city.dispatcher, finding) == {"name_units", "back", onward}
    press(city.dispatcher, finding, onward)
    assert fresh(finding).step == ("joint_handling" if level == "subdistrict" else "center")


ITEMS = (
    ("disability_item", "disability_subsidy", "disabled_federation", "2026-03-18"),
    ("elder_item", "elder_home_care", "civil_affairs", "2026-03-20"),
    ("jobs_item", "jobs_registration", "human_resources", "2026-03-09"),
    ("relief_item", "temporary_relief", "civil_affairs", "2026-03-13"),
    ("veterans_item", "veterans_allowance", "veterans_affairs", "2026-03-27"),
)
"""Class and item of the one window, the unit that decides, and the day promised on a Friday."""


def test_one_clerk_completes_five_items_and_each_has_a_receipt(city: SimpleNamespace) -> None:
    given: dict[str, Any] = {
        "values": {"what": "来办事", "materials": ["application", "identity", "papers"]},
        "applicant_account_id": city.resident.pk,
    }
    numbers = set()
    for class_key, item, unit_key, promised in ITEMS:
        desk = unit_of(city, unit_key)
        matter = begun(
            city.window, "window_item", city.community, class_key, service_key=item, **given
        )
        press(city.window, matter, "accept")
        due = clock.local(matter.clocks.get(name="promised").due_at)
        assert due.date().isoformat() == promised
        (receipt,) = (
            row.body
            for row in Notice.objects.filter(account=city.resident, text_key="item_receipt")
            if matter.number in row.body
        )
        assert f"{due.month}月{due.day}日" in receipt, "the receipt says number and due date"
        order = selectors.order_open(matter)
        assert order is not None
        assert order.unit.key == unit_key, "the back office is found by the kind of item"
        accepted(desk, matter)
        press(desk, matter, "grant", values={"decision": "同意"})
        assert press(city.window, matter, "hand_out").end == "done"
        assert matter.first_asked_account == city.window
        numbers.add(matter.number)
    assert len(numbers) == len(ITEMS)


def test_noise_has_its_own_limit_and_steps(db: None) -> None:
    with clock.at(FRIDAY):
        city = small_city("411400")
        pack_load(actor=SYSTEM, folder=PACKS / "shangqiu")
        secretary = member(city.committee, "community_secretary", place=city.community)
        mediator = member(city.committee, "mediator", place=city.community)
        police = member(city.committee, "community_police", place=city.community)
        said = {"what": "楼下广场舞放高音"}
        matter = begun(city.clerk, "noise_dissuasion", city.grid, values=said)
        assert limits(matter) == {"quiet": "10 days", "step:dissuading": "1 hour"}
        press(city.clerk, matter, "mediate", values={"plan": "不听劝"})
        assert buttons(police, matter) == set(), "the police are not asked yet"
        assert limits(matter)["step:mediating"] == "7 days"
        press(mediator, matter, "not_agreed", values={"plan": "谈不拢"})
        assert limits(matter)["step:policing"] == "24 hours"
        with clock.at(FRIDAY + dt.timedelta(hours=25)):
            services.matters_tick()
            told = Notice.objects.filter(account=secretary, text_key="overdue")
            assert told.exists(), "what is late is told"
        assert press(police, matter, "handled", values=DONE).end == "done"
        noise = appeal_open(city, class_key="noise")
        due = clock.local(noise.clocks.get(name="contact").due_at)
        assert due == FRIDAY + dt.timedelta(hours=1), "an appeal about noise has its own limit too"


def test_what_is_said_online_is_replied_to_in_approved_words(city: SimpleNamespace) -> None:
    said = {"what": "网传停水三天", "where": "某论坛 帖子"}
    matter = begun(city.street_clerk, "opinion_response", city.subdistrict, values=said)
    with clock.at(FRIDAY + dt.timedelta(hours=1)):
        assert buttons(city.dispatcher, matter) == {"check"}, "first the facts"
        facts = {"is_true": "part", "facts": "停了半天"}
        press(city.dispatcher, matter, "check", values=facts)
        to = {"to_unit": str(city.water.pk), "ask": "请回应"}
        press(city.dispatcher, matter, "assign", values=to)
        accepted(city.handler, matter)
        press(city.handler, matter, "draft", values={"reply": "昨天抢修，已恢复。"})
        assert buttons(city.handler, matter) == set(), "nobody approves their own words"
        press(city.street_leader, matter, "approve")
    with clock.at(FRIDAY + dt.timedelta(hours=3)):
        done = {"published_at": "官方号"}
        assert press(city.handler, matter, "publish", values=done).end == "done"
    reply = matter.clocks.get(name="reply")
    assert reply.stopped_at is not None
    assert reply.stopped_at - reply.starts_at == dt.timedelta(hours=3), "from log to reply"


def test_a_topic_passed_up_is_answered_and_comes_back(city: SimpleNamespace) -> None:
    topic = {"what": "两个小区共用的路", "discussed": "议了两次", "ask": "定由谁修"}
    matter = begun(city.secretary, "consultation_link", city.community, values=topic)
    assert buttons(city.secretary, matter) == set(), "only the subdistrict's answer leads on"
    press(city.street_clerk, matter, "return", values={"opinion": "补会议记录"})
    assert matter.clocks.get(name="answer").paused_at is not None
    press(city.secretary, matter, "hand_in", values={"added": "附上"})
    with clock.at(matter.clocks.get(name="answer").due_at + dt.timedelta(minutes=1)):
        services.matters_tick()
        late = Notice.objects.filter(account=city.street_leader, text_key="overdue")
        assert late.exists(), "a topic without an answer is not forgotten"
        answer = {"result": "agreed", "decided": "街道修，下月"}
        assert press(city.street_clerk, matter, "answer", values=answer).step == "telling"
        assert press(city.secretary, matter, "told", values=TOLD).end == "done"


def test_a_leader_supervises_and_lateness_climbs_until_it_is_answered(
    city: SimpleNamespace,
) -> None:
    given = {"values": {"what": "墙要倒"}}
    matter = begun(city.grid_worker, "hazard", city.grid, "hazard_damage", **given)
    order = services.supervision_order(
        actor=actor_of(city.street_leader), matter=matter.pk, what="先拉警戒线"
    )
    assert list(Matter.objects.running().filter(Matter.objects.is_supervised())) == [matter]
    with clock.at(FRIDAY + dt.timedelta(days=7)):
        services.matters_tick()
        desk = [each.label for each in selectors.todos_for(actor_of(city.district_leader))]
        assert desk == ["督办"]
        lines = selectors.timeline(actor_of(city.secretary), fresh(matter))
        assert "“督办答复”仍未办完，报到区县负责人" in [line.title for line in lines]
        services.supervision_answer(
            actor=actor_of(city.secretary), supervision=order.pk, answer="拉了，下周支护"
        )
    assert not Matter.objects.running().filter(Matter.objects.is_supervised()).exists()
    assert Notice.objects.filter(account=city.street_leader, text_key="accounted").exists()


def test_admission_waits_for_its_engines(city: SimpleNamespace) -> None:
    definition = workflow_get("admission", city.district.path)
    kinds = [one.partition(":")[0] for one in engines_awaited(definition, city.district.path)]
    assert kinds == ["ballot", "publication", "register"]
    with pytest.raises(Invalid) as refused:
        begun(city.civil_handler, "admission", city.district)
    assert refused.value.code == "no_engine"
