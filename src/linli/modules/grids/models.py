# SPDX-License-Identifier: MulanPSL-2.0
"""Division plans of communities, and surge call-ups."""

from typing import ClassVar

from django.db import models

from linli.base.scope import ScopedQuerySet
from linli.kernel.accounts.models import Account
from linli.kernel.places.models import Place
from linli.modules.grids.terms import OPEN, Answer, PlanState


class GridPlanQuerySet(ScopedQuerySet["GridPlan"]):
    """Plans lie at the community that they divide."""

    scope_path: ClassVar[str] = "community__path"


class GridPlan(models.Model):
    """How one community is to be divided into grids from a day on (网格划分方案).

    Drawn up by the community, decided by somebody else at the place above, carried out on its day.
    `totals` holds what was counted before and after. `said` is why it was sent back or could not be
    carried out.
    """

    community = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=PlanState.choices, default=PlanState.DRAFT, db_index=True
    )
    reason = models.TextField(blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    draws_boundaries = models.BooleanField(default=True)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    said = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    totals = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = GridPlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-drafted_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"],
                condition=models.Q(state__in=[str(state) for state in OPEN]),
                name="grids_plan_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"grid plan {self.pk}"


class PlannedGridQuerySet(ScopedQuerySet["PlannedGrid"]):
    """Grids of a plan lie where the plan lies."""

    scope_path: ClassVar[str] = "plan__community__path"


class PlannedGrid(models.Model):
    """A grid of a plan: one that stands (`place`), or one to be."""

    plan = models.ForeignKey(GridPlan, on_delete=models.CASCADE, related_name="grids")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")

    objects = PlannedGridQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "code"], name="grids_planned_code_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> dict[str, str]:
        """The name in both languages."""
        return {"zh": self.name, "en": self.name_en}


class PlannedBuilding(models.Model):
    """A building of the community with the grid that the plan puts it into, if any yet."""

    plan = models.ForeignKey(GridPlan, on_delete=models.CASCADE, related_name="buildings")
    building = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(
        PlannedGrid, on_delete=models.SET_NULL, null=True, blank=True, related_name="buildings"
    )

    objects = models.Manager["PlannedBuilding"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "building"], name="grids_building_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.building_id}"


class CallUpQuerySet(ScopedQuerySet["CallUp"]):
    """Call-ups lie at the place to which people are called."""

    scope_path: ClassVar[str] = "place__path"


class CallUp(models.Model):
    """People called to a place and everything below it, for a reason and a time (战时下沉)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    what = models.TextField(blank=True, default="")
    roles = models.JSONField(default=list)
    called_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    called_at = models.DateTimeField()
    hours = models.PositiveSmallIntegerField()
    answer_by = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, default="")

    objects = CallUpQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-called_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place"],
                condition=models.Q(ended_at__isnull=True),
                name="grids_one_live_call_up",
            )
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_live(self) -> bool:
        """Whether it goes on."""
        return self.ended_at is None


class CalledPersonQuerySet(ScopedQuerySet["CalledPerson"]):
    """Whoever is called lies where they are called to."""

    scope_path: ClassVar[str] = "call_up__place__path"


class CalledPerson(models.Model):
    """Somebody who is called up: what they said, when and where they came, what they were given.

    `home` is the place of the role through which they are called: their grid. Where they checked in
    is kept as a place; the position that a phone gave for it is not.
    """

    call_up = models.ForeignKey(CallUp, on_delete=models.CASCADE, related_name="called")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=64)
    home = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True, default="")
    why_not = models.CharField(max_length=200, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    came_at = models.DateTimeField(null=True, blank=True)
    came_to = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    has_position = models.BooleanField(default=False)
    assigned = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = CalledPersonQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call_up", "account"], name="grids_called_once"),
            models.CheckConstraint(
                condition=models.Q(came_at__isnull=True) | models.Q(came_to__isnull=False),
                name="grids_came_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_up_id}: {self.account_id}"
