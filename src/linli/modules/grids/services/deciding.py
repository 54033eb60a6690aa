# SPDX-License-Identifier: MulanPSL-2.0
"""A division plan is proposed, decided by somebody else, and carried out on its day."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid, Refused
from linli.base.scope import lock
from linli.base.text import clean
from linli.kernel.access import services as access
from linli.kernel.access.selectors import accounts_holding, roles_in_force
from linli.kernel.notify import services as notify
from linli.kernel.notify.rules import day_words
from linli.modules.grids.models import GridPlan
from linli.modules.grids.selectors import plans
from linli.modules.grids.services.carrying import carry_out
from linli.modules.grids.services.drafting import account_of, ensure_state, told
from linli.modules.grids.terms import (
    TEXT_RETURNED,
    TEXT_TO_APPROVE,
    Perm,
    PlanState,
    Verb,
)

FARTHEST = dt.timedelta(days=366)
"""A plan is made for a day within a year; who lives where changes."""

log = logging.getLogger(__name__)


@transaction.atomic
def plan_propose(
    *,
    actor: Actor,
    plan: GridPlan,
    starts_on: dt.date,
    reason: str,
    draws_boundaries: bool = False,
    revision: int | None = None,
) -> GridPlan:
    """Hand a plan up for decision: every building is in exactly one grid, and it has its day.

    `revision` is the one that was looked at. Raises Forbidden; Conflict if somebody changed the
    plan since; Invalid for a building in no grid or in one that is no more, no reason, or a day
    gone by.
    """
    access.require(actor, Perm.DRAFT, at=plan.community)
    account_id = account_of(actor)
    kept = lock(plan)
    ensure_state(kept, PlanState.DRAFT)
    if revision is not None and revision != kept.revision:
        raise Conflict(
            _("Somebody changed the plan meanwhile. Look at it once more."), code="plan_changed"
        )
    _ensure_day(starts_on)
    words = clean(reason).strip()[:2000]
    if not words:
        message = _("Say why it is divided so.")
        raise Invalid(message, code="plan_reason", fields={"reason": message})
    _ensure_whole(kept)
    kept.state, kept.reason, kept.said = PlanState.PROPOSED, words, ""
    kept.starts_on = starts_on
    kept.draws_boundaries = draws_boundaries and kept.community.boundary is not None
    kept.proposed_by_id, kept.proposed_at = account_id, clock.now()
    kept.decided_by_id = kept.decided_at = None
    kept.revision += 1
    kept.save()
    told(actor, kept, Verb.PLAN_PROPOSED, {"on": starts_on.isoformat()})
    _notify(actor, kept, TEXT_TO_APPROVE, _deciders(kept, account_id))
    return kept


def _ensure_day(starts_on: dt.date) -> None:
    today = clock.today()
    if not today <= starts_on <= today + FARTHEST:
        message = _("Choose a day from today on, within a year.")
        raise Invalid(message, code="plan_day", fields={"starts_on": message})


def _ensure_whole(plan: GridPlan) -> None:
    """Every building of today is in exactly one grid of the plan."""
    view = plans.plan_view(plan)
    if view.unplanned or view.gone:
        message = _("Buildings have come or gone since. Bring the plan up to date first.")
        raise Invalid(message, code="plan_stale", fields={"buildings": message})
    if view.loose:
        names = "、".join(line.building.name for line in view.loose[:5])
        message = _("%(count)s buildings are in no grid: %(names)s") % {
            "count": len(view.loose),
            "names": names,
        }
        raise Invalid(message, code="plan_loose", fields={"buildings": message})
    empty = [grid.grid.name for grid in view.grids if not grid.lines and not grid.grid.place_id]
    if empty:
        message = _("No building is in the new grid %(name)s. Take it out of the plan.") % {
            "name": empty[0]
        }
        raise Invalid(message, code="plan_empty", fields={"grids": message})


@transaction.atomic
def plan_send_back(*, actor: Actor, plan: GridPlan, reason: str) -> GridPlan:
    """Give a proposed plan back with what is to be mended. Raises Forbidden, Conflict, Invalid."""
    kept = _to_decide(actor, plan)
    words = clean(reason).strip()[:2000]
    if not words:
        message = _("Say what is to be mended.")
        raise Invalid(message, code="plan_reason", fields={"reason": message})
    return _returned(actor, kept, words)


def _returned(actor: Actor, plan: GridPlan, words: str) -> GridPlan:
    plan.state, plan.said = PlanState.DRAFT, words
    plan.decided_by_id, plan.decided_at = actor.account_id, clock.now()
    plan.revision += 1
    plan.save()
    told(actor, plan, Verb.PLAN_SENT_BACK, reason=words)
    _notify(actor, plan, TEXT_RETURNED, [plan.proposed_by_id or plan.drafted_by_id])
    return plan


@transaction.atomic
def plan_approve(*, actor: Actor, plan: GridPlan, note: str = "") -> GridPlan:
    """Approve a plan; on its day, or at once if it has come, it is carried out.

    Raises Forbidden for whoever drew it up or proposed it, Conflict if it is not proposed, and
    whatever the tree of places refuses.
    """
    kept = _to_decide(actor, plan)
    kept.state, kept.said = PlanState.APPROVED, clean(note).strip()[:2000]
    kept.decided_by_id, kept.decided_at = account_of(actor), clock.now()
    kept.save()
    told(actor, kept, Verb.PLAN_APPROVED, {"on": str(kept.starts_on)}, reason=kept.said)
    if kept.starts_on is not None and kept.starts_on <= clock.today():
        return carry_out(actor=actor, plan=kept)
    return kept


def _to_decide(actor: Actor, plan: GridPlan) -> GridPlan:
    access.require(actor, Perm.APPROVE, at=plan.community)
    kept = lock(plan)
    ensure_state(kept, PlanState.PROPOSED)
    if actor.account_id in (kept.proposed_by_id, kept.drafted_by_id):
        raise Forbidden(
            _("Somebody else decides on a plan than whoever drew it up."), code="plan_own"
        )
    return kept


@transaction.atomic
def plan_withdraw(*, actor: Actor, plan: GridPlan, reason: str = "") -> GridPlan:
    """Let a plan go that was not carried out; another one may be begun. Raises Forbidden,
    Conflict.
    """
    access.require(actor, Perm.DRAFT, at=plan.community)
    kept = lock(plan)
    ensure_state(kept, PlanState.DRAFT, PlanState.PROPOSED, PlanState.APPROVED)
    kept.state, kept.said = PlanState.WITHDRAWN, clean(reason).strip()[:2000]
    kept.save(update_fields=["state", "said"])
    told(actor, kept, Verb.PLAN_WITHDRAWN, reason=kept.said)
    return kept


def plans_tick() -> int:
    """Carry out every approved plan whose day has come; returns how many were.

    What the tree of today refuses goes back to whoever drew it up, with the reason.
    """
    due = GridPlan.objects.filter(state=PlanState.APPROVED, starts_on__lte=clock.today())
    done = 0
    for plan in due.order_by("starts_on", "pk"):
        try:
            with transaction.atomic():
                carry_out(actor=SYSTEM, plan=lock(plan))
            done += 1
        except Refused as refusal:
            log.warning("grid plan %s could not be carried out: %s", plan.pk, refusal.code)
            _give_back(plan, str(refusal.message))
    return done


@transaction.atomic
def _give_back(plan: GridPlan, words: str) -> None:
    kept = lock(plan)
    if kept.state == PlanState.APPROVED:
        _returned(SYSTEM, kept, words)


def _deciders(plan: GridPlan, own_id: int) -> list[int]:
    """Who may decide on the plan at the nearest place above, but for whoever proposed it."""
    roles = [
        row.key
        for row in roles_in_force(plan.community.path)
        if Perm.APPROVE in row.body.get("gives", ())
    ]
    found = {one for role in roles for one in accounts_holding(role, plan.community, "subdistrict")}
    return sorted(found - {own_id})


def _notify(actor: Actor, plan: GridPlan, text: str, to: list[int]) -> None:
    community = plan.community
    notify.notice_send(
        actor=actor,
        text=text,
        to_account_ids=to,
        values={
            "matter": {
                "zh": f"{community.name}网格划分方案",
                "en": f"Grids of {community.name_en}",
            },
            "place": community.label,
            "reason": plan.said or plan.reason,
            "due": day_words(plan.starts_on) if plan.starts_on else "",
        },
        key=f"grids.plan:{plan.pk}:{plan.revision}:{text}",
        place_path=community.path,
        link=f"/console/grids/plans/{plan.pk}/",
    )
