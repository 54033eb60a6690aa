# SPDX-License-Identifier: MulanPSL-2.0
"""The words of grids."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """Permissions over grids."""

    VIEW = "grids.view"
    DRAFT = "grids.draft_plan"
    APPROVE = "grids.approve_plan"
    CALL_UP = "grids.call_up"
    ANSWER = "grids.answer_call_up"
    VIEW_FIGURES = "grids.view_figures"


class Verb(StrEnum):
    """What the record says about grids."""

    PLAN_DRAFTED = "grids.plan.drafted"
    PLAN_CHANGED = "grids.plan.changed"
    PLAN_PROPOSED = "grids.plan.proposed"
    PLAN_SENT_BACK = "grids.plan.sent_back"
    PLAN_APPROVED = "grids.plan.approved"
    PLAN_WITHDRAWN = "grids.plan.withdrawn"
    PLAN_DONE = "grids.plan.done"
    CALLED_UP = "grids.call_up.raised"
    ANSWERED = "grids.call_up.answered"
    CHECKED_IN = "grids.call_up.checked_in"
    ASSIGNED = "grids.call_up.assigned"
    SIGNED_OFF = "grids.call_up.signed_off"
    STOOD_DOWN = "grids.call_up.stood_down"


class Event(StrEnum):
    """What grids announce."""

    PLAN_CHANGED = "grids.plan_changed"
    PLAN_DONE = "grids.plan_done"
    CALL_UP_CHANGED = "grids.call_up_changed"


class PlanState(TextChoices):
    """Where a division plan stands."""

    DRAFT = "draft", _("Being drawn up")
    PROPOSED = "proposed", _("Waiting for approval")
    APPROVED = "approved", _("Approved, waits for its day")
    DONE = "done", _("Carried out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = (PlanState.DRAFT, PlanState.PROPOSED, PlanState.APPROVED)
"""States of a plan that is not over; a community has one such plan at most."""


class Answer(TextChoices):
    """What somebody who is called up says."""

    NONE = "", _("No answer yet")
    COMING = "coming", _("Coming")
    NOT_COMING = "not_coming", _("Cannot come")


class Fit(TextChoices):
    """How a place's numbers stand to the rules on size that hold for it."""

    FITS = "fits", _("Fits")
    OVER = "over", _("Too large")
    UNDER = "under", _("Too small")
    NO_RULE = "no_rule", _("No rule")
    NO_FIGURES = "no_figures", _("No figures")


COMMUNITY, GRID, BUILDING = "community", "grid", "building"
"""Levels that this module divides and counts."""

HOUSEHOLDS, RESIDENTS = "grids.households", "grids.residents"
"""The measures that this module gives."""

TARGET = 300
"""Households of a proposed grid where no rule says otherwise."""

LONGEST_CALL = 30 * 24
"""Hours: a call-up ends within thirty days; whatever lasts longer is called anew."""

TEXT_CALLED, TEXT_OVER, TEXT_RETURNED, TEXT_TO_APPROVE = (
    "called_up",
    "call_up_over",
    "grid_plan_returned",
    "grid_plan_to_approve",
)
"""Notices of this module."""
