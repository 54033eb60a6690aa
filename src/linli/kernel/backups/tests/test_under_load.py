# SPDX-License-Identifier: MulanPSL-2.0
"""Several processes write, a backup is made meanwhile, everything is destroyed and comes back:
nothing that was acknowledged before the mark is missing. By the commands that an operator says, on
a database of its own.
"""

import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from linli.kernel.backups.databases import forget_connections
from linli.kernel.backups.tests.conftest import url_of

pytestmark = pytest.mark.django_db(transaction=True)

LINLI = Path(sys.executable).parent / "linli"
WRITER = Path(__file__).with_name("writer.py")
WRITERS = 2
PATIENCE = 120.0
SOME = 30
OWN = "linli_destroyed"


@dataclass(frozen=True)
class Place:
    """A database of this test's own, with what asks it and what destroys it."""

    url: str
    ask: Callable[[str], list[tuple[object, ...]]]
    destroy: Callable[[], None]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A copy of the empty test database; it is gone afterwards."""
    forget_connections()
    yield from _sqlite(tmp_path) if connection.vendor == "sqlite" else _postgres()


def _sqlite(folder: Path) -> Iterator[Place]:
    path = folder / "own.sqlite3"
    there = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(there)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)

    def ask(question: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as database:
            return database.execute(question).fetchall()

    def destroy() -> None:
        for each in folder.glob(f"{path.name}*"):
            each.unlink()

    yield Place(url_of(str(path)), ask, destroy)


def _postgres() -> Iterator[Place]:
    name = f"{OWN}_{os.getpid()}"
    own, url = sql.Identifier(name), url_of(name)

    def told(statement: sql.Composed) -> None:
        with psycopg.connect(url_of("postgres"), autocommit=True) as server:
            server.execute(statement)

    def ask(question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(url) as database:
            return database.execute(question.encode()).fetchall()

    def destroy() -> None:
        told(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))
        told(sql.SQL("CREATE DATABASE {}").format(own))

    template = sql.Identifier(str(connection.settings_dict["NAME"]))
    told(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(own, template))
    try:
        yield Place(url, ask, destroy)
    finally:
        told(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


@dataclass(frozen=True)
class Installation:
    """What a process of this installation is told, and how one of its commands is said."""

    data: Path
    environment: dict[str, str]

    def say(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Say a command in a process of its own; it has to end well."""
        done = subprocess.run(
            [str(LINLI), *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done


@pytest.fixture
def here(place: Place, tmp_path: Path) -> Installation:
    """An installation on that database, with a data folder of its own."""
    data = tmp_path / "own"
    told = {
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "LINLI_DATABASE_URL": place.url,
        "LINLI_DATA": str(data),
        "LANG": "C.UTF-8",
    }
    return Installation(data, {**os.environ, **told})


@contextmanager
def writers(here: Installation) -> Iterator[dict[str, dt.datetime]]:
    """Processes that keep papers; gives what was acknowledged, and when it was heard of."""
    heard: dict[str, dt.datetime] = {}
    command = [sys.executable, str(WRITER), str(WRITERS)]
    with subprocess.Popen(
        command, env=here.environment, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        lines = process.stdout
        assert lines.readline() == b"ready\n"

        def listen() -> None:
            for line in lines:
                if line.endswith(b"\n"):
                    heard[line.decode().strip()] = dt.datetime.now(dt.UTC)

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            _wait_for(lambda: len(heard) >= SOME)
            yield heard
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            listener.join()


def _wait_for(found: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_nothing_acknowledged_before_the_mark_is_missing(
    place: Place, here: Installation, tmp_path: Path
) -> None:
    to = tmp_path / "backups"
    with writers(here) as heard:
        _wait_for(lambda: place.ask("SELECT number FROM audit_seal"))
        told = json.loads(here.say("backup", "--to", to, "--json").stdout)
        there = len(heard)
        _wait_for(lambda: len(heard) > there)
    mark = dt.datetime.fromisoformat(told["taken_at"])
    before = {key for key, at in heard.items() if at < mark}
    assert SOME <= len(before) < len(heard)

    place.destroy()
    shutil.rmtree(here.data)
    said = here.say("restore", to).stderr
    assert "The record is whole" in said
    found = {str(key) for (key,) in place.ask("SELECT key FROM files_storedfile")}
    assert before <= found
    assert len(found - set(heard)) <= WRITERS  # taken, and killed before it could be said
    for key in found:
        assert (here.data / "files" / key[:2] / f"{key}.pdf").read_bytes()[:8] == b"%PDF-1.7"
    assert place.ask("SELECT max(number) FROM audit_seal") == [(told["seal"],)]
    assert told["seal"] >= 1
    rows = json.loads(here.say("audit", "verify", "--json").stdout)
    assert rows["whole"]
    assert rows["rows"] >= len(found)
