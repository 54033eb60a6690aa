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
from linli.kernel.packs.services import pack_load
from linli.kernel.units.factories import UnitFactory
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
    press(city.secretary, finding, "grade", values={"grade": "subdistrict", "why": "要部门"})
    press(city.secretary, finding, "up")
    named = {"what": "爆管", "kind": "emergency", "called_units": [str(city.water.pk)]}
    press(city.dispatcher, finding, "name_units", values=named)
    press(city.dispatcher, finding, "joint")
    (answer,) = finding.children.all()
    press(city.handler, answer, "check_in", values=HERE)
    press(city.handler, answer, "finish", values=DONE)
    assert fresh(finding).step == "rechecking"
    assert press(city.grid_worker, finding, "pass", values=SEEN).end == "done"


def test_admission_waits_for_its_engines(city: SimpleNamespace) -> None:
    definition = workflow_get("admission", city.district.path)
    kinds = [one.partition(":")[0] for one in engines_awaited(definition, city.district.path)]
    assert kinds == ["ballot", "publication", "register"]
    with pytest.raises(Invalid) as refused:
        begun(city.civil_handler, "admission", city.district)
    assert refused.value.code == "no_engine"
