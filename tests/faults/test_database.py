# SPDX-License-Identifier: MulanPSL-2.0
"""The database is killed and starts again, or its standby takes over, while partners report: what
was acknowledged is there. On PostgreSQL; SQLite lives and dies with the processes of test_killed.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from linli.config.testing import machine, postgres
from tests.faults.house import (
    Reporters,
    figures,
    reporting,
    standing,
    wait_for,
)
from tests.stories.conftest import City

pytestmark = pytest.mark.django_db(transaction=True)

RECOVERED = 30.0
SYNCHRONOUS = {"synchronous_commit": "on"}


@dataclass
class Servers:
    """A primary with the city of the test in it, and a standby that takes over."""

    primary: postgres.Cluster
    standby: postgres.Cluster

    @property
    def url(self) -> str:
        """The address that the platform is told: whichever of the two can be written to."""
        hosts = f"{self.primary.folder},{self.standby.folder}"
        name = connection.settings_dict["NAME"]
        return f"postgres://linli@/{name}?host={hosts}&target_session_attrs=read-write"

    def told(self, cluster: postgres.Cluster, statement: str) -> list[tuple[object, ...]]:
        """What a cluster answers."""
        name = connection.settings_dict["NAME"]
        with psycopg.connect(f"postgres://linli@/{name}?host={cluster.folder}") as database:
            database.autocommit = True
            return database.execute(statement.encode()).fetchall()

    def wait_for_each_other(self) -> None:
        """From now on nothing is acknowledged that the standby has not written down."""
        self.told(self.primary, "SELECT pg_reload_conf()")
        synchronous = "SELECT sync_state FROM pg_stat_replication"
        with psycopg.connect(f"postgres://linli@/postgres?host={self.primary.folder}") as database:
            database.autocommit = True
            database.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            database.execute("SELECT pg_reload_conf()")
        wait_for(lambda: self.told(self.primary, synchronous) == [("sync",)])


@pytest.fixture
def servers(city: City, tokens: list[str]) -> Iterator[Servers | None]:
    """Both, with the rows of this test; none on SQLite."""
    del city, tokens
    binaries = machine.POSTGRES.find()
    if connection.vendor == "sqlite" or binaries is None:
        yield None
        return
    with ExitStack() as stack:
        host = str(connection.settings_dict["HOST"])
        primary = stack.enter_context(postgres.standby_of(binaries, host, **SYNCHRONOUS))
        primary.say("-w", "promote")
        own = str(primary.folder)
        standby = stack.enter_context(postgres.standby_of(binaries, own, **SYNCHRONOUS))
        yield Servers(primary, standby)


@pytest.mark.full
def test_a_database_that_was_killed_and_starts_again_has_what_was_acknowledged(
    servers: Servers | None, tokens: list[str], city: City, tmp_path: Path
) -> None:
    if servers is None:
        return
    with (
        standing(tmp_path, LINLI_DATABASE_URL=servers.url) as house,
        reporting(house, tokens, city.point) as reporters,
    ):
        began = time.monotonic()
        servers.primary.kill()
        wait_for(lambda: house.get("/readyz") >= 500)
        servers.primary.start()
        _answered_again(reporters, since=time.monotonic())
        gap = reporters.longest_gap(began, time.monotonic())
    _same(servers, servers.primary, reporters)
    assert gap < RECOVERED
    figures("database killed and started", acknowledged=len(reporters.taken), gap_s=round(gap, 1))


def test_a_standby_that_takes_over_has_what_was_acknowledged(
    servers: Servers | None, tokens: list[str], city: City, tmp_path: Path
) -> None:
    if servers is None:
        return
    servers.wait_for_each_other()
    with (
        standing(tmp_path, LINLI_DATABASE_URL=servers.url) as house,
        reporting(house, tokens, city.point) as reporters,
    ):
        began = time.monotonic()
        servers.primary.kill()
        servers.standby.say("-w", "promote")
        _answered_again(reporters, since=time.monotonic())
        gap = reporters.longest_gap(began, time.monotonic())
        starts = house.starts
    _same(servers, servers.standby, reporters)
    assert gap < RECOVERED
    assert starts == 1, "no process had to be started again"
    figures("failover to a standby", acknowledged=len(reporters.taken), gap_s=round(gap, 1))


def _answered_again(reporters: Reporters, *, since: float) -> None:
    enough = 3 * len(reporters.tokens)
    wait_for(lambda: sum(at > since for at in reporters.moments) >= enough)


def _same(servers: Servers, cluster: postgres.Cluster, reporters: Reporters) -> None:
    """What lies in the database is what was acknowledged, once each."""
    rows = servers.told(cluster, "SELECT number FROM appeals_appeal")
    assert sorted(str(number) for (number,) in rows) == sorted(reporters.taken.values())
    assert not reporters.odd
