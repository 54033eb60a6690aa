# SPDX-License-Identifier: MulanPSL-2.0
"""Two people, or two workers, at the same matter at once: one wins, the other is told why."""

from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.errors import Conflict
from linli.config.testing import together
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import services
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open, base_pack, small_city
from linli.kernel.workflow.models import HandOver, Matter, Move, Series
from linli.kernel.workflow.terms import OrderState, Sort

at_once = partial(together.at_once, at=FRIDAY)


@pytest.fixture
def standing(transactional_db: None) -> Iterator[SimpleNamespace]:
    """The small city, really committed, so that other connections see it."""
    with clock.at(FRIDAY):
        base_pack()
        yield small_city()


def test_two_dispatchers_press_at_once(standing: SimpleNamespace) -> None:
    matter = appeal_open(standing)
    actors = [actor_of(standing.dispatcher), actor_of(standing.second_dispatcher)]
    found = at_once(
        *(
            lambda actor=actor: services.matter_move(
                actor=actor, matter=matter, move="dispatch", expected_step="received"
            )
            for actor in actors
        )
    )
    won = [each for each in found if isinstance(each, Matter)]
    lost = [each for each in found if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (1, 1), found
    winner = actors[found.index(won[0])]
    assert winner.label in str(lost[0])
    assert HandOver.objects.filter(matter=matter).count() == 1
    assert Move.objects.filter(matter=matter, sort=Sort.MOVED).count() == 1
    assert Notice.objects.filter(text_key="offered").count() == 2


def test_one_accepts_while_the_other_refuses(standing: SimpleNamespace) -> None:
    matter = appeal_open(standing)
    services.matter_move(
        actor=actor_of(standing.dispatcher),
        matter=matter,
        move="dispatch",
        expected_step="received",
    )
    order = HandOver.objects.get(matter=matter)
    first, second = actor_of(standing.handler), actor_of(standing.colleague)
    found = at_once(
        lambda: services.order_accept(actor=first, order=order.pk),
        lambda: services.order_refuse(actor=second, order=order.pk, reason="not_ours"),
    )
    assert sum(isinstance(each, Conflict) for each in found) == 1, found
    order.refresh_from_db()
    matter.refresh_from_db()
    assert (order.state, matter.step) in (
        (OrderState.ACCEPTED, "handling"),
        (OrderState.REFUSED, "received"),
    )


def test_two_workers_tick_at_once(standing: SimpleNamespace) -> None:
    matter = appeal_open(standing)
    later = FRIDAY.replace(hour=16, minute=45)
    found = at_once(*[lambda: services.matters_tick(later)] * 2)
    assert not [each for each in found if isinstance(each, Exception)], found
    matter.refresh_from_db()
    assert matter.step == "offered"
    assert HandOver.objects.filter(matter=matter).count() == 1
    assert Move.objects.filter(matter=matter, move="auto").count() == 1


def test_numbers_given_out_at_once_differ(standing: SimpleNamespace) -> None:
    found = at_once(*[lambda: appeal_open(standing).number] * 4)
    assert len({str(each) for each in found}) == 4, found
    assert Series.objects.get(prefix="SQ").last == 4
