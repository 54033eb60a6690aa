# SPDX-License-Identifier: MulanPSL-2.0
"""Sizes, the division into grids, and a surge call-up: rows ORG-02, 03, 05, 12 and 28."""

import datetime as dt
from collections.abc import Iterator

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.base.errors import Forbidden, Invalid
from linli.kernel.places import asof
from linli.kernel.places import services as places
from linli.kernel.places.models import Place
from linli.kernel.places.topology import Flaw, topology_check
from linli.modules.grids import services
from linli.modules.grids.models import GridPlan
from linli.modules.grids.selectors import call_ups, plans, sizing
from linli.modules.grids.terms import Fit, PlanState
from linli.modules.grids.tests.town import (
    NOON,
    SIZE,
    Town,
    actor_of,
    build,
    staff,
    town_make,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def leshan() -> Iterator[Town]:
    """A community of Leshan, whose plan sizes communities."""
    with clock.at(NOON):
        yield town_make("leshan", "511100", 103.0)


@pytest.fixture
def binhai() -> Iterator[Town]:
    """A community of Binhai, whose plan sizes grids."""
    with clock.at(NOON):
        yield town_make()


def test_org_02_a_rule_counts_only_communities_with_its_tag(leshan: Town) -> None:
    """Tagged as resettled, a community is measured by 800 to 2000 residents and by nothing else."""
    build(leshan, (1, 0), 500)
    town = leshan
    tagged = places.place_change(
        actor=SYSTEM, place=town.community, name=town.community.name, tags=["relocation"]
    )
    clerk = actor_of(staff("subdistrict_clerk", town.subdistrict))
    listed = sizing.places_sized(
        actor=clerk, at=town.subdistrict, level="community", tag="relocation"
    )
    assert [place.code for place in listed] == [tagged.code]
    [line] = sizing.lines_of(list(listed))
    assert line.households.fit is Fit.NO_RULE
    assert (line.residents.fit, line.residents.by) == (Fit.UNDER, 300)
    untagged = sizing.lines_of([town.other])[0]
    assert untagged.residents.bound is not None
    assert untagged.residents.bound.least == 4500


def test_org_03_3400_households_are_too_many_for_an_urban_community(leshan: Town) -> None:
    """Leshan: 1500 to 3000 households; it says by how many it is too large, and the clause."""
    build(leshan, (1, 0), 3400)
    [line] = sizing.lines_of([leshan.community])
    assert (line.households.fit, line.households.by) == (Fit.OVER, 400)
    assert line.fit is Fit.OVER
    assert {rule.clause for rule in line.rules} == {"leshan 三(一)1"}
    fringe = Place.objects.get(pk=leshan.community.pk)
    fringe.tags = ["fringe"]
    assert sizing.lines_of([fringe])[0].households.by == 1400


def test_org_05_every_building_is_in_exactly_one_grid_and_misfits_are_listed(
    binhai: Town,
) -> None:
    """Live numbers while dividing; a building in no grid is refused by name; nothing is lost."""
    town = binhai
    build(town, (12, 2), 60)
    clerk = actor_of(staff("community_clerk", town.community))
    dispatcher = actor_of(staff("dispatcher", town.subdistrict, "何倩"))
    rows = sizing.lines_of(list(sizing.places_sized(actor=clerk, at=town.community, level="grid")))
    assert [(line.fit, line.households.by) for line in rows] == [(Fit.OVER, 360), (Fit.UNDER, 120)]

    plan = services.plan_draft(actor=clerk, community=town.community)
    services.plan_suggest(actor=clerk, plan=plan)
    view = plans.plan_view(plan)
    assert [grid.counted.households for grid in view.grids] == [300, 300, 240]
    assert all(grid.sized.fit is Fit.FITS for grid in view.grids)

    services.plan_put(actor=clerk, plan=plan, buildings=[town.buildings[3].pk], grid=None)
    with pytest.raises(Invalid, match="望海4号楼"):
        _propose(clerk, plan)
    services.plan_put(
        actor=clerk, plan=plan, buildings=[town.buildings[3].pk], grid=view.grids[0].grid
    )
    _propose(clerk, plan)
    with pytest.raises(Forbidden):
        services.plan_approve(actor=clerk, plan=plan)

    old = town.buildings[7].path
    done = services.plan_approve(actor=dispatcher, plan=plan)
    assert done.state == PlanState.DONE
    for key in ("households", "residents", "buildings", "matters"):
        assert done.totals["before"][key] == done.totals["after"][key]
    buildings = plans.buildings_standing(town.community)
    grids = {grid.pk for grid in plans.grids_standing(town.community)}
    assert len(buildings) == 14
    assert {building.parent_id for building in buildings} <= grids
    assert asof.as_of(town.buildings[7], TODAY - dt.timedelta(days=1)).path == old


def _propose(clerk: object, plan: GridPlan) -> None:
    services.plan_propose(
        actor=clerk,  # type: ignore[arg-type]
        plan=plan,
        starts_on=TODAY,
        reason="第一网格户数太多",
        draws_boundaries=True,
    )


def test_org_12_a_call_up_says_how_many_answered_within_two_hours(binhai: Town) -> None:
    """Called by role, answered, checked in by position, given a building, stood down."""
    town, hour = binhai, dt.timedelta(hours=1)
    build(town, (1, 0), 1)
    dispatcher = actor_of(staff("dispatcher", town.subdistrict, "何倩"))
    crew = [actor_of(staff("grid_worker", grid)) for grid in town.grids]
    crew += [actor_of(staff("community_clerk", town.community)) for _ in range(2)]
    call_up = services.call_up_raise(
        actor=dispatcher,
        place=town.subdistrict,
        reason="暴雨红色预警",
        roles=["grid_worker", "community_clerk"],
        hours=2,
        ends_at=clock.now() + 12 * hour,
    )
    parts = {one.account_id: one for one in call_ups.called_of(call_up)}
    own = [parts[actor.account_id or 0] for actor in crew]
    with clock.at(NOON + hour):
        services.call_up_answer(actor=crew[0], called=own[0], is_coming=True)
        services.call_up_answer(actor=crew[1], called=own[1], is_coming=False, why_not="在外地学习")
        services.call_up_check_in(
            actor=crew[0], called=own[0], lon=117.0 + SIZE / 4, lat=39.0 + SIZE / 2
        )
        services.call_up_assign(actor=dispatcher, called=own[0], place=town.buildings[0])
    with clock.at(NOON + 3 * hour):
        services.call_up_check_in(actor=crew[2], called=own[2], place=town.community)
    found = call_ups.figures_of(call_up, call_ups.called_of(call_up))
    assert found.percent == 50
    assert (found.counts["in_time"], found.counts["late"], found.counts["silent"]) == (2, 1, 1)
    assert found.counts["present"] == 2
    with clock.at(NOON + 13 * hour):
        assert services.call_ups_tick() == 1
    after = call_ups.figures_of(call_up, call_ups.called_of(call_up))
    assert (after.counts["present"], after.counts["came"]) == (0, 2)


def test_org_28_overlaps_and_gaps_are_listed_and_a_division_leaves_none(binhai: Town) -> None:
    """Two grids that cover the same ground and leave some uncovered are told; drawn anew, none."""
    town = binhai
    build(town, (4, 4), 60)
    ring = (town.grids[0].boundary or {})["coordinates"][0]
    wide = [[lon + (SIZE / 4 if lon > ring[0][0] else 0), lat] for lon, lat in ring]
    low = [[lon + SIZE / 2, min(lat, 39.0 + SIZE / 2)] for lon, lat in ring]
    for grid, drawn in zip(town.grids, (wide, low), strict=True):
        boundary = {"type": "Polygon", "coordinates": [drawn]}
        places.place_update_boundary(actor=SYSTEM, place=grid, boundary=boundary)
    found = {(flaw.flaw, flaw.code, flaw.other) for flaw in topology_check(town.community.path)}
    assert found == {
        (Flaw.OVERLAP, town.grids[0].code, town.grids[1].code),
        (Flaw.GAP, town.community.code, ""),
    }
    clerk = actor_of(staff("community_clerk", town.community))
    plan = services.plan_draft(actor=clerk, community=town.community)
    _propose(clerk, plan)
    services.plan_approve(actor=actor_of(staff("dispatcher", town.subdistrict)), plan=plan)
    assert topology_check(town.community.path) == []
