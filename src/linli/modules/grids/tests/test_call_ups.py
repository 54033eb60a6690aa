# SPDX-License-Identifier: MulanPSL-2.0
"""Surge call-ups: called, answered, checked in, given a place, stood down."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.access.models import Grant
from linli.kernel.audit.models import AuditRecord
from linli.kernel.notify.models import Notice
from linli.kernel.places.models import Place
from linli.modules.grids import services
from linli.modules.grids.models import CalledPerson, CallUp
from linli.modules.grids.selectors import call_ups
from linli.modules.grids.terms import Answer, Verb
from linli.modules.grids.tests.town import NOON, SIZE, Town, actor_of, build, staff, town_make

HOUR = dt.timedelta(hours=1)
IN_COMMUNITY = (117.0 + SIZE / 4, 39.0 + SIZE / 2)


@dataclass
class Crew:
    """Who is called and who calls."""

    dispatcher: Actor
    worker: Actor
    second: Actor
    clerk: Actor


@pytest.fixture
def crew(town: Town) -> Crew:
    """A dispatcher of the subdistrict, two grid workers and a clerk."""
    return Crew(
        dispatcher=actor_of(staff("dispatcher", town.subdistrict, "何倩")),
        worker=actor_of(staff("grid_worker", town.grids[0], "周立")),
        second=actor_of(staff("grid_worker", town.grids[1], "吴静")),
        clerk=actor_of(staff("community_clerk", town.community, "赵敏")),
    )


def _raise(
    town: Town,
    crew: Crew,
    *roles: str,
    actor: Actor | None = None,
    place: Place | None = None,
    **given: Any,
) -> CallUp:
    wanted = {"reason": "暴雨红色预警", "hours": 2, "ends_at": clock.now() + 24 * HOUR, **given}
    return services.call_up_raise(
        actor=actor or crew.dispatcher,
        place=place or town.subdistrict,
        roles=roles or ("grid_worker",),
        **wanted,
    )


def _part(call_up: CallUp, actor: Actor) -> CalledPerson:
    return CalledPerson.objects.get(call_up=call_up, account_id=actor.account_id or 0)


def _figures(call_up: CallUp) -> call_ups.Figures:
    return call_ups.figures_of(call_up, call_ups.called_of(call_up))


def test_everybody_of_the_roles_below_is_called_once_and_told(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew, "grid_worker", "community_clerk")
    called = call_ups.called_of(call_up)
    assert {one.account_id for one in called} == {
        crew.worker.account_id,
        crew.second.account_id,
        crew.clerk.account_id,
    }
    assert _part(call_up, crew.worker).home == town.grids[0]
    assert call_up.answer_by == call_up.called_at + 2 * HOUR
    notices = Notice.objects.filter(text_key="called_up")
    assert notices.count() == 3
    assert f"/field/call-ups/{call_up.pk}/" == notices[0].link
    record = AuditRecord.objects.get(verb=Verb.CALLED_UP)
    assert record.detail["count"] == 3
    assert "暴雨" not in str(record.detail)


def test_who_holds_two_roles_is_called_from_their_grid(town: Town, crew: Crew) -> None:
    Grant.objects.create(
        account_id=crew.worker.account_id or 0,
        role="community_clerk",
        place=town.community,
        starts_on=dt.date(2026, 1, 1),
        source="hand",
    )
    call_up = _raise(town, crew, "grid_worker", "community_clerk")
    assert _part(call_up, crew.worker).home == town.grids[0]
    assert call_up.called.count() == 3


def test_only_who_may_calls_and_only_within_their_places(town: Town, crew: Crew) -> None:
    for actor, place in (
        (crew.clerk, town.community),
        (crew.dispatcher, town.top),
        (crew.worker, town.grids[0]),
    ):
        with pytest.raises(Forbidden):
            _raise(town, crew, actor=actor, place=place)
    assert not CallUp.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "雨" * 201}, "reason"),
        ({"hours": 0}, "hours"),
        ({"hours": 100}, "hours"),
        ({"ends_at": NOON + HOUR}, "ends_at"),
        ({"ends_at": NOON + dt.timedelta(days=40)}, "ends_at"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(
    town: Town, crew: Crew, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        _raise(town, crew, **given)
    assert field in refusal.value.fields


@pytest.mark.parametrize("roles", [("leader",), ("nobody",), ("grid_leader",)])
def test_roles_that_are_not_called_up_or_that_nobody_holds_are_refused(
    town: Town, crew: Crew, roles: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refusal:
        _raise(town, crew, *roles)
    assert "roles" in refusal.value.fields


def test_one_call_up_goes_on_at_a_place_at_a_time(town: Town, crew: Crew) -> None:
    first = _raise(town, crew)
    with pytest.raises(Conflict) as refusal:
        _raise(town, crew)
    assert refusal.value.code == "call_up_live"
    _raise(town, crew, place=town.community)
    services.call_up_stand_down(actor=crew.dispatcher, call_up=first)
    assert _raise(town, crew).is_live


def test_answers_in_time_and_late_make_the_response_rate(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew, "grid_worker", "community_clerk")
    with clock.at(NOON + HOUR):
        services.call_up_answer(
            actor=crew.worker, called=_part(call_up, crew.worker), is_coming=True
        )
    with clock.at(NOON + 3 * HOUR):
        services.call_up_answer(
            actor=crew.second,
            called=_part(call_up, crew.second),
            is_coming=False,
            why_not="在外地学习",
        )
    found = _figures(call_up)
    assert found.percent == 33
    assert {key: found.counts[key] for key in ("called", "answered", "in_time", "late")} == {
        "called": 3,
        "answered": 2,
        "in_time": 1,
        "late": 1,
    }
    assert (found.counts["coming"], found.counts["not_coming"], found.counts["silent"]) == (1, 1, 1)


def test_who_cannot_come_says_why_and_nobody_answers_for_another(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    part = _part(call_up, crew.worker)
    with pytest.raises(Invalid) as refusal:
        services.call_up_answer(actor=crew.worker, called=part, is_coming=False)
    assert "why_not" in refusal.value.fields
    with pytest.raises(Forbidden):
        services.call_up_answer(actor=crew.second, called=part, is_coming=True)
    with pytest.raises(Forbidden):
        services.call_up_check_in(actor=crew.dispatcher, called=part, place=town.grids[0])
    part.refresh_from_db()
    assert part.answer == Answer.NONE


def test_a_changed_mind_keeps_the_time_of_the_first_answer(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    part = _part(call_up, crew.worker)
    services.call_up_answer(actor=crew.worker, called=part, is_coming=False, why_not="孩子发烧")
    with clock.at(NOON + 3 * HOUR):
        services.call_up_answer(actor=crew.worker, called=part, is_coming=True)
    part.refresh_from_db()
    assert (part.answer, part.why_not, part.answered_at) == (Answer.COMING, "", NOON)


def test_a_position_in_the_called_place_checks_in_and_is_not_kept(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    lon, lat = IN_COMMUNITY
    part = services.call_up_check_in(
        actor=crew.worker, called=_part(call_up, crew.worker), lon=lon, lat=lat
    )
    part.refresh_from_db()
    assert (part.came_to, part.has_position, part.answer) == (town.grids[0], True, Answer.COMING)
    assert part.answered_at == part.came_at == NOON
    detail = AuditRecord.objects.get(verb=Verb.CHECKED_IN).detail
    assert str(lon) not in str(detail)


def test_a_position_elsewhere_is_refused_and_the_list_works_without_one(
    town: Town, crew: Crew
) -> None:
    call_up = _raise(town, crew)
    part = _part(call_up, crew.worker)
    with pytest.raises(Invalid) as refusal:
        services.call_up_check_in(actor=crew.worker, called=part, lon=90.0, lat=30.0)
    assert refusal.value.code == "call_up_elsewhere"
    for wrong in (None, town.top):
        with pytest.raises(Invalid):
            services.call_up_check_in(actor=crew.worker, called=part, place=wrong)
    kept = services.call_up_check_in(actor=crew.worker, called=part, place=town.community)
    assert (kept.came_to, kept.has_position) == (town.community, False)
    with clock.at(NOON + HOUR):
        again = services.call_up_check_in(actor=crew.worker, called=part, place=town.grids[1])
    assert (again.came_to, again.came_at) == (town.community, NOON)


def test_who_is_there_is_given_a_grid_or_building_and_signed_off(town: Town, crew: Crew) -> None:
    build(town, (1, 0), 1)
    call_up = _raise(town, crew)
    part = _part(call_up, crew.worker)
    with pytest.raises(Conflict) as refusal:
        services.call_up_sign_off(actor=crew.dispatcher, called=part)
    assert refusal.value.code == "call_up_not_there"
    services.call_up_check_in(actor=crew.worker, called=part, place=town.community)
    services.call_up_assign(actor=crew.dispatcher, called=part, place=town.buildings[0])
    with pytest.raises(Invalid):
        services.call_up_assign(actor=crew.dispatcher, called=part, place=town.community)
    with pytest.raises(Forbidden):
        services.call_up_assign(actor=crew.worker, called=part, place=town.grids[0])
    services.call_up_sign_off(actor=crew.dispatcher, called=part)
    part.refresh_from_db()
    assert (part.assigned, part.left_at) == (town.buildings[0], NOON)
    found = _figures(call_up).counts
    assert (found["came"], found["present"]) == (1, 0)


def test_who_cannot_come_is_given_no_place(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    part = _part(call_up, crew.worker)
    services.call_up_answer(actor=crew.worker, called=part, is_coming=False, why_not="住院")
    with pytest.raises(Conflict):
        services.call_up_assign(actor=crew.dispatcher, called=part, place=town.grids[0])


def test_standing_down_signs_everybody_off_tells_them_and_ends_it(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    services.call_up_check_in(
        actor=crew.worker, called=_part(call_up, crew.worker), place=town.grids[0]
    )
    with pytest.raises(Forbidden):
        services.call_up_stand_down(actor=crew.clerk, call_up=call_up)
    services.call_up_stand_down(actor=crew.dispatcher, call_up=call_up, note="雨停了")
    assert _part(call_up, crew.worker).left_at == NOON
    assert _part(call_up, crew.second).left_at is None
    assert Notice.objects.filter(text_key="call_up_over").count() == 2
    with pytest.raises(Conflict):
        services.call_up_stand_down(actor=crew.dispatcher, call_up=call_up)
    with pytest.raises(Conflict):
        services.call_up_check_in(
            actor=crew.second, called=_part(call_up, crew.second), place=town.grids[1]
        )


def test_a_call_up_past_its_end_closes_by_itself(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    with clock.at(NOON + 23 * HOUR):
        assert services.call_ups_tick() == 0
    with clock.at(NOON + 25 * HOUR):
        assert services.call_ups_tick() == 1
        assert services.call_ups_tick() == 0
    call_up.refresh_from_db()
    assert call_up.ended_at == NOON + 25 * HOUR
    assert call_up.ended_by_id is None
    record = AuditRecord.objects.get(verb=Verb.STOOD_DOWN)
    assert record.actor_kind == "system"


def test_another_city_neither_sees_nor_calls(town: Town, crew: Crew) -> None:
    call_up = _raise(town, crew)
    leshan = town_make("leshan", "511100", 103.0)
    stranger = actor_of(staff("dispatcher", leshan.subdistrict))
    assert call_ups.call_up_get(actor=stranger, call_up_id=call_up.pk) is None
    assert call_ups.call_ups_live(stranger).count() == 0
    with pytest.raises(Forbidden):
        services.call_up_stand_down(actor=stranger, call_up=call_up)
    with pytest.raises(Forbidden):
        services.call_up_assign(
            actor=stranger, called=_part(call_up, crew.worker), place=leshan.grids[0]
        )
    assert call_ups.own_call(stranger, call_up.pk) is None
