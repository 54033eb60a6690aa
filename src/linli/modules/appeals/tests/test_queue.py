# SPDX-License-Identifier: MulanPSL-2.0
"""The order of the queue."""

from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.modules.appeals.selectors.queue import Filters, cases_queue
from linli.modules.appeals.tests.round import MONDAY, accepted, answered, crew_of, filed, moved
from linli.modules.appeals.tests.town import actor_of

pytestmark = pytest.mark.django_db


def test_what_is_due_first_stands_first(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        slow = filed(crew, what="物业不管事", class_key="property_service")
        urgent = filed(crew, what="井盖没了", class_key="manholes")
        busy = accepted(crew)
        rows = list(cases_queue(actor=actor_of(crew.dispatcher), filters=Filters(view="all")))
    due = {case.pk: case.matter.next_due_at for case in (slow, urgent, busy)}
    assert [row.pk for row in rows] == sorted(due, key=lambda pk: (due[pk], pk))


def test_what_no_clock_runs_for_stands_at_the_end(city: SimpleNamespace) -> None:
    with clock.at(MONDAY):
        crew = crew_of(city)
        waiting = moved(crew, answered(crew), "dispatcher", "pass", how="on_site")
        open_one = filed(crew, what="井盖没了", class_key="manholes")
        rows = list(cases_queue(actor=actor_of(crew.dispatcher), filters=Filters(view="all")))
    assert waiting.matter.next_due_at is None
    assert [row.pk for row in rows] == [open_one.pk, waiting.pk]
