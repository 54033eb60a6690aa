# SPDX-License-Identifier: MulanPSL-2.0
"""Reading division plans: who may see them, and how large each grid of a plan would be."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q, QuerySet

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import definitions_kept
from linli.base.text import label
from linli.engines.indicators.selectors import bounds_at
from linli.kernel.access import services as access
from linli.kernel.access.selectors import accounts_holding, role_find
from linli.kernel.places import asof
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place, PlaceQuerySet
from linli.kernel.workflow.models import Matter
from linli.modules.grids.models import GridPlan, PlannedBuilding, PlannedGrid
from linli.modules.grids.rules import Block, Sized, sized
from linli.modules.grids.selectors.sizing import Counted, counted
from linli.modules.grids.terms import (
    BUILDING,
    COMMUNITY,
    GRID,
    HOUSEHOLDS,
    OPEN,
    TARGET,
    Perm,
    PlanState,
)

WORKERS = ("grid_leader", "grid_worker")
"""Roles that look after one grid."""


def plans_visible(*, actor: Actor) -> QuerySet[GridPlan]:
    """Plans this actor may see, the newest first."""
    rows = GridPlan.objects.visible_to(actor, Perm.VIEW)
    return rows.select_related("community").defer("community__boundary")


def plan_get(*, actor: Actor, plan_id: int) -> GridPlan | None:
    """A plan that this actor may see."""
    return plans_visible(actor=actor).filter(pk=plan_id).first()


def plan_open(community: Place) -> GridPlan | None:
    """The plan of a community that is not over, if there is one."""
    return GridPlan.objects.filter(community=community, state__in=OPEN).first()


def plans_waiting(actor: Actor) -> QuerySet[GridPlan]:
    """The plans that wait for this actor: proposed by somebody else where they decide."""
    rows = GridPlan.objects.visible_to(actor, Perm.APPROVE).filter(state=PlanState.PROPOSED)
    own = Q(proposed_by_id=actor.account_id) | Q(drafted_by_id=actor.account_id)
    return rows.exclude(own)


def plans_to_decide(actor: Actor, most: int = 5) -> list[GridPlan]:
    """The plans that wait for this actor, the oldest first."""
    rows = plans_waiting(actor).select_related("community").defer("community__boundary")
    return list(rows.order_by("proposed_at")[:most])


def communities_to_divide(*, actor: Actor) -> PlaceQuerySet:
    """The communities whose division this actor may draw up."""
    rows: PlaceQuerySet = Place.objects.plain().visible_to(actor, Perm.DRAFT)
    return rows.on(clock.today()).filter(level=COMMUNITY).order_by("path")


def grids_standing(community: Place) -> list[Place]:
    """The grids of a community today, in code order."""
    return list(places.children(community).filter(level=GRID))


def buildings_standing(community: Place) -> list[Place]:
    """Every building of a community today, in whichever place it stands."""
    rows = places.subtree(community.path, BUILDING).select_related("parent")
    return list(rows.defer("parent__boundary"))


@dataclass(frozen=True)
class PlannedLine:
    """A building in a plan, with who lives there and where it stands today."""

    planned: PlannedBuilding
    counted: Counted

    @property
    def building(self) -> Place:
        """The building itself."""
        return self.planned.building

    @property
    def stays(self) -> bool:
        """Whether it stays in the grid that it stands in."""
        grid = self.planned.grid
        return grid is not None and grid.place_id == self.building.parent_id


@dataclass
class GridLine:
    """A grid of a plan: its buildings, how many live there, and how that stands to the rule.

    `workers` look after it today; `had_buildings` says that it stands today and is not empty.
    """

    grid: PlannedGrid
    kind: str
    lines: list[PlannedLine] = field(default_factory=list)
    sized: Sized = field(default_factory=lambda: sized(0, ()))
    workers: int = 0
    had_buildings: bool = False

    @property
    def counted(self) -> Counted:
        """Who would live there."""
        return total(line.counted for line in self.lines)

    @property
    def ends(self) -> bool:
        """Whether it is left without a building and ends."""
        return self.had_buildings and not self.lines


@dataclass(frozen=True)
class PlanView:
    """A plan as its page shows it."""

    plan: GridPlan
    grids: tuple[GridLine, ...]
    loose: tuple[PlannedLine, ...]
    unplanned: tuple[Place, ...]
    gone: int

    @property
    def counted(self) -> Counted:
        """Everybody in the community's buildings."""
        return total([*(grid.counted for grid in self.grids), *(one.counted for one in self.loose)])

    @property
    def moving(self) -> list[PlannedLine]:
        """The buildings that would come to another grid."""
        return [line for grid in self.grids for line in grid.lines if not line.stays]

    @property
    def moves(self) -> int:
        """How many buildings would come to another grid."""
        return len(self.moving)

    @property
    def buildings(self) -> int:
        """How many buildings the plan holds, those in no grid among them."""
        return len(self.loose) + sum(len(grid.lines) for grid in self.grids)

    @property
    def is_whole(self) -> bool:
        """Whether every building of today is in exactly one grid of the plan."""
        return not (self.loose or self.unplanned or self.gone)


def total(counts: Iterable[Counted]) -> Counted:
    """The sum of some counts."""
    households = residents = 0
    for one in counts:
        households += one.households
        residents += one.residents
    return Counted(households, residents)


def plan_view(plan: GridPlan) -> PlanView:
    """A plan with live numbers; a handful of queries however many buildings."""
    rows = planned_of(plan)
    lines = lines_of(rows)
    standing = {one.pk: one for one in buildings_standing(plan.community)}
    kind = kind_of_new(plan.community)
    had = {one.parent_id for one in standing.values()}
    by_grid = {grid.pk: _grid_line(grid, kind, had) for grid in plan.grids.select_related("place")}
    loose = []
    for line in lines:
        if line.planned.grid_id in by_grid:
            by_grid[line.planned.grid_id].lines.append(line)
        else:
            loose.append(line)
    with definitions_kept():
        for grid in by_grid.values():
            _size(plan, grid)
    planned = {row.building_id for row in rows}
    return PlanView(
        plan,
        tuple(by_grid.values()),
        tuple(loose),
        tuple(one for pk, one in standing.items() if pk not in planned),
        len(planned - set(standing)),
    )


def _grid_line(grid: PlannedGrid, kind: str, had: set[int | None]) -> GridLine:
    standing = grid.place
    if standing is None:
        return GridLine(grid, kind)
    has_buildings = standing.pk in had
    return GridLine(grid, standing.kind, workers=workers_of(standing), had_buildings=has_buildings)


def workers_of(grid: Place) -> int:
    """How many look after exactly this grid."""
    return len({account_id for _role, account_id in workers_named(grid)})


def workers_named(grid: Place) -> list[tuple[str, int]]:
    """Who looks after exactly this grid: what the role is called here, and the account."""
    found = []
    for key in WORKERS:
        role = role_find(key, grid.path)
        if role is not None:
            name = label(role.body["label"])
            found += [(name, one) for one in accounts_holding(key, grid, "own")]
    return found


def sized_with(plan: GridPlan, grid: GridLine, lines: list[PlannedLine]) -> GridLine:
    """A grid of a plan as it would be with these buildings."""
    other = replace(grid, lines=lines)
    _size(plan, other)
    return other


def _size(plan: GridPlan, grid: GridLine) -> None:
    place = Place(
        level=GRID,
        kind=grid.kind,
        code=grid.grid.code,
        path=f"{plan.community.path}{grid.grid.code}/",
        tags=grid.grid.place.tags if grid.grid.place is not None else [],
    )
    bounds = bounds_at(place, HOUSEHOLDS)
    has_figures = not grid.lines or grid.counted.residents > 0
    grid.sized = sized(grid.counted.households, bounds, has_figures=has_figures)


def planned_of(plan: GridPlan) -> list[PlannedBuilding]:
    """The buildings of a plan in code order."""
    rows = PlannedBuilding.objects.filter(plan=plan).select_related("building__parent", "grid")
    rows = rows.defer("building__boundary", "building__parent__boundary")
    return list(rows.order_by("building__code"))


def lines_of(rows: Sequence[PlannedBuilding]) -> list[PlannedLine]:
    """Planned buildings with who lives there."""
    found = counted(row.building.path for row in rows)
    return [PlannedLine(row, found[row.building.path]) for row in rows]


def blocks_of(plan: GridPlan) -> list[Block]:
    """The buildings of a plan as the proposal takes them."""
    standing: dict[int | None, str] = {
        grid.place_id: grid.code for grid in plan.grids.all() if grid.place_id
    }
    return [
        Block(
            line.building.code,
            line.counted.households,
            line.building.lon,
            line.building.lat,
            standing.get(line.building.parent_id, ""),
        )
        for line in lines_of(planned_of(plan))
    ]


def kind_of_new(community: Place) -> str:
    """The kind of a new grid: that of most grids of the community."""
    kinds = Counter(grid.kind for grid in grids_standing(community) if grid.kind)
    return kinds.most_common(1)[0][0] if kinds else ""


def target_of(community: Place) -> int:
    """About how many households a grid should have here: the middle of its rule, else 300."""
    kind = kind_of_new(community)
    grid = Place(level=GRID, kind=kind, path=f"{community.path}x/", code="x")
    for bound in bounds_at(grid, HOUSEHOLDS):
        if bound.least is not None and bound.most is not None:
            return round((bound.least + bound.most) / 2)
        if bound.least is not None or bound.most is not None:
            return round(bound.least or bound.most or TARGET)
    return TARGET


def totals_of(community: Place) -> dict[str, int]:
    """What must be the same before and after: people, buildings, and open matters."""
    found = counted([community.path])[community.path]
    return {
        "households": found.households,
        "residents": found.residents,
        "buildings": places.subtree_count(community.path, BUILDING),
        "matters": Matter.objects.running().filter(asof.below(community.path)).count(),
        "grids": places.subtree_count(community.path, GRID),
    }


@dataclass(frozen=True)
class MayDo:
    """What a reader may do with a plan now; `is_own` says that somebody else has to decide."""

    edit: bool
    withdraw: bool
    decide: bool
    is_own: bool


def may_do(actor: Actor, plan: GridPlan) -> MayDo:
    """The buttons of a plan for one reader."""
    drafts = bool(access.may(actor, Perm.DRAFT, plan.community))
    decides = bool(access.may(actor, Perm.APPROVE, plan.community))
    is_own = actor.account_id in (plan.drafted_by_id, plan.proposed_by_id)
    is_proposed = plan.state == PlanState.PROPOSED
    return MayDo(
        edit=drafts and plan.state == PlanState.DRAFT,
        withdraw=drafts and plan.state in OPEN,
        decide=decides and is_proposed and not is_own,
        is_own=decides and is_proposed and is_own,
    )
