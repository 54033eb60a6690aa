# SPDX-License-Identifier: MulanPSL-2.0
"""Named sets of matters, orders, desks and to-dos; each is one more condition on the same query."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from linli.base.actor import Actor
from linli.base.scope import ScopedQuerySet
from linli.kernel.workflow.rules.who import address_q, units_of
from linli.kernel.workflow.terms import ANSWERABLE, TAKEN, WAITING, OrderState


def _rows(queryset: models.QuerySet[Any], relation: str) -> models.QuerySet[Any]:
    """All rows of a table that points at this one."""
    table: Any = queryset.model._meta.get_field(relation).related_model
    found: models.QuerySet[Any] = table._default_manager.all()
    return found


class MatterQuerySet(ScopedQuerySet[Any]):
    """Matters by who may see them, who has them in hand, and how they stand in time."""

    scope_path: ClassVar[str] = "place__path"

    def open_to(self, actor: Actor, permission: str) -> Self:
        """Matters in reach, or offered to or led by a unit of the actor, or filed by them."""
        if actor.is_system:
            return self.all()
        seen = Q(pk__in=[])
        for path in actor.reach(permission):
            seen |= Q(place__path__under=path)
        units = sorted(units_of(actor))
        if units:
            orders = _rows(self, "orders").filter(
                matter=OuterRef("pk"), unit_id__in=units, state__in=WAITING
            )
            helping = _rows(self, "co_handlers").filter(matter=OuterRef("pk"), unit_id__in=units)
            seen |= Q(lead_unit_id__in=units) | Q(called_unit_id__in=units)
            seen |= Q(Exists(orders)) | Q(Exists(helping))
        if actor.account_id is not None:
            seen |= Q(applicant_account_id=actor.account_id)
        return self.filter(seen)

    def running(self) -> Self:
        """Matters that have not ended."""
        return self.filter(ended_at__isnull=True)

    def mine(self, actor: Actor) -> Self:
        """Matters whose present step is the actor's desk, or whose order waits for their unit."""
        desks = _rows(self, "desks").filter(address_q(actor), matter=OuterRef("pk"))
        return self.running().filter(Exists(desks))

    def waiting_for_others(self, actor: Actor) -> Self:
        """Running matters that the actor or their unit sent on or took in, now on another desk."""
        own = Q(pk__in=[])
        if actor.account_id is not None:
            own |= Q(first_asked_account_id=actor.account_id) | Q(
                holder_account_id=actor.account_id
            )
        units = sorted(units_of(actor))
        own |= Q(sender_unit_id__in=units) | Q(lead_unit_id__in=units)
        desks = _rows(self, "desks").filter(address_q(actor), matter=OuterRef("pk"))
        return self.running().filter(own).exclude(Exists(desks))

    def late(self, now: dt.datetime) -> Self:
        """Running matters with a clock that has run out."""
        return self.running().filter(next_due_at__lt=now)

    def due_before(self, now: dt.datetime, until: dt.datetime) -> Self:
        """Running matters whose nearest due time lies between two moments (today, this week)."""
        return self.running().filter(next_due_at__gte=now, next_due_at__lte=until)

    def at_step(self, *steps: str) -> Self:
        """Matters at one of these steps, such as those to verify."""
        return self.running().filter(step__in=steps)

    def supervised(self) -> Self:
        """Running matters that somebody above ordered to be hastened, and has no answer yet."""
        open_ones = _rows(self, "supervisions").filter(
            matter=OuterRef("pk"), answered_at__isnull=True
        )
        return self.running().filter(Exists(open_ones))

    def contested(self) -> Self:
        """Running matters whose order is before the arbiter."""
        orders = _rows(self, "orders").filter(matter=OuterRef("pk"), state=OrderState.CONTESTED)
        return self.running().filter(Exists(orders))


class OrderQuerySet(ScopedQuerySet[Any]):
    """Orders by state and unit."""

    scope_path: ClassVar[str] = "matter__place__path"

    def offered_to(self, actor: Actor) -> Self:
        """Orders that wait for an answer of the actor's units."""
        return self.filter(unit_id__in=sorted(units_of(actor)), state__in=ANSWERABLE)

    def open(self) -> Self:
        """Orders not answered yet, those before the arbiter included."""
        return self.filter(state__in=WAITING)

    def taken(self) -> Self:
        """Orders by which a unit has a matter in hand."""
        return self.filter(state__in=TAKEN)


class DeskQuerySet(models.QuerySet[Any]):
    """Desks by who sits at them."""

    def of(self, actor: Actor) -> Self:
        """Desks at which the actor sits."""
        return self.filter(address_q(actor))


class TodoQuerySet(models.QuerySet[Any]):
    """To-dos by whose they are."""

    def of(self, actor: Actor) -> Self:
        """To-dos on the actor's desk."""
        return self.filter(address_q(actor))

    def open(self) -> Self:
        """To-dos not done yet."""
        return self.filter(done_at__isnull=True)
