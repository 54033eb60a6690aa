# SPDX-License-Identifier: MulanPSL-2.0
"""Pages that may lag read from a real streaming replica, unless it is behind or away, or the
reader has just written; on PostgreSQL, as SQLite has no replicas.
"""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import InternalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from linli.base import replicas
from linli.config.database import replica_settings
from linli.config.testing import machine, postgres
from linli.kernel.jobs.models import Schedule
from linli.shells.frame.lagging import PINNED_FOR, WroteMiddleware, lagging
from linli.shells.frame.request import WROTE_COOKIE

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ASK = RequestFactory()


class Replica:
    """The replica of the test's own database: its cluster, and what an operator may do to it."""

    def __init__(self, cluster: postgres.Cluster) -> None:
        self.cluster = cluster
        self.url = f"postgres://linli@/{connection.settings_dict['NAME']}?host={cluster.folder}"

    def told(self, statement: str) -> Any:
        """Say something to it past the platform."""
        with psycopg.connect(self.url, autocommit=True) as database:
            return database.execute(statement.encode()).fetchone()


@pytest.fixture(scope="module")
def following(django_db_setup: None) -> Iterator[Replica | None]:
    """A cluster that follows that of the tests, named to the platform; none on SQLite."""
    del django_db_setup
    binaries = machine.POSTGRES.find()
    if connection.vendor == "sqlite" or binaries is None:
        yield None
        return
    with postgres.standby_of(binaries, str(connection.settings_dict["HOST"])) as cluster:
        made = Replica(cluster)
        mirror = {"TEST": {"MIRROR": replicas.PRIMARY}}  # the tests' own clearing leaves it alone
        given = {replicas.REPLICA: replica_settings(made.url) | mirror}
        connections.settings |= connections.configure_settings(connections.settings | given)
        yield made
        there: Any = connections[replicas.REPLICA]
        there.close()
        there.close_pool()
        del connections[replicas.REPLICA]
        del connections.settings[replicas.REPLICA]


@pytest.fixture
def replica(following: Replica | None) -> Replica | None:
    """That replica, as if nobody had looked at it yet."""
    replicas._looks.put(is_close=False, until=0.0)
    return following


def _shown(view: Callable[..., HttpResponse] | None = None, **asked: Any) -> str:
    """Where a page that may lag reads, told by the page."""
    request = ASK.get("/", **asked)
    request.COOKIES.update(asked.get("cookies", {}))
    return lagging(view or _where)(request).content.decode()


def _where(request: object) -> HttpResponse:
    del request
    with replicas.reading().cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        raw = cursor.fetchone()[0]
    by_orm = Schedule.objects.all().db
    assert raw is (by_orm == replicas.REPLICA)
    return HttpResponse(by_orm)


def _until(found: Callable[[], bool]) -> None:
    patience = time.monotonic() + 120
    while not found():
        assert time.monotonic() < patience
        time.sleep(0.05)


def _chosen() -> None:
    """Wait for the replica to be chosen, and let that look hold for the rest of the test."""
    _until(lambda: _shown() == replicas.REPLICA)
    replicas._looks.put(is_close=True, until=time.monotonic() + 60)


def test_a_page_that_may_lag_reads_from_the_replica(replica: Replica | None) -> None:
    if replica is None:
        assert not replicas.is_there()
        return
    _until(lambda: _shown() == replicas.REPLICA)
    assert _where(None).content.decode() == replicas.PRIMARY  # outside such a page


def test_who_has_just_written_reads_where_they_wrote(replica: Replica | None) -> None:
    answer = WroteMiddleware(lambda _: HttpResponse())(ASK.post("/"))
    if replica is None:
        assert WROTE_COOKIE not in answer.cookies
        return
    _chosen()
    cookie = answer.cookies[WROTE_COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (PINNED_FOR, True, "Lax")
    assert _shown(cookies={WROTE_COOKIE: "1"}) == replicas.PRIMARY
    assert _shown(headers={"HX-Request": "true"}) == replicas.PRIMARY  # it follows an event
    assert WROTE_COOKIE not in WroteMiddleware(lambda _: HttpResponse())(ASK.get("/")).cookies


def test_what_is_read_between_writes_is_read_where_they_go(replica: Replica | None) -> None:
    if replica is None:
        return

    def view(request: object) -> HttpResponse:
        with transaction.atomic():
            assert Schedule.objects.get(pk=_row().pk)._state.db == replicas.PRIMARY
        return _where(request)

    _chosen()
    assert _shown(view) == replicas.REPLICA


def test_nothing_can_be_written_on_the_replica(replica: Replica | None) -> None:
    if replica is None:
        return
    with pytest.raises(InternalError), connections[replicas.REPLICA].cursor() as cursor:
        cursor.execute("DELETE FROM jobs_schedule")


def test_a_replica_that_falls_behind_is_not_asked_until_it_has_caught_up(
    replica: Replica | None,
) -> None:
    if replica is None:
        return
    _until(lambda: _shown() == replicas.REPLICA)
    replica.told("SELECT pg_wal_replay_pause()")
    try:
        newer = _row()
        _until(lambda: _shown() == replicas.PRIMARY)
        assert _shown(lambda _: HttpResponse(str(_number(newer)))) == "0"
        assert replicas.is_close() is False
    finally:
        replica.told("SELECT pg_wal_replay_resume()")
    _until(lambda: _shown() == replicas.REPLICA)


def test_what_was_acknowledged_is_never_older_than_promised(replica: Replica | None) -> None:
    """A writer that does not stop: whatever a page shows was so a look ago."""
    if replica is None:
        return
    stop, row = threading.Event(), _row()
    acknowledged = [(time.monotonic(), 0)]

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")  # the cluster of the tests has it off
        while not stop.is_set():
            number = acknowledged[-1][1] + 1
            Schedule.objects.filter(pk=row.pk).update(failures=number)
            acknowledged.append((time.monotonic(), number))
        connection.close()

    def view(request: object) -> HttpResponse:
        return HttpResponse(f"{_where(request).content.decode()} {_number(row)}")

    writer, places = threading.Thread(target=write), set()
    writer.start()
    try:
        until = time.monotonic() + 20
        for turn in count():
            if (turn >= 60 and replicas.REPLICA in places) or time.monotonic() > until:
                break
            least = time.monotonic() - replicas.LOOK_AGAIN
            where, _space, number = _shown(view).partition(" ")
            places.add(where)
            assert int(number) >= max([0, *(n for at, n in acknowledged if at <= least)])
            time.sleep(0.02)
    finally:
        stop.set()
        writer.join()
    assert replicas.REPLICA in places


def _row() -> Schedule:
    return Schedule.objects.create(name="row", every_seconds=1, next_run_at=timezone.now())


def _number(row: Schedule) -> int:
    return Schedule.objects.get(pk=row.pk).failures


def test_a_replica_that_dies_in_the_middle_of_a_page_is_left_alone(
    replica: Replica | None,
) -> None:
    """Last in this file: the cluster does not come back."""
    if replica is None:
        return
    asked: list[str] = []

    def view(request: object) -> HttpResponse:
        asked.append(replicas.alias())
        if replicas.alias() == replicas.REPLICA:
            replica.cluster.kill()
        return _where(request)

    _chosen()
    assert _shown(view) == replicas.PRIMARY
    assert asked == [replicas.REPLICA, replicas.PRIMARY]
    assert _shown() == replicas.PRIMARY
    replicas._looks.put(is_close=False, until=0.0)
    assert _shown() == replicas.PRIMARY  # looked at again, and still away
