# SPDX-License-Identifier: MulanPSL-2.0
"""What each earlier version left behind comes up to this one, and back, with nothing lost."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from psycopg import sql

from linli.config.testing import machine
from linli.config.testing.plugin import IS_POSTGRES

pytestmark = pytest.mark.both_databases

KEPT = sorted(Path(__file__).parent.glob("*.zip"))
GROWING = {
    "accounts_session",
    "audit_auditrecord",
    "audit_seal",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "events_event",
}
"""What the way, and whoever looks, adds to."""

Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]


@dataclass(frozen=True)
class City:
    """A city that was kept, laid out as it was."""

    folder: Path
    url: str
    ask: Ask

    def say(self, *words: str) -> str:
        """Run a program of this version on it; it has to succeed."""
        told = {"LINLI_DATA": str(self.folder), "LINLI_DATABASE_URL": self.url}
        told |= {"LINLI_MODE": "demo", "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")} | told
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    def linli(self, *words: str) -> str:
        """Say a verb of `./linli`."""
        return self.say(str(Path(sys.executable).with_name("linli")), *words)

    def process(self, *words: str) -> str:
        """Run the process beside this file."""
        return self.say(sys.executable, str(Path(__file__).with_name("process.py")), *words)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {
            name: int(self.ask(f'SELECT count(*) FROM "{name}"')[0][0]) for name in self._tables()
        }

    def _tables(self) -> list[str]:
        given = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        if IS_POSTGRES:
            given = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return sorted(str(name) for (name,) in self.ask(given))

    def last_changes(self) -> dict[str, str]:
        """The last change of the tables of each part."""
        found = self.ask("SELECT app, max(name) FROM django_migrations GROUP BY app")
        return {str(app): str(name) for app, name in found}


@pytest.fixture(params=KEPT, ids=lambda path: path.name.partition(".")[0])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[City]:
    """One that was kept, on the sort of database that this run is about."""
    folder = tmp_path / "data"
    with ZipFile(request.param) as kept:
        kept.extractall(folder)
    (folder / "keys.json").chmod(0o600)
    laid = _on_postgres if IS_POSTGRES else _on_sqlite
    yield from laid(folder)


def _on_sqlite(folder: Path) -> Iterator[City]:
    path = folder / "linli.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((folder / "sqlite.sql").read_text())
        yield City(folder, f"sqlite:///{path}", lambda asked: database.execute(asked).fetchall())


def _on_postgres(folder: Path) -> Iterator[City]:
    given = os.environ["LINLI_DATABASE_URL"]
    name = f"kept_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as database:
        database.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    before, _name, after = given.partition("/linli?")
    url = f"{before}/{name}?{after}"
    binaries = machine.POSTGRES.find()
    quiet = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={folder}/postgresql.sql"]
    subprocess.run([f"{binaries}/psql", *quiet, url], check=True, capture_output=True)
    with psycopg.connect(url, autocommit=True) as database:
        yield City(folder, url, lambda asked: database.execute(asked.encode()).fetchall())
    with psycopg.connect(given, autocommit=True) as database:
        database.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


def test_what_an_earlier_version_wrote_is_all_there(city: City, tmp_path: Path) -> None:
    was, changes = city.counts(), city.last_changes()
    city.linli("upgrade", "--to", str(tmp_path / "backups"))
    _ensure_whole(city, was)
    city.linli("manage", "makemigrations", "--check", "--dry-run")
    city.process("back", json.dumps(changes))
    assert city.last_changes() == changes
    _ensure_none_lost(city, was)
    city.linli("manage", "migrate")
    _ensure_whole(city, was)


def _ensure_whole(city: City, was: dict[str, int]) -> None:
    _ensure_none_lost(city, was)
    assert "all as they were written" in city.linli("audit", "verify")
    seen = json.loads(city.process("look"))
    assert set(seen["pages"].values()) == {200}, seen["pages"]
    assert seen["listed"]
    assert all(phone.isdigit() for phone in seen["phones"])
    assert len(seen["phones"]) > 10


def _ensure_none_lost(city: City, was: dict[str, int]) -> None:
    now = city.counts()
    fewer = {name: (rows, now.get(name)) for name, rows in was.items() if now.get(name, 0) < rows}
    more = {name for name, rows in was.items() if now.get(name, 0) > rows}
    assert (fewer, more - GROWING) == ({}, set())
