# SPDX-License-Identifier: MulanPSL-2.0
"""`linli test`: everything that must hold, on both databases and in a browser."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import click

from linli.config import frontend, linting, translations
from linli.config.environment import ROOT
from linli.config.testing import machine
from linli.config.testing.postgres import throw_away_cluster
from linli.config.testing.results import Result, Tally

AT_ONCE = str(min(os.cpu_count() or 1, 8))

LONGEST_RUN = 60 * 60
"""Seconds after which a run that hangs is broken off."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--sqlite", "only_sqlite", is_flag=True, help="Leave PostgreSQL out.")
@click.option("--full", is_flag=True, help="Long stories and every path in the browser, too.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def test(only_sqlite: bool, full: bool, words: tuple[str, ...]) -> None:
    """Check the code, then run every test on SQLite and PostgreSQL and in a browser.

    It brings its own parts: PostgreSQL (or LINLI_TEST_POSTGRES_URL), Chromium, mosquitto, fonts.
    WORDS go to pytest, and then only those tests run.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and take the cluster down on the way
    began = time.monotonic()
    tally = Tally()
    _set_up(tally, only_sqlite=only_sqlite)
    if not words:
        _heading("How the code is written")
        tally.failed += linting.run(linting.WITHOUT_HOUSE)
    _run_on("SQLite", tally, words, full=full)
    if not only_sqlite and machine.POSTGRES.name not in tally.missing:
        with _cluster() as url:
            _run_on("PostgreSQL", tally, words, full=full, url=url)
    if machine.CHROMIUM.name not in tally.missing:
        _run_in_browser(tally, words, full=full)
    minutes = (time.monotonic() - began) / 60
    raise SystemExit(_finish(tally, minutes))


def _set_up(tally: Tally, *, only_sqlite: bool) -> None:
    """Find or install what the tests need from the machine, and build what they look at."""
    _heading("Setting up")
    has_own_postgres = only_sqlite or bool(os.environ.get("LINLI_TEST_POSTGRES_URL"))
    parts = [machine.CHROMIUM, machine.MOSQUITTO, machine.FAKETIME, machine.FONTS]
    missing = machine.provide(parts if has_own_postgres else [machine.POSTGRES, *parts])
    tally.missing = {part.name: why for part, why in missing.items()}
    for part, name in (
        (machine.CHROMIUM, "LINLI_TEST_CHROMIUM"),
        (machine.MOSQUITTO, "LINLI_TEST_MOSQUITTO"),
    ):
        os.environ[name] = part.find() or ""
    translations.compile_changed()
    frontend.build_if_changed()


@contextmanager
def _cluster() -> Iterator[str]:
    """The PostgreSQL that was named, or one of our own for as long as it is needed."""
    if named := os.environ.get("LINLI_TEST_POSTGRES_URL"):
        yield named
        return
    with throw_away_cluster(machine.POSTGRES.find() or "") as url:
        yield url


def _run_on(
    database: str, tally: Tally, words: tuple[str, ...], *, full: bool, url: str = ""
) -> None:
    """Run everything but the browser tests on one database; the house tests need only the first."""
    _heading(f"Tests on {database}")
    which = "not browser" if full else "not browser and not full"
    if url and not full:
        which += " and not both_in_full"
    once = ["--ignore=tests/house"] if url else []
    tally.add(_pytest(["-m", which, *once, *words], database_url=url))


def _run_in_browser(tally: Tally, words: tuple[str, ...], *, full: bool) -> None:
    _heading("Tests in a browser")
    which = "browser" if full else "browser and not full"
    tally.add(_pytest(["-m", which, *(words or _browser_files())], database_url=""))


def _browser_files() -> list[str]:
    """The files with browser tests: to gather all others takes half a minute."""
    files = chain((ROOT / "src").rglob("test_*.py"), (ROOT / "tests").rglob("test_*.py"))
    return sorted(str(file) for file in files if "mark.browser" in file.read_text("utf-8"))


def _pytest(words: list[str], *, database_url: str) -> Result:
    """Run pytest in a process of its own, so that each run begins from nothing."""
    with tempfile.TemporaryDirectory(prefix="linli-result-") as folder:
        target = Path(folder, "result.json")
        environment = {
            **os.environ,
            "LINLI_TEST_DATABASE_URL": database_url,
            "LINLI_TEST_RESULT": str(target),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-n", AT_ONCE, "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                [*command, *words], cwd=ROOT, env=environment, check=False, timeout=LONGEST_RUN
            )
        except subprocess.TimeoutExpired:
            click.secho(f"Broken off after {LONGEST_RUN // 60} minutes", fg="red")
            return Result(failed=1)
        return Result.read(target, status=done.returncode)


def _heading(text: str) -> None:
    click.secho(f"\n== {text} ==", bold=True)


def _finish(tally: Tally, minutes: float) -> int:
    """Say what did not run, loudly, then the sum; returns the status to exit with."""
    not_run = tally.not_run()
    if not_run:
        _heading("DID NOT RUN")
        for name, why in not_run.items():
            click.secho(f"  {name}: {why}", fg="red")
    in_ci = os.environ.get("CI", "").lower() == "true"
    strict = len(tally.not_run_though_possible()) if in_ci else 0
    if strict:
        click.secho(f"\nCI=true: {strict} of these count as failures", fg="red")
    click.echo(f"\n{minutes:.1f} minutes, {len(not_run)} not run")
    click.echo(f"{tally.passed} passed, {tally.failed + strict} failed")
    return int(bool(tally.failed + strict))
