# SPDX-License-Identifier: MulanPSL-2.0
"""What goes on in an invented city beside its appeals."""

import pytest

from linli.base import clock
from linli.base.actor import Actor
from linli.demo.making import Made
from linli.demo.shelves import shelves
from linli.demo.tests.conftest import UNTIL
from linli.engines.registers.models import Record
from linli.kernel.access import services as access
from linli.kernel.access.selectors import operator_sessions_waiting
from linli.kernel.accounts.models import Account
from linli.kernel.files.models import Export
from linli.kernel.files.terms import ExportState
from linli.kernel.people.selectors import erasures_waiting
from linli.kernel.privacy.selectors import notices_visible
from linli.kernel.workflow.models import Matter
from linli.modules.appeals.models import PhotoRelease
from linli.modules.appeals.terms import ReleaseState
from linli.modules.grids.models import CallUp, GridPlan
from linli.modules.grids.selectors.call_ups import figures_of
from linli.modules.grids.terms import PlanState
from linli.modules.subjects.selectors import requests_waiting
from linli.shells.matters.reading import matters_waiting

pytestmark = pytest.mark.django_db


def test_departments_are_called_out_and_hazards_found(hamlet: Made) -> None:
    stand = {
        (matter.workflow, matter.step): matter
        for matter in Matter.objects.below(hamlet.city.district.path).exclude(
            workflow__in=("appeal", "data_request")
        )
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


def test_each_administrator_finds_something_that_waits(hamlet: Made) -> None:
    def behind(post: str) -> Actor:
        return access.actor_for(Account.objects.get(username=f"{post}.leshan"))

    with clock.at(UNTIL):
        security, officer = behind("security_administrator"), behind("privacy_officer")
        assert erasures_waiting(actor=security).count() == 1
        assert operator_sessions_waiting(actor=security).count() == 1
        assert notices_visible(actor=security).filter(published_at=None).count() == 1
        assert requests_waiting(officer).count() == 1
        assert [release.state for release in PhotoRelease.objects.all()] == [ReleaseState.SHOWN]
        (export,) = Export.objects.all()
        assert (export.state, export.rows > 1) == (ExportState.WAITING, True)


def test_every_register_that_is_told_of_has_rows(hamlet: Made) -> None:
    rows = Record.objects.below(hamlet.city.district.path).values_list("register", flat=True)
    empty = sorted(key for key in shelves() if key not in set(rows))
    assert empty == []
