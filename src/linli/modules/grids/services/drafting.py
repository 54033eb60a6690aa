# SPDX-License-Identifier: MulanPSL-2.0
"""Drawing up a division plan: its grids, and which building goes into which."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import clean, clean_line
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places.models import Place, PlaceAlias
from linli.modules.grids import rules
from linli.modules.grids.models import GridPlan, PlannedBuilding, PlannedGrid
from linli.modules.grids.selectors import plans
from linli.modules.grids.terms import COMMUNITY, Event, Perm, PlanState, Verb

LONGEST_NAME = 60
LARGEST_TARGET = 5000
_NUMBERS = "一二三四五六七八九十"


@transaction.atomic
def plan_draft(*, actor: Actor, community: Place, reason: str = "") -> GridPlan:
    """Begin a division plan with the grids and buildings as they stand today.

    Raises Forbidden, Invalid for another level or a community without buildings, Conflict while
    another plan is open.
    """
    access.require(actor, Perm.DRAFT, at=community)
    account_id = account_of(actor)
    if community.level != COMMUNITY or not community.exists_on(clock.today()):
        message = _("Only a community that stands is divided into grids.")
        raise Invalid(message, code="plan_place", fields={"place": message})
    if not plans.buildings_standing(community):
        message = _("No building is known in this community yet. Enter its buildings first.")
        raise Invalid(message, code="plan_no_buildings", fields={"place": message})
    plan = GridPlan(
        community=community,
        reason=clean(reason)[:2000],
        drafted_by_id=account_id,
        drafted_at=clock.now(),
        draws_boundaries=community.boundary is not None,
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as error:
        message = _("There is an open plan for this community already.")
        raise Conflict(message, code="plan_open") from error
    _filled(plan)
    told(actor, plan, Verb.PLAN_DRAFTED)
    return plan


def _filled(plan: GridPlan) -> None:
    """The plan as the community stands: what is there stays, what came since is added."""
    known = set(plan.grids.values_list("place_id", flat=True))
    PlannedGrid.objects.bulk_create(
        PlannedGrid(plan=plan, place=one, code=one.code, name=one.name, name_en=one.name_en)
        for one in plans.grids_standing(plan.community)
        if one.pk not in known
    )
    by_place: dict[int | None, PlannedGrid] = {
        grid.place_id: grid for grid in plan.grids.all() if grid.place_id
    }
    standing = plans.buildings_standing(plan.community)
    here = {one.pk for one in standing}
    plan.buildings.exclude(building_id__in=here).delete()
    planned = set(plan.buildings.values_list("building_id", flat=True))
    PlannedBuilding.objects.bulk_create(
        PlannedBuilding(plan=plan, building=one, grid=by_place.get(one.parent_id))
        for one in standing
        if one.pk not in planned
    )


@transaction.atomic
def plan_refresh(*, actor: Actor, plan: GridPlan) -> GridPlan:
    """Take in buildings and grids that came since, and let go of those that are no more."""
    plan = _editable(actor, plan)
    ended = plan.grids.filter(place__isnull=False, place__ends_on__lt=clock.today())
    ended.delete()
    _filled(plan)
    return _changed(actor, plan, {"refreshed": True})


@transaction.atomic
def plan_grid_add(
    *, actor: Actor, plan: GridPlan, name: str = "", name_en: str = ""
) -> PlannedGrid:
    """Add a grid to be; without a name it is numbered on. Raises Forbidden, Conflict, Invalid."""
    plan = _editable(actor, plan)
    grid = _grid_new(plan, clean_line(name), clean_line(name_en))
    _changed(actor, plan, {"grid": grid.code, "added": True})
    return grid


def _grid_new(plan: GridPlan, name: str = "", name_en: str = "") -> PlannedGrid:
    community = plan.community
    number = plan.grids.count()
    taken = set(plan.grids.values_list("code", flat=True))
    taken |= set(
        Place.objects.filter(code__startswith=f"{community.code}-g").values_list("code", flat=True)
    )
    taken |= set(
        PlaceAlias.objects.filter(code__startswith=f"{community.code}-g").values_list(
            "code", flat=True
        )
    )
    at = 1
    while f"{community.code}-g{at:02d}" in taken:
        at += 1
    if len(name) > LONGEST_NAME:
        message = _("A name of a grid has at most %(most)s characters.") % {"most": LONGEST_NAME}
        raise Invalid(message, code="plan_name", fields={"name": message})
    zh, en = _numbered(community, number + 1)
    return PlannedGrid.objects.create(
        plan=plan,
        code=f"{community.code}-g{at:02d}",
        name=name or zh,
        name_en=name_en if name else en,
    )


def _numbered(community: Place, number: int) -> tuple[str, str]:
    """What a grid is called by its number: 柳荫社区第四网格."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else _NUMBERS[tens - 1]) + _NUMBERS[9]
    words = head + (_NUMBERS[ones - 1] if ones else "")
    english = f"{community.name_en} Grid {number}" if community.name_en else ""
    return f"{community.name.removesuffix('社区')}第{words}网格", english


@transaction.atomic
def plan_grid_rename(
    *, actor: Actor, plan: GridPlan, grid: PlannedGrid, name: str, name_en: str = ""
) -> PlannedGrid:
    """Give a grid of the plan another name. Raises Forbidden, Conflict, Invalid for none."""
    plan = _editable(actor, plan)
    wanted, english = clean_line(name), clean_line(name_en)
    if not wanted or max(len(wanted), len(english)) > LONGEST_NAME:
        message = _("A grid needs a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
        raise Invalid(message, code="plan_name", fields={"name": message})
    grid = _own(plan, grid.pk)
    grid.name, grid.name_en = wanted, english
    grid.save(update_fields=["name", "name_en"])
    _changed(actor, plan, {"grid": grid.code, "renamed": True})
    return grid


@transaction.atomic
def plan_grid_drop(*, actor: Actor, plan: GridPlan, grid: PlannedGrid) -> GridPlan:
    """Take a grid out that does not stand yet; its buildings wait for another one.

    Raises Forbidden, Conflict for a grid that stands: it ends when nothing is left in it.
    """
    plan = _editable(actor, plan)
    grid = _own(plan, grid.pk)
    if grid.place_id is not None:
        raise Conflict(
            _("This grid stands. Put its buildings into others, and it ends by itself."),
            code="plan_grid_stands",
        )
    code = grid.code
    grid.delete()
    return _changed(actor, plan, {"grid": code, "dropped": True})


@transaction.atomic
def plan_put(
    *, actor: Actor, plan: GridPlan, buildings: Iterable[int], grid: PlannedGrid | None
) -> GridPlan:
    """Put buildings (by the id of their place) into a grid of the plan, or into none.

    Raises Forbidden, Conflict, Invalid for none or for a building of somewhere else.
    """
    plan = _editable(actor, plan)
    wanted = set(buildings)
    rows = plan.buildings.filter(building_id__in=wanted)
    if not wanted or rows.count() != len(wanted):
        message = _("Choose buildings of this community.")
        raise Invalid(message, code="plan_buildings", fields={"building": message})
    kept = _own(plan, grid.pk) if grid is not None else None
    rows.update(grid=kept)
    return _changed(actor, plan, {"grid": kept.code if kept else "", "count": len(wanted)})


@transaction.atomic
def plan_suggest(*, actor: Actor, plan: GridPlan, target: int | None = None) -> GridPlan:
    """Put every building into a grid of about `target` households, neighbors together.

    A beginning to work on: the grids that stand are kept where they can be, new ones are added, and
    the same buildings give the same grids. Raises Forbidden, Conflict, Invalid for an odd target.
    """
    plan = _editable(actor, plan)
    wanted = plans.target_of(plan.community) if target is None else target
    if not 1 <= wanted <= LARGEST_TARGET:
        message = _("About how many households: a number from 1 to %(most)s.")
        message = message % {"most": LARGEST_TARGET}
        raise Invalid(message, code="plan_target", fields={"target": message})
    blocks = plans.blocks_of(plan)
    plan.buildings.update(grid=None)
    plan.grids.filter(place__isnull=True).delete()
    standing = {grid.code: grid for grid in plan.grids.all()}
    groups = rules.groups_proposed(blocks, wanted)
    for group, code in zip(groups, rules.kept_grids(groups, standing), strict=True):
        grid = standing.get(code) or _grid_new(plan)
        plan.buildings.filter(building__code__in=[one.code for one in group]).update(grid=grid)
    return _changed(actor, plan, {"suggested": wanted, "count": len(groups)})


def account_of(actor: Actor) -> int:
    """The account behind an actor; a plan or a call-up always has somebody's name on it."""
    if actor.account_id is None:
        raise Forbidden(_("Somebody has to sign in for this."), code="no_account")
    return actor.account_id


def _own(plan: GridPlan, grid_id: int) -> PlannedGrid:
    found = plan.grids.filter(pk=grid_id).first()
    if found is None:
        message = _("This grid is not in the plan any more.")
        raise Invalid(message, code="plan_grid", fields={"grid": message})
    return found


def _editable(actor: Actor, plan: GridPlan) -> GridPlan:
    """The plan read again under lock, if it is still being drawn up."""
    access.require(actor, Perm.DRAFT, at=plan.community)
    kept = lock(plan)
    ensure_state(kept, PlanState.DRAFT)
    return kept


def ensure_state(plan: GridPlan, *states: PlanState) -> None:
    """Refuse what a plan is past; says where it stands."""
    if plan.state not in states:
        words = {"state": PlanState(plan.state).label}
        message = _("This plan has gone on meanwhile: %(state)s.") % words
        raise Conflict(message, code="plan_state")


def _changed(actor: Actor, plan: GridPlan, detail: Mapping[str, Any]) -> GridPlan:
    plan.revision += 1
    plan.save(update_fields=["revision"])
    told(actor, plan, Verb.PLAN_CHANGED, detail)
    return plan


def told(
    actor: Actor,
    plan: GridPlan,
    verb: Verb,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Record and announce what was done to a plan."""
    audit.record(actor, verb, on=plan, at=plan.community, detail=dict(detail or {}), reason=reason)
    events.announce(Event.PLAN_CHANGED, place_path=plan.community.path, plan_id=plan.pk)
