# SPDX-License-Identifier: MulanPSL-2.0
"""What the verbs cost in queries, however many matters there are."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from linli.base import clock
from linli.kernel.workflow import selectors, services
from linli.kernel.workflow.factories import actor_of, appeal_open
from linli.kernel.workflow.models import HandOver, Matter

MOST = 25


def counted(queries: CaptureQueriesContext) -> int:
    return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)


def test_opening_and_moving_stay_within_their_queries(city: SimpleNamespace) -> None:
    resident, dispatcher = actor_of(city.resident), actor_of(city.dispatcher)
    handler = actor_of(city.handler)
    services.matter_move(
        actor=dispatcher, matter=appeal_open(city), move="dispatch", expected_step="received"
    )
    costs = {}
    with CaptureQueriesContext(connection) as queries:
        matter = appeal_open(city, actor=resident)
    costs["open"] = counted(queries)
    assert not [each for each in queries if each["sql"].startswith('UPDATE "workflow_matter"')]
    with CaptureQueriesContext(connection) as queries:
        services.matter_move(
            actor=dispatcher, matter=matter, move="dispatch", expected_step="received"
        )
    costs["dispatch"] = counted(queries)
    order = HandOver.objects.get(matter=matter)
    with CaptureQueriesContext(connection) as queries:
        services.order_accept(actor=handler, order=order)
    costs["accept"] = counted(queries)
    with CaptureQueriesContext(connection) as queries:
        services.matter_move(
            actor=handler,
            matter=matter,
            move="contacted",
            expected_step="handling",
            values={"how": "phone", "reached": True, "note": "好"},
        )
    costs["contacted"] = counted(queries)
    assert max(costs.values()) <= MOST, costs


@pytest.mark.parametrize("count", [1, 6])
def test_lists_cost_the_same_however_long(
    city: SimpleNamespace, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        matter = appeal_open(city)
        services.matter_move(
            actor=actor_of(city.dispatcher),
            matter=matter,
            move="dispatch",
            expected_step="received",
        )
    handler = actor_of(city.handler)
    running = Matter.objects.running()
    with django_assert_max_num_queries(3):
        assert len(list(selectors.matters_open_to(handler).mine(handler))) == count
        assert len(list(selectors.orders_offered(handler))) == count
        assert running.filter(running.is_late(clock.now())).count() == 0
