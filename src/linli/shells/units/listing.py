# SPDX-License-Identifier: MulanPSL-2.0
"""What pages show of units: how many people and matters each has, and who belongs to one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.access import services as access
from linli.kernel.units import selectors as units
from linli.kernel.units.models import Membership, Unit, UnitQuerySet
from linli.kernel.units.terms import Perm
from linli.kernel.workflow import selectors as workflow
from linli.kernel.workflow.queries import MatterQuerySet
from linli.kernel.workflow.selectors import Duty, names_of
from linli.kernel.workflow.terms import WAITING
from linli.kernel.workflow.terms import Perm as WorkflowPerm


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a list: its people today, and what of its matters the reader may see."""

    unit: Unit
    members: int
    offered: int
    in_hand: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's time in a unit."""

    membership: Membership
    name: str
    stands_in_for: str
    is_now: bool
    is_to_come: bool


def unit_lines(actor: Actor, rows: Sequence[Unit], visible: UnitQuerySet) -> list[UnitLine]:
    """The lines of a list; three queries however many units."""
    keys = [unit.pk for unit in rows]
    today = clock.today()
    now = Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=today)
    counted = visible.filter(pk__in=keys).order_by().values_list("pk")
    people = dict(
        counted.annotate(n=Count("memberships", filter=now & Q(memberships__starts_on__lte=today)))
    )
    offered = dict(
        _running(actor)
        .filter(orders__unit__in=keys, orders__state__in=WAITING)
        .values_list("orders__unit")
        .annotate(n=Count("pk", distinct=True))
    )
    in_hand = dict(
        _running(actor).filter(lead_unit__in=keys).values_list("lead_unit").annotate(n=Count("pk"))
    )
    return [
        UnitLine(unit, people.get(unit.pk, 0), offered.get(unit.pk, 0), in_hand.get(unit.pk, 0))
        for unit in rows
    ]


def matters_offered(actor: Actor, unit: Unit) -> MatterQuerySet:
    """Running matters whose order waits for this unit's answer, as far as the reader may see
    them.
    """
    rows = _running(actor).filter(orders__unit=unit, orders__state__in=WAITING)
    return rows.distinct()


def matters_in_hand(actor: Actor, unit: Unit) -> MatterQuerySet:
    """Running matters that this unit has in hand, as far as the reader may see them."""
    return _running(actor).filter(lead_unit=unit)


def matters_held(actor: Actor, unit: Unit, account_id: int) -> MatterQuerySet:
    """Running matters that somebody has in hand for this unit, as far as the reader may see them:
    those that it leads or sent, and those of no unit, which pass within the holder's own.
    """
    of_unit = Q(lead_unit=unit) | Q(lead_unit=None, sender_unit=unit)
    if unit.pk in {own.pk for own in units.units_of(account_id)}:
        of_unit |= Q(lead_unit=None, sender_unit=None)
    return _running(actor).filter(of_unit, holder_account=account_id)


def units_within(actor: Actor) -> set[int]:
    """Units that the reader sees because a role of theirs is within them, wherever they lie."""
    return {
        held.unit_id
        for held in actor.grants
        if held.unit_id is not None and Perm.VIEW in held.permissions
    }


def own_units(actor: Actor, *, is_alone: bool) -> list[Unit]:
    """Those units for a list that shows nothing else, since the reader looks after no place."""
    found = [units.unit_get(one) for one in sorted(units_within(actor))] if is_alone else []
    return [unit for unit in found if unit is not None]


def may_hand_over(actor: Actor, unit: Unit) -> bool:
    """Whether the reader may hand on work of a unit: at its place, or within it."""
    within = any(
        held.unit_id == unit.pk and WorkflowPerm.REASSIGN in held.permissions
        for held in actor.grants
    )
    return within or bool(access.may(actor, WorkflowPerm.REASSIGN, unit.place))


def _running(actor: Actor) -> MatterQuerySet:
    rows: MatterQuerySet = workflow.matters_open_to(actor).running().order_by()
    return rows


def members_of(unit: Unit) -> list[Member]:
    """Everybody who belongs or belonged to a unit: those of today first, then to come, then
    gone.
    """
    today = clock.today()
    rows = list(unit.memberships.select_related("account", "stand_in_for").order_by("starts_on"))
    asked = {row.account_id for row in rows}
    asked |= {row.stand_in_for.account_id for row in rows if row.stand_in_for is not None}
    names = names_of(asked)
    members = [_member(row, names, today) for row in rows if _has_held(row)]
    return sorted(members, key=lambda one: (not one.is_now, not one.is_to_come))


def _has_held(row: Membership) -> bool:
    """One taken back on the day it began never held."""
    return row.ends_on is None or row.ends_on >= row.starts_on


def _member(row: Membership, names: dict[int, str], today: dt.date) -> Member:
    other = row.stand_in_for
    return Member(
        row,
        names.get(row.account_id, ""),
        names.get(other.account_id, "") if other is not None else "",
        is_now=row.starts_on <= today and (row.ends_on is None or row.ends_on >= today),
        is_to_come=row.starts_on > today,
    )


def duties_led(unit: Unit) -> list[Duty]:
    """The rows of the duty list in force at a unit's place that name it as the lead.

    A row belongs to the nearest unit of its key: at a unit's own place that is the unit itself.
    """
    return [duty for duty in workflow.duties_in_force(unit.place.path) if duty.lead == unit.key]
