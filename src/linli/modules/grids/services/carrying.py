# SPDX-License-Identifier: MulanPSL-2.0
"""Carrying out an approved division: one transaction of dated events in the tree of places.

The platform does it by the approved plan, whose number stands as the reason on every record; open
matters, people and every copy of a path follow. What was counted before is counted after.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict
from linli.base.scope import lock
from linli.kernel.events import services as events
from linli.kernel.people.following import people_follow
from linli.kernel.places import restructuring
from linli.kernel.places import services as places
from linli.kernel.places.models import Place
from linli.modules.grids import rules
from linli.modules.grids.models import GridPlan
from linli.modules.grids.selectors import plans
from linli.modules.grids.selectors.plans import GridLine, PlanView
from linli.modules.grids.services.drafting import ensure_state, told
from linli.modules.grids.terms import GRID, Event, PlanState, Verb

SAME = ("households", "residents", "buildings", "matters")
"""What a division never changes."""


@transaction.atomic
def carry_out(*, actor: Actor, plan: GridPlan) -> GridPlan:
    """Let the community be divided as the plan says, from its day on.

    Raises Conflict if buildings came or went since the approval, if a number would not be the same
    after, or if the tree of places refuses.
    """
    plan = lock(plan)
    ensure_state(plan, PlanState.APPROVED)
    view = plans.plan_view(plan)
    if not view.is_whole or plan.starts_on is None:
        raise Conflict(
            _("Buildings have come or gone since the plan was approved."),
            code="plan_stale",
        )
    before = plans.totals_of(plan.community)
    _places_divide(plan, view)
    after = plans.totals_of(plan.community)
    if any(before[key] != after[key] for key in SAME):
        raise Conflict(
            _("The numbers before and after differ; nothing was changed."), code="plan_totals"
        )
    plan.state, plan.done_at = PlanState.DONE, clock.now()
    plan.totals = {"before": before, "after": after}
    plan.save()
    told(actor, plan, Verb.PLAN_DONE, {"grids": after["grids"], "moved": view.moves})
    events.announce(Event.PLAN_DONE, place_path=plan.community.path, plan_id=plan.pk)
    return plan


def _places_divide(plan: GridPlan, view: PlanView) -> None:
    why = f"grids.gridplan:{plan.pk}"
    ending = {grid.grid.place_id: grid for grid in view.grids if grid.ends}
    staying = [grid for grid in view.grids if not grid.ends]
    for grid in staying:
        _grid_stand(plan, grid, why)
    went: dict[int | None, Counter[int]] = {place_id: Counter() for place_id in ending}
    for grid in staying:
        _grid_fill(plan, grid, went, why)
    for place_id, grid in ending.items():
        _grid_end(plan, grid, went[place_id], why)
    if plan.draws_boundaries:
        _boundaries_draw(plan, [grid for grid in staying if grid.lines])


def _grid_fill(
    plan: GridPlan, grid: GridLine, went: Mapping[int | None, Counter[int]], why: str
) -> None:
    """Buildings come to the grid; notes how much of each grid that ends goes here."""
    place = grid.grid.place
    if place is None:
        return
    for line in grid.lines:
        if not line.stays:
            left = line.building.parent_id
            _building_move(plan, line.building, place, why)
            if left in went:
                went[left][place.pk] += 1 + line.counted.households


def _grid_stand(plan: GridPlan, grid: GridLine, why: str) -> None:
    """A grid of the plan stands under its name from the day on."""
    planned, on = grid.grid, plan.starts_on
    if planned.place is None:
        planned.place = places.place_add(
            actor=SYSTEM,
            code=planned.code,
            name=planned.name,
            name_en=planned.name_en,
            level=GRID,
            kind=grid.kind,
            parent=plan.community,
            starts_on=on,
        )
        planned.save(update_fields=["place"])
    elif on is not None and planned.name != planned.place.name:
        planned.place = restructuring.place_rename(
            actor=SYSTEM,
            place=planned.place,
            name=planned.name,
            name_en=planned.name_en,
            on=on,
            reason=why,
        )


def _building_move(plan: GridPlan, building: Place, grid: Place, why: str) -> None:
    """A building comes to a grid, and who lives there with it."""
    before, on = building.parent, plan.starts_on
    if on is None:
        return
    moved = restructuring.place_move(actor=SYSTEM, place=building, parent=grid, on=on, reason=why)
    if before is not None:
        people_follow(actor=SYSTEM, building=moved, before=before, reason=why)


def _grid_end(plan: GridPlan, grid: GridLine, went: Counter[int], why: str) -> None:
    """A grid without a building ends; the one that took most of it comes after it."""
    ended = grid.grid.place
    if ended is None or plan.starts_on is None or not went:
        return
    most = min(went, key=lambda pk: (-went[pk], pk))
    restructuring.places_merge(
        actor=SYSTEM,
        places=[ended],
        into=Place.objects.get(pk=most),
        on=plan.starts_on,
        reason=why,
    )


def _boundaries_draw(plan: GridPlan, grids: Sequence[GridLine]) -> None:
    """Draw the grids anew so that they fill the community and overlap nowhere, where every building
    has a point.
    """
    if plan.community.boundary is None:
        return
    groups = {grid.grid.code: [line.building for line in grid.lines] for grid in grids}
    drawn = rules.boundaries_drawn(plan.community.boundary, groups)
    for grid in grids:
        if grid.grid.code in drawn and grid.grid.place is not None:
            places.place_update_boundary(
                actor=SYSTEM, place=grid.grid.place, boundary=drawn[grid.grid.code]
            )
