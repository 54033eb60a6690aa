# SPDX-License-Identifier: MulanPSL-2.0
"""Named sets of matters, orders, desks and to-dos; each is one more condition on the same query."""

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from linli.base.actor import Actor
from linli.base.scope import ScopedQuerySet
from linli.kernel.workflow.rules.who import address_q, units_of
from linli.kernel.workflow.terms import ANSWERABLE, TAKEN, WAITING


def _rows(queryset: models.QuerySet[Any], relation: str) -> models.QuerySet[Any]:
    """All rows of a table that points at this one."""
    table: Any = queryset.model._meta.get_field(relation).related_model
    found: models.QuerySet[Any] = table._default_manager.all()
    return found


class MatterQuerySet(ScopedQuerySet[Any]):
    """Matters by who may see them, who has them in hand, and how they stand in time."""

    scope_path: ClassVar[str] = "place_path"

    def open_to(self, actor: Actor, permission: str) -> Self:
        """Matters in reach, or offered to or led by a unit of the actor, or filed by them; each of
        these ways has an index of its own (docs/decisions/0021).
        """
        if actor.is_system:
            return self.all()
        return self.filter(reduce(or_, self._ways_to(actor, permission), Q(pk__in=[])))

    def _ways_to(self, actor: Actor, permission: str) -> list[Q]:
        """Each way by which an actor may come to see a matter."""
        ways = [Q(place_path__under=path) for path in actor.reach(permission)]
        units = sorted(units_of(actor))
        if units:
            orders = _rows(self, "orders").filter(unit_id__in=units, state__in=WAITING)
            helping = _rows(self, "co_handlers").filter(unit_id__in=units)
            ways += [Q(lead_unit_id__in=units), Q(called_unit_id__in=units)]
            ways += [Q(pk__among=each.values("matter")) for each in (orders, helping)]
        if actor.account_id is not None:
            ways.append(Q(applicant_account_id=actor.account_id))
        return ways

    def other_than(self, workflows: Iterable[str]) -> Self:
        """Matters of other procedures than these."""
        return self.filter(workflow__none_of=sorted(workflows))

    def running(self) -> Self:
        """Matters that have not ended."""
        return self.filter(ended_at__isnull=True)

    def mine(self, actor: Actor) -> Self:
        """Matters whose present step is the actor's desk, or whose order waits for their unit."""
        return self.running().filter(self.is_mine(actor))

    def is_mine(self, actor: Actor) -> Q:
        """Whether a running matter is on the actor's desk."""
        return Q(pk__in=_rows(self, "desks").filter(address_q(actor)).values("matter"))

    def is_with_others(self, actor: Actor) -> Q:
        """Whether a running matter was sent on or taken in by the actor or their unit, and is on
        another desk now.
        """
        units = sorted(units_of(actor))
        own = Q(sender_unit_id__in=units) | Q(lead_unit_id__in=units)
        if actor.account_id is not None:
            own |= Q(first_asked_account_id=actor.account_id)
            own |= Q(holder_account_id=actor.account_id)
        return own & ~self.is_mine(actor)

    def is_late(self, now: dt.datetime) -> Q:
        """Whether a clock of a running matter has run out."""
        return Q(next_due_at__lt=now)

    def is_due(self, now: dt.datetime, until: dt.datetime) -> Q:
        """Whether the nearest due time of a running matter lies between two moments."""
        return Q(next_due_at__gte=now, next_due_at__lte=until)

    def is_supervised(self) -> Q:
        """Whether somebody above ordered a running matter to be hastened and has no answer yet."""
        open_ones = _rows(self, "supervisions").filter(answered_at__isnull=True)
        return Q(pk__in=open_ones.values("matter"))


class OrderQuerySet(ScopedQuerySet[Any]):
    """Orders by state and unit."""

    scope_path: ClassVar[str] = "matter__place_path"

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
