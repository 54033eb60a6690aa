# SPDX-License-Identifier: MulanPSL-2.0
"""Division plans in the console: drawn up with live numbers, proposed, decided."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid, Message, Refused
from linli.kernel.access import services as access
from linli.kernel.places import selectors as places
from linli.kernel.workflow.selectors import names_of
from linli.modules.grids import services
from linli.modules.grids.console.doing import done
from linli.modules.grids.console.words import Standing, households_word, standing
from linli.modules.grids.models import GridPlan, PlannedGrid
from linli.modules.grids.selectors import plans
from linli.modules.grids.selectors.plans import GridLine, PlannedLine, PlanView
from linli.modules.grids.selectors.sizing import Counted
from linli.modules.grids.terms import Perm, PlanState
from linli.shells.frame import waiting
from linli.shells.frame.faces import console
from linli.shells.frame.menu import Contents, Group, Menu
from linli.shells.frame.middleware import actor_of
from linli.shells.frame.render import render
from linli.shells.matters.choosing import whole

A_PAGE = 30
PAGE = "grids/console/plan.html"
TONES: Mapping[str, str] = {
    PlanState.PROPOSED: "now",
    PlanState.APPROVED: "brand",
    PlanState.DONE: "good",
}


@dataclass(frozen=True, slots=True)
class GridShown:
    """A grid of a plan with its state in words."""

    line: GridLine
    standing: Standing


@console.page(
    "grids/plans/",
    name="grid_plans",
    needs=(Perm.DRAFT, Perm.APPROVE),
    menu=Menu(
        gettext_lazy("Division of grids"),
        "map",
        group=Group.REGISTERS,
        order=41,
        waiting=plans.plans_waiting,
        is_told=True,
    ),
)
@require_GET
def grid_plans(request: HttpRequest) -> HttpResponse:
    """Every plan the reader may see, the newest first, and where a new one may be begun."""
    actor = actor_of(request)
    page = Paginator(plans.plans_visible(actor=actor), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "grids/console/plans.html",
        page=page,
        rows=[(plan, PlanState(plan.state).label, TONES.get(plan.state, "")) for plan in page],
        communities=plans.communities_to_divide(actor=actor),
    )


@console.page("grids/plans/new/", name="grid_plan_new", needs=Perm.DRAFT)
@require_POST
def grid_plan_new(request: HttpRequest) -> HttpResponse:
    """Begin a plan for a community, or go to the one that is open."""
    actor = actor_of(request)
    community = places.place_by_code(request.POST.get("community", "")[:64])
    if community is None or not access.may(actor, Perm.DRAFT, community):
        raise Http404
    standing_plan = plans.plan_open(community)
    if standing_plan is not None:
        messages.info(request, _("There is an open plan for this community already."))
        return _to(standing_plan)
    try:
        plan = services.plan_draft(actor=actor, community=community)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("console:grid_plans"))
    return _to(plan)


def _to(plan: GridPlan) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:grid_plan", args=[plan.pk]))


def _plan(actor: Actor, plan_id: int) -> GridPlan:
    plan = plans.plan_get(actor=actor, plan_id=plan_id)
    if plan is None:
        raise Http404
    return plan


@console.page("grids/plans/<int:plan_id>/", name="grid_plan", needs=(Perm.DRAFT, Perm.APPROVE))
@require_GET
def grid_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan: its grids with numbers and rule, the buildings in each, and what may be done."""
    return _page(request, _plan(actor_of(request), plan_id))


def _page(request: HttpRequest, plan: GridPlan, refusal: Refused | None = None) -> HttpResponse:
    actor, view = actor_of(request), plans.plan_view(plan)
    who = names_of(pk for pk in (plan.drafted_by_id, plan.proposed_by_id, plan.decided_by_id) if pk)
    return render(
        request,
        PAGE,
        status=refusal.status if refusal else 200,
        plan=plan,
        view=view,
        state=PlanState(plan.state).label,
        tone=TONES.get(plan.state, ""),
        grids=_shown(view),
        may=plans.may_do(actor, plan),
        target=plans.target_of(plan.community),
        today=clock.today(),
        refusal=refusal,
        sent=request.POST,
        drafted_by=who.get(plan.drafted_by_id, ""),
        proposed_by=who.get(plan.proposed_by_id or 0, ""),
        decided_by=who.get(plan.decided_by_id or 0, ""),
        totals=_totals(plan),
    )


def _shown(view: PlanView) -> list[GridShown]:
    return [GridShown(line, standing(line.sized, households_word())) for line in view.grids]


def _totals(plan: GridPlan) -> list[tuple[Message, int, int]]:
    """What was counted before and after, once it was carried out."""
    words = {
        "grids": _("Grids"),
        "buildings": _("Buildings"),
        "households": _("Households"),
        "residents": _("Residents"),
        "matters": _("Open matters"),
    }
    before, after = plan.totals.get("before", {}), plan.totals.get("after", {})
    return [(word, before[key], after[key]) for key, word in words.items() if key in after]


@console.page("grids/plans/<int:plan_id>/sum/", name="grid_plan_sum", needs=Perm.DRAFT)
@require_GET
def grid_plan_sum(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What the ticked buildings come to, and the grid chosen for them with them in it."""
    plan = _plan(actor_of(request), plan_id)
    view = plans.plan_view(plan)
    ticked = set(_numbers(request.GET, "building"))
    every = [*view.loose, *(line for grid in view.grids for line in grid.lines)]
    chosen = [line for line in every if line.building.pk in ticked]
    counted = plans.total(line.counted for line in chosen)
    asked = request.GET.get("grid", "")
    grid = next((one for one in view.grids if str(one.grid.pk) == asked), None)
    after = _with(plan, grid, chosen) if grid is not None else None
    return render(
        request, "grids/console/plan_sum.html", chosen=len(chosen), counted=counted, after=after
    )


def _with(
    plan: GridPlan, grid: GridLine, chosen: list[PlannedLine]
) -> tuple[PlannedGrid, Counted, Standing]:
    """A grid as it would be with some more buildings."""
    own = {line.building.pk: line for line in [*grid.lines, *chosen]}
    there = plans.sized_with(plan, grid, list(own.values()))
    return grid.grid, there.counted, standing(there.sized, households_word())


def _numbers(sent: QueryDict, name: str) -> list[int]:
    return [one for one in map(whole, sent.getlist(name)) if one is not None][:5000]


Doing = Callable[[Actor, GridPlan, QueryDict], str]


@console.page(
    "grids/plans/<int:plan_id>/<slug:what>/",
    name="grid_plan_do",
    needs=(Perm.DRAFT, Perm.APPROVE),
)
@require_POST
def grid_plan_do(request: HttpRequest, plan_id: int, what: str) -> HttpResponse:
    """One step with a plan; what is refused is said on the page, and nothing is lost."""
    read = partial(_plan, actor_of(request), plan_id)
    return done(request, DOING.get(what), read, _page, _to)


def _put(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    ids = _numbers(sent, "building")
    grid = None if sent.get("grid") == "none" else _grid(plan, sent)
    services.plan_put(actor=actor, plan=plan, buildings=ids, grid=grid)
    return _("Put where you said. The numbers are up to date.")


def _grid(plan: GridPlan, sent: QueryDict) -> PlannedGrid:
    asked = whole(sent.get("grid", ""))
    found = plan.grids.filter(pk=asked).first() if asked is not None else None
    if found is None:
        message = _("Choose the grid.")
        raise Invalid(message, code="plan_grid", fields={"grid": message})
    return found


def _grid_add(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    grid = services.plan_grid_add(actor=actor, plan=plan, name=sent.get("name", ""))
    return _("%(name)s is in the plan; put buildings into it.") % {"name": grid.name}


def _grid_rename(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    grid = _grid(plan, sent)
    services.plan_grid_rename(actor=actor, plan=plan, grid=grid, name=sent.get("name", ""))
    return _("The grid has its new name.")


def _grid_drop(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    services.plan_grid_drop(actor=actor, plan=plan, grid=_grid(plan, sent))
    return _("The grid is out of the plan.")


def _suggest(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    asked = sent.get("target", "").strip()
    target = int(asked) if asked.isdecimal() and len(asked) < 8 else None
    if asked and target is None:
        message = _("Write a number, such as 300.")
        raise Invalid(message, code="plan_target", fields={"target": message})
    services.plan_suggest(actor=actor, plan=plan, target=target)
    return _("A proposal to begin with. Change what you know better.")


def _refresh(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    del sent
    services.plan_refresh(actor=actor, plan=plan)
    return _("The plan is up to date.")


def _propose(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    try:
        day = dt.date.fromisoformat(sent.get("starts_on", ""))
    except ValueError as error:
        message = _("Choose the day from which it holds.")
        raise Invalid(message, code="plan_day", fields={"starts_on": message}) from error
    services.plan_propose(
        actor=actor,
        plan=plan,
        starts_on=day,
        reason=sent.get("reason", ""),
        draws_boundaries=sent.get("draws_boundaries") == "yes",
        revision=whole(sent.get("revision", "")),
    )
    return _("Proposed. Somebody at the place above decides.")


def _approve(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    done = services.plan_approve(actor=actor, plan=plan, note=sent.get("note", ""))
    if done.state == PlanState.DONE:
        return _("Approved and carried out. The numbers before and after are the same.")
    return _("Approved. It is carried out on its day.")


def _send_back(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    services.plan_send_back(actor=actor, plan=plan, reason=sent.get("note", ""))
    return _("Sent back with what you wrote.")


def _withdraw(actor: Actor, plan: GridPlan, sent: QueryDict) -> str:
    services.plan_withdraw(actor=actor, plan=plan, reason=sent.get("note", ""))
    return _("Withdrawn.")


DOING: Mapping[str, Doing] = {
    "put": _put,
    "add": _grid_add,
    "rename": _grid_rename,
    "drop": _grid_drop,
    "suggest": _suggest,
    "refresh": _refresh,
    "propose": _propose,
    "approve": _approve,
    "send-back": _send_back,
    "withdraw": _withdraw,
}


@console.card("desk", "grids/console/desk_plans.html", order=60, needs=Perm.APPROVE)
def plans_card(request: HttpRequest) -> Contents | None:
    """Plans that wait for this reader's decision; nothing while none does."""
    actor = actor_of(request)
    if not waiting.counts(request, actor, [plans.plans_waiting])[plans.plans_waiting]:
        return None
    return {"plans": plans.plans_to_decide(actor)}
