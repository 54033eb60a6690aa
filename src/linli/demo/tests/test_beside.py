# SPDX-License-Identifier: MulanPSL-2.0
"""What goes on in an invented city beside its appeals."""

import pytest

from linli.base import clock
from linli.demo.making import Made
from linli.demo.tests.conftest import UNTIL
from linli.kernel.access import services as access
from linli.kernel.accounts.models import Account
from linli.kernel.workflow.models import Matter
from linli.modules.grids.models import CallUp, GridPlan
from linli.modules.grids.selectors.call_ups import figures_of
from linli.modules.grids.terms import PlanState
from linli.shells.matters.reading import matters_waiting

pytestmark = pytest.mark.django_db


def test_departments_are_called_out_and_hazards_found(hamlet: Made) -> None:
    stand = {
        (matter.workflow, matter.step): matter
        for matter in Matter.objects.below(hamlet.city.district.path).exclude(workflow="appeal")
    }
    assert {key for key in stand if key[0] != "callout_answer"} == {
        ("callout", "closed"),
        ("callout", "answering"),
        ("hazard", "treating"),
        ("hazard", "grading"),
    }
    assert {key[1] for key in stand if key[0] == "callout_answer"} == {
        "called",
        "handling",
        "closed",
    }
    assert all(matter.opened_at <= UNTIL for matter in stand.values())


def test_it_waits_for_those_whose_doors_are_open(hamlet: Made) -> None:
    with clock.at(UNTIL):
        handlers = Account.objects.filter(username__startswith="housing", is_demo=True)
        waiting = [matters_waiting(access.actor_for(each)).count() for each in handlers]
    assert sum(waiting) >= 1


def test_a_call_up_is_over_and_a_plan_waits(hamlet: Made) -> None:
    call_up = CallUp.objects.get(place__path__startswith=hamlet.city.district.path)
    assert call_up.ended_at is not None
    called = list(call_up.called.all())
    assert figures_of(call_up, called).counts["came"] == len(called) - 1
    plan = GridPlan.objects.get(community__path__startswith=hamlet.city.district.path)
    assert plan.state == PlanState.PROPOSED
