# SPDX-License-Identifier: MulanPSL-2.0
"""Announcing, delivering at least once, and following what happens."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from linli.kernel.events import selectors, services
from linli.kernel.events.models import Delivery, Event
from linli.kernel.jobs.models import Worker

pytestmark = pytest.mark.django_db

NAME = "test.thing_happened"
told: list[dict[str, Any]] = []


def remember(payload: Mapping[str, Any]) -> None:
    """A listener that remembers."""
    told.append(dict(payload))


def write_and_fail(payload: Mapping[str, Any]) -> None:
    """A listener that writes, then fails the first time, with a value in the message."""
    Worker.objects.create(
        id=f"seen-{payload['thing_id']}", started_at=timezone.now(), seen_at=timezone.now()
    )
    told.append(dict(payload))
    if len(told) == 1:
        message = "13800138000"
        raise RuntimeError(message)


@pytest.fixture(autouse=True)
def _listeners() -> Iterator[None]:
    told.clear()
    yield
    for name in services.handler_names(NAME):
        services.off(NAME, name)


def test_each_listener_is_told_once() -> None:
    services.on(NAME, "one", remember)
    services.on(NAME, "two", remember)
    services.announce(NAME, thing_id=7)
    assert told == []
    assert services.deliver_pending() == 2
    assert services.deliver_pending() == 0
    assert told == [{"thing_id": 7}, {"thing_id": 7}]


def test_what_was_rolled_back_was_never_announced() -> None:
    services.on(NAME, "one", remember)
    with transaction.atomic():
        services.announce(NAME, thing_id=7)
        transaction.set_rollback(True)
    services.deliver_pending()
    assert told == []
    assert not Event.objects.exists()


def test_a_listener_that_fails_is_told_again_later_and_writes_once() -> None:
    services.on(NAME, "fails", write_and_fail)
    services.on(NAME, "works", lambda payload: None)
    services.announce(NAME, thing_id=7)
    assert services.deliver_pending() == 1
    failed = Delivery.objects.get(handler="fails")
    assert (failed.attempts, failed.done_at) == (1, None)
    assert failed.last_error.startswith("RuntimeError at")
    assert "13800138000" not in failed.last_error
    assert list(selectors.deliveries_waiting([""])) == [failed]
    assert list(selectors.deliveries_waiting(["51/"])) == []
    assert not Worker.objects.exists()

    assert services.deliver_pending() == 0  # not yet
    Delivery.objects.update(next_try_at=timezone.now())
    assert services.deliver_pending() == 1
    assert Worker.objects.count() == 1
    assert list(selectors.deliveries_waiting([""])) == []


def test_two_workers_do_not_deliver_the_same_thing() -> None:
    services.on(NAME, "one", remember)
    services.announce(NAME, thing_id=7)
    mine = theirs = Delivery.objects.select_related("event").get()
    assert services._deliver(mine)
    assert not services._deliver(theirs)
    assert len(told) == 1


def test_a_worker_that_died_while_delivering_is_replaced_after_a_minute() -> None:
    services.on(NAME, "one", remember)
    services.announce(NAME, thing_id=7)
    Delivery.objects.update(next_try_at=timezone.now() + services.LEASE, attempts=1)
    assert services.deliver_pending() == 0
    Delivery.objects.update(next_try_at=timezone.now() - dt.timedelta(seconds=1))
    assert services.deliver_pending() == 1


def test_what_listeners_announce_in_turn_is_delivered_too() -> None:
    services.on(NAME, "first", _announce_next)
    services.announce(NAME, thing_id=1)
    assert services.deliver_all() == 4
    assert Event.objects.count() == 4


def _announce_next(payload: Mapping[str, Any]) -> None:
    if payload["thing_id"] < 4:
        services.announce(NAME, thing_id=payload["thing_id"] + 1)


@pytest.mark.parametrize("value", ["13800138000", "11010519491231002X", 13_800_138_000])
def test_a_personal_value_cannot_be_announced(value: str | int) -> None:
    with pytest.raises(ValueError, match="no id or code"):
        services.announce(NAME, thing=value)
    assert not Event.objects.exists()


def test_a_page_follows_only_its_own_places() -> None:
    services.announce(NAME, place_path="51/5111/", thing_id=1)
    mark = selectors.latest_mark(["51/5111/"])
    services.announce(NAME, place_path="37/3714/", thing_id=2)
    services.announce(NAME, thing_id=3)
    assert selectors.latest_mark(["51/5111/"]) == mark
    assert selectors.latest_mark(["51/511"]) == mark
    assert selectors.latest_mark(["51/5111/511102/"]) == selectors.latest_mark([]) == ""
    below = services.announce(NAME, place_path="51/5111/511102/", thing_id=4)
    assert selectors.latest_mark(["51/5111/"]) != mark
    assert selectors.latest_mark([""]).startswith(f"{below.seq}-")


def test_a_page_learns_of_an_event_that_commits_late() -> None:
    early = services.announce(NAME, place_path="51/", thing_id=1)
    services.announce(NAME, place_path="51/", thing_id=2)
    Event.objects.filter(pk=early.pk).delete()
    before = selectors.latest_mark(["51/"])
    early.save(force_insert=True)
    assert selectors.latest_mark(["51/"]) != before
