# SPDX-License-Identifier: MulanPSL-2.0
"""Those whom it concerns are told: of a due time that comes near, of help, of more time, of work
that comes to them."""

import datetime as dt
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.base.actor import SYSTEM
from linli.kernel.notify.models import Notice
from linli.kernel.workflow import services
from linli.kernel.workflow.factories import FRIDAY, actor_of, appeal_open
from linli.kernel.workflow.models import Matter, Timer
from linli.kernel.workflow.tests.procedures import press
from linli.kernel.workflow.tests.test_round import handled


def told(text: str) -> set[int]:
    """The accounts that got a notice of this text."""
    return set(Notice.objects.filter(text_key=text).values_list("account_id", flat=True))


def warned(matter: Matter) -> None:
    """Let the closing clock of a matter warn, and nothing else happen."""
    running = matter.clocks.get(name="closing")
    assert running.warn_at is not None
    Timer.objects.filter(matter=matter).exclude(clock=running, kind="warn").update(done_at=FRIDAY)
    with clock.at(running.warn_at + dt.timedelta(minutes=1)):
        services.matters_tick()


def test_whoever_has_it_in_hand_hears_that_it_is_due_soon(city: SimpleNamespace) -> None:
    warned(handled(city))
    assert city.handler.pk in told("due_soon")


def test_the_sender_hears_it_while_the_order_waits(city: SimpleNamespace) -> None:
    warned(press(city.dispatcher, appeal_open(city), "dispatch"))
    assert city.dispatcher.pk in told("due_soon")


def test_a_unit_that_is_asked_to_help_and_the_lead_are_told(city: SimpleNamespace) -> None:
    matter = handled(city)
    helping = services.co_handler_ask(
        actor=actor_of(city.handler), matter=matter.pk, unit=city.upkeep, task="围住井口"
    )
    assert city.upkeep_handler.pk in told("to_help")
    assert "围住井口" in Notice.objects.filter(text_key="to_help")[0].body
    services.co_handler_done(
        actor=actor_of(city.upkeep_handler), co_handler=helping.pk, said="围好了"
    )
    assert told("helped") == {city.handler.pk}


@pytest.mark.parametrize("is_granted", [True, False])
def test_an_extension_is_told_to_whoever_asked_and_to_the_applicant(
    city: SimpleNamespace, *, is_granted: bool
) -> None:
    matter = handled(city)
    asked = services.extension_ask(
        actor=actor_of(city.handler), matter=matter.pk, clock="closing", why="要等配件"
    )
    assert told("to_extend") == {city.district_leader.pk}
    services.extension_answer(
        actor=actor_of(city.district_leader),
        extension=asked.pk,
        is_granted=is_granted,
        note="市里有配件",
    )
    assert told("extended") == ({city.handler.pk} if is_granted else set())
    assert told("not_extended") == (set() if is_granted else {city.handler.pk})
    assert told("more_time") == ({city.resident.pk} if is_granted else set())


def test_a_colleague_hears_what_comes_to_them(city: SimpleNamespace) -> None:
    handled(city)
    services.work_reassign(
        actor=SYSTEM, from_account=city.handler.pk, to_account=city.colleague.pk, why="出差"
    )
    assert told("handed_on") == {city.colleague.pk}
