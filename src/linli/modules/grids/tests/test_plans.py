# SPDX-License-Identifier: MulanPSL-2.0
"""Division plans: drawn up, proposed, decided by somebody else, carried out without loss."""

import datetime as dt

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid, Refused
from linli.kernel.access.factories import GrantFactory
from linli.kernel.accounts.models import Account
from linli.kernel.audit.models import AuditRecord
from linli.kernel.events.models import Event
from linli.kernel.notify.models import Notice
from linli.kernel.people.models import Household, Person
from linli.kernel.places import asof
from linli.kernel.places import services as places
from linli.kernel.places.models import Place
from linli.kernel.places.topology import topology_check
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.modules.grids import services
from linli.modules.grids.models import GridPlan
from linli.modules.grids.selectors import plans, sizing
from linli.modules.grids.selectors.sizing import Counted
from linli.modules.grids.terms import Fit, PlanState, Verb
from linli.modules.grids.tests.town import NOON, Town, actor_of, build, staff

TODAY = dt.date(2026, 3, 10)
WHY = "第一网格户数太多，网格员跑不过来"


@pytest.fixture
def clerk(town: Town) -> Actor:
    """A clerk of the community, which has 360 households in one grid and 120 in the other."""
    build(town)
    return actor_of(staff("community_clerk", town.community))


@pytest.fixture
def dispatcher(town: Town) -> Actor:
    """Somebody of the subdistrict who decides."""
    return actor_of(staff("dispatcher", town.subdistrict, "何倩"))


@pytest.fixture
def plan(town: Town, clerk: Actor) -> GridPlan:
    """A plan as it begins."""
    return services.plan_draft(actor=clerk, community=town.community)


def _grid(plan: GridPlan, number: int) -> plans.GridLine:
    return plans.plan_view(plan).grids[number]


def _put(actor: Actor, plan: GridPlan, numbers: range, at: int, town: Town) -> None:
    ids = [town.buildings[number].pk for number in numbers]
    services.plan_put(actor=actor, plan=plan, buildings=ids, grid=_grid(plan, at).grid)


def _propose(actor: Actor, plan: GridPlan, on: dt.date = TODAY) -> GridPlan:
    return services.plan_propose(
        actor=actor, plan=plan, starts_on=on, reason=WHY, draws_boundaries=True
    )


def test_a_plan_begins_as_the_community_stands(town: Town, plan: GridPlan) -> None:
    view = plans.plan_view(plan)
    assert [(g.grid.name, g.counted.households, len(g.lines)) for g in view.grids] == [
        ("望海第一网格", 360, 6),
        ("望海第二网格", 120, 2),
    ]
    assert [g.sized.fit for g in view.grids] == [Fit.FITS, Fit.UNDER]
    assert view.grids[1].sized.by == 120
    assert view.is_whole
    assert view.moves == 0
    assert AuditRecord.objects.filter(
        verb=Verb.PLAN_DRAFTED, place_path=town.community.path
    ).exists()


def test_only_who_drafts_here_begins_a_plan_and_only_one_is_open(
    town: Town, clerk: Actor, dispatcher: Actor
) -> None:
    elsewhere = actor_of(staff("community_clerk", town.other))
    for actor in (dispatcher, elsewhere):
        with pytest.raises(Forbidden):
            services.plan_draft(actor=actor, community=town.community)
    services.plan_draft(actor=clerk, community=town.community)
    with pytest.raises(Conflict) as refusal:
        services.plan_draft(actor=clerk, community=town.community)
    assert refusal.value.code == "plan_open"


def test_a_community_without_buildings_and_a_grid_are_not_divided(town: Town) -> None:
    clerk = actor_of(staff("community_clerk", town.other))
    with pytest.raises(Invalid) as refusal:
        services.plan_draft(actor=clerk, community=town.other)
    assert refusal.value.code == "plan_no_buildings"
    of_both = actor_of(staff("community_clerk", town.community))
    with pytest.raises(Invalid) as refusal:
        services.plan_draft(actor=of_both, community=town.grids[0])
    assert refusal.value.code == "plan_place"


def test_numbers_follow_while_buildings_are_chosen(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    _put(clerk, plan, range(4, 6), 1, town)
    view = plans.plan_view(plan)
    assert [g.counted.households for g in view.grids] == [240, 240]
    assert [g.sized.fit for g in view.grids] == [Fit.FITS, Fit.FITS]
    assert view.moves == 2
    home = Household.objects.filter(dwelling__parent=town.buildings[0]).first()
    assert home is not None
    home.members.update(ends_on=TODAY - dt.timedelta(days=1))
    assert plans.plan_view(plan).counted == Counted(479, 479)


def test_a_building_of_somewhere_else_is_not_put_into_a_grid(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    for wrong in ([], [town.other.pk], [town.buildings[0].pk, town.other.pk]):
        with pytest.raises(Invalid):
            services.plan_put(actor=clerk, plan=plan, buildings=wrong, grid=_grid(plan, 0).grid)
    assert plans.plan_view(plan).moves == 0


def test_a_proposal_names_buildings_that_are_in_no_grid(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    services.plan_put(
        actor=clerk, plan=plan, buildings=[town.buildings[0].pk, town.buildings[1].pk], grid=None
    )
    with pytest.raises(Invalid) as refusal:
        _propose(clerk, plan)
    assert refusal.value.code == "plan_loose"
    assert "望海1号楼" in str(refusal.value.message)
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT


def test_a_proposal_needs_a_reason_a_day_to_come_and_no_empty_new_grid(
    clerk: Actor, plan: GridPlan
) -> None:
    wrong = [
        ("plan_reason", {"starts_on": TODAY, "reason": "  "}),
        ("plan_day", {"starts_on": TODAY - dt.timedelta(days=1), "reason": WHY}),
        ("plan_day", {"starts_on": TODAY + dt.timedelta(days=400), "reason": WHY}),
    ]
    for code, given in wrong:
        with pytest.raises(Invalid) as refusal:
            services.plan_propose(actor=clerk, plan=plan, **given)  # type: ignore[arg-type]
        assert refusal.value.code == code
    services.plan_grid_add(actor=clerk, plan=plan)
    with pytest.raises(Invalid) as refusal:
        _propose(clerk, plan)
    assert refusal.value.code == "plan_empty"


def test_what_somebody_else_changed_meanwhile_is_looked_at_before_it_is_proposed(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    seen = plan.revision
    _put(clerk, plan, range(5, 6), 1, town)
    with pytest.raises(Conflict) as refusal:
        services.plan_propose(actor=clerk, plan=plan, starts_on=TODAY, reason=WHY, revision=seen)
    assert refusal.value.code == "plan_changed"


def test_a_building_that_came_since_has_to_be_taken_in(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    build(town, (0, 1), 30)
    with pytest.raises(Invalid) as refusal:
        _propose(clerk, plan)
    assert refusal.value.code == "plan_stale"
    services.plan_refresh(actor=clerk, plan=plan)
    assert plans.plan_view(plan).grids[1].counted.households == 150
    assert _propose(clerk, plan).state == PlanState.PROPOSED


def test_new_grids_are_numbered_renamed_and_dropped_and_standing_ones_stay(
    clerk: Actor, plan: GridPlan
) -> None:
    grid = services.plan_grid_add(actor=clerk, plan=plan)
    assert (grid.name, grid.code[-4:]) == ("望海第三网格", "-g03")
    services.plan_grid_rename(actor=clerk, plan=plan, grid=grid, name="望海东网格")
    grid.refresh_from_db()
    assert grid.name == "望海东网格"
    with pytest.raises(Invalid):
        services.plan_grid_rename(actor=clerk, plan=plan, grid=grid, name=" ")
    services.plan_grid_drop(actor=clerk, plan=plan, grid=grid)
    with pytest.raises(Conflict) as refusal:
        services.plan_grid_drop(actor=clerk, plan=plan, grid=_grid(plan, 0).grid)
    assert refusal.value.code == "plan_grid_stands"


def test_a_division_is_proposed_by_the_rule_and_comes_out_the_same_each_time(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    build(town, (0, 4), 60)
    services.plan_refresh(actor=clerk, plan=plan)
    found = []
    for _ in range(2):
        services.plan_suggest(actor=clerk, plan=plan)
        view = plans.plan_view(plan)
        found.append([(g.grid.code, [x.building.code for x in g.lines]) for g in view.grids])
        assert view.is_whole
    assert found[0] == found[1]
    assert [g.sized.fit for g in plans.plan_view(plan).grids] == [Fit.FITS, Fit.FITS]
    services.plan_suggest(actor=clerk, plan=plan, target=100)
    assert len(plans.plan_view(plan).grids) == 7
    with pytest.raises(Invalid):
        services.plan_suggest(actor=clerk, plan=plan, target=-3)


def test_who_drew_a_plan_up_does_not_decide_on_it(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    colleague = staff("community_clerk", town.community, "赵敏")
    _propose(clerk, plan)
    with pytest.raises(Forbidden):
        services.plan_approve(actor=clerk, plan=plan)
    with pytest.raises(Forbidden):
        services.plan_approve(actor=actor_of(colleague), plan=plan)
    account = Account.objects.get(pk=clerk.account_id or 0)
    GrantFactory.create(account=account, role="dispatcher", place=town.subdistrict)
    with pytest.raises(Forbidden) as refusal:
        services.plan_approve(actor=actor_of(account), plan=plan)
    assert refusal.value.code == "plan_own"
    assert plans.plans_waiting(dispatcher).count() == 1
    assert plans.plans_waiting(actor_of(account)).count() == 0


def test_a_plan_sent_back_says_why_and_can_be_mended(
    clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    _propose(clerk, plan)
    assert Notice.objects.filter(text_key="grid_plan_to_approve").count() == 1
    with pytest.raises(Invalid):
        services.plan_send_back(actor=dispatcher, plan=plan, reason="")
    services.plan_send_back(actor=dispatcher, plan=plan, reason="第二网格太小")
    plan.refresh_from_db()
    assert (plan.state, plan.said) == (PlanState.DRAFT, "第二网格太小")
    told = Notice.objects.get(text_key="grid_plan_returned")
    assert told.account_id == clerk.account_id
    with pytest.raises(Conflict):
        services.plan_approve(actor=dispatcher, plan=plan)
    assert _propose(clerk, plan).state == PlanState.PROPOSED


def test_nothing_is_changed_while_a_plan_is_decided_on(
    town: Town, clerk: Actor, plan: GridPlan
) -> None:
    _propose(clerk, plan)
    with pytest.raises(Conflict) as refusal:
        _put(clerk, plan, range(1), 1, town)
    assert refusal.value.code == "plan_state"


def test_a_withdrawn_plan_makes_room_for_another(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    _propose(clerk, plan)
    services.plan_withdraw(actor=clerk, plan=plan, reason="先等新楼交付")
    with pytest.raises(Conflict):
        services.plan_approve(actor=dispatcher, plan=plan)
    assert services.plan_draft(actor=clerk, community=town.community).pk != plan.pk


def _divided(town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan) -> GridPlan:
    """Three grids of 160: two buildings of the first and one of the second make a new one."""
    grid = services.plan_grid_add(actor=clerk, plan=plan, name="望海中网格")
    ids = [town.buildings[at].pk for at in (4, 5, 6)]
    services.plan_put(actor=clerk, plan=plan, buildings=ids, grid=grid)
    services.plan_grid_rename(actor=clerk, plan=plan, grid=_grid(plan, 0).grid, name="望海西网格")
    _propose(clerk, plan)
    return services.plan_approve(actor=dispatcher, plan=plan)


def test_a_division_is_carried_out_and_loses_nothing(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    before = sizing.counted([town.community.path])[town.community.path]
    done = _divided(town, clerk, dispatcher, plan)
    assert done.state == PlanState.DONE
    assert done.totals["before"]["households"] == done.totals["after"]["households"] == 480
    assert sizing.counted([town.community.path])[town.community.path] == before
    grids = plans.grids_standing(town.community)
    assert [grid.name for grid in grids] == ["望海西网格", "望海第二网格", "望海中网格"]
    counts = sizing.counted(grid.path for grid in grids)
    assert [counts[grid.path].households for grid in grids] == [240, 60, 180]
    moved = Place.objects.get(pk=town.buildings[4].pk)
    assert moved.parent == grids[2]
    assert moved.path.startswith(grids[2].path)
    assert Place.objects.get(code=f"{moved.code}-101").path.startswith(moved.path)


def test_who_lives_in_a_moved_building_belongs_to_its_new_grid(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    worker = actor_of(staff("grid_worker", town.grids[0]))
    clerk_of_grid = Person.objects.get(pk=worker.person_id or 0)
    _divided(town, clerk, dispatcher, plan)
    new = plans.grids_standing(town.community)[2]
    assert Person.objects.filter(place=new).count() == 180
    assert Person.objects.filter(place=town.grids[0]).count() == 241
    clerk_of_grid.refresh_from_db()
    assert clerk_of_grid.place == town.grids[0]


def test_history_can_be_asked_as_of_the_day_before(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    building, old = town.buildings[4], town.buildings[4].path
    _divided(town, clerk, dispatcher, plan)
    building.refresh_from_db()
    assert asof.as_of(building, TODAY - dt.timedelta(days=1)).path == old
    assert asof.as_of(building, TODAY).path == building.path
    rows = [(building.pk, TODAY - dt.timedelta(days=5), 3)]
    assert asof.roll_up(rows, level="grid") == {town.grids[0].path: 3}
    grid = plans.grids_standing(town.community)[2]
    assert asof.roll_up(rows, level="grid", tree=asof.NOW) == {grid.path: 3}
    assert grid.starts_on == TODAY


def test_grids_are_drawn_anew_without_gap_or_overlap(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    _divided(town, clerk, dispatcher, plan)
    assert topology_check(town.community.path) == []
    for grid in plans.grids_standing(town.community):
        assert Place.objects.get(pk=grid.pk).boundary is not None


def test_a_grid_left_empty_ends_and_its_open_matters_go_on_with_its_successor(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    matter = workflow.matter_open(
        actor=dispatcher,
        workflow="callout",
        place=town.community,
        title="夜市占道",
        values={"what": "夜市占道，要几家一起来", "kind": "joint"},
    )
    Matter.objects.filter(pk=matter.pk).update(place=town.grids[1], place_path=town.grids[1].path)
    _put(clerk, plan, range(6, 8), 0, town)
    assert plans.plan_view(plan).grids[1].ends
    _propose(clerk, plan)
    done = services.plan_approve(actor=dispatcher, plan=plan)
    ended = Place.objects.get(pk=town.grids[1].pk)
    assert ended.ends_on == TODAY - dt.timedelta(days=1)
    assert done.totals["after"]["grids"] == 1
    assert done.totals["before"]["matters"] == done.totals["after"]["matters"] == 1
    assert workflow.place_follow(actor=SYSTEM, place_id=ended.pk) == 1
    kept = Matter.objects.get(pk=matter.pk)
    assert (kept.place, kept.place_path) == (town.grids[0], town.grids[0].path)


def test_a_plan_for_a_later_day_waits_for_it(
    clerk: Actor, dispatcher: Actor, plan: GridPlan, town: Town
) -> None:
    _put(clerk, plan, range(5, 6), 1, town)
    _propose(clerk, plan, TODAY + dt.timedelta(days=20))
    assert services.plan_approve(actor=dispatcher, plan=plan).state == PlanState.APPROVED
    assert services.plans_tick() == 0
    with clock.at(NOON + dt.timedelta(days=21)):
        assert services.plans_tick() == 1
        assert services.plans_tick() == 0
    plan.refresh_from_db()
    assert plan.state == PlanState.DONE
    building = Place.objects.get(pk=town.buildings[5].pk)
    assert asof.as_of(building, TODAY + dt.timedelta(days=19)).path.startswith(town.grids[0].path)
    assert building.parent == town.grids[1]


def test_a_plan_that_the_tree_of_its_day_refuses_goes_back_whole(
    clerk: Actor, dispatcher: Actor, plan: GridPlan, town: Town
) -> None:
    _put(clerk, plan, range(5, 6), 1, town)
    _propose(clerk, plan, TODAY + dt.timedelta(days=2))
    services.plan_approve(actor=dispatcher, plan=plan)
    build(town, (1, 0), 10)
    with clock.at(NOON + dt.timedelta(days=3)):
        assert services.plans_tick() == 0
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT
    assert plan.said
    assert Place.objects.get(pk=town.buildings[5].pk).parent == town.grids[0]


def test_a_new_code_that_somebody_took_leaves_everything_as_it_was(
    clerk: Actor, dispatcher: Actor, plan: GridPlan, town: Town
) -> None:
    grid = services.plan_grid_add(actor=clerk, plan=plan)
    services.plan_put(actor=clerk, plan=plan, buildings=[town.buildings[0].pk], grid=grid)
    _propose(clerk, plan)
    places.place_add(
        actor=SYSTEM, code=grid.code, name="别的网格", level="grid", parent=town.community
    )
    with pytest.raises(Refused):
        services.plan_approve(actor=dispatcher, plan=plan)
    plan.refresh_from_db()
    assert plan.state == PlanState.PROPOSED
    assert Place.objects.get(pk=town.buildings[0].pk).parent == town.grids[0]


def test_a_building_outside_every_grid_is_listed(town: Town, clerk: Actor, plan: GridPlan) -> None:
    Place.objects.filter(pk=town.buildings[0].pk).update(parent=town.community)
    services.plan_withdraw(actor=clerk, plan=plan)
    fresh = services.plan_draft(actor=clerk, community=town.community)
    assert [line.building.code for line in plans.plan_view(fresh).loose] == [town.buildings[0].code]


def test_what_was_done_stands_on_the_record_and_is_announced(
    town: Town, clerk: Actor, dispatcher: Actor, plan: GridPlan
) -> None:
    _divided(town, clerk, dispatcher, plan)
    rows = AuditRecord.objects.filter(subject_kind="grids.gridplan", subject_key=str(plan.pk))
    verbs = list(rows.order_by("pk").values_list("verb", flat=True))
    assert verbs[0] == Verb.PLAN_DRAFTED
    assert verbs[-3:] == [Verb.PLAN_PROPOSED, Verb.PLAN_APPROVED, Verb.PLAN_DONE]
    moves = AuditRecord.objects.filter(verb="places.place.moved")
    assert set(moves.values_list("reason", flat=True)) == {f"grids.gridplan:{plan.pk}"}
    assert Event.objects.filter(name="grids.plan_done").count() == 1


def test_plans_of_another_community_are_not_seen(town: Town, plan: GridPlan) -> None:
    stranger = actor_of(staff("community_clerk", town.other))
    assert plans.plan_get(actor=stranger, plan_id=plan.pk) is None
    assert not plans.plans_visible(actor=stranger).exists()
