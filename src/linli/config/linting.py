# SPDX-License-Identifier: MulanPSL-2.0
"""The checks of `linli lint`, fast ones first, each with the way to mend what it finds."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from linli.config.environment import ROOT

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One program that finds nothing when all is well."""

    name: str
    command: tuple[str, ...]
    mend: str


def _python(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *words)


HOUSE = Check(
    "house tests",
    _python("pytest", "-q", "-p", "no:cacheprovider", "-m", "not full", "tests/house"),
    "each message names the rule and the file",
)
CHECKS = (
    Check("ruff", (str(BIN / "ruff"), "check", "."), "ruff check --fix"),
    Check("format", (str(BIN / "ruff"), "format", "--check", "."), "ruff format"),
    Check("imports", (str(BIN / "lint-imports"), "--no-cache"), "imports go down: .importlinter"),
    Check("templates", (str(BIN / "djlint"), "src", "--lint", "--quiet"), "djlint src --lint"),
    Check(
        "migrations",
        (str(BIN / "linli"), "manage", "makemigrations", "--check", "--dry-run"),
        "./linli manage makemigrations",
    ),
    HOUSE,
    Check("types", _python("mypy"), "mypy says where"),
    Check("TypeScript", _python("linli.config.frontend", "check"), "tsc says where"),
)
WITHOUT_HOUSE = tuple(check for check in CHECKS if check is not HOUSE)


@dataclass(frozen=True)
class Found:
    """What a check said and how long it took."""

    check: Check
    is_good: bool
    text: str
    seconds: float


def run(checks: tuple[Check, ...] = CHECKS) -> int:
    """Run the checks, two at a time, and print what they found; returns how many did."""
    with ThreadPoolExecutor(2) as pool:
        found = [_show(each) for each in pool.map(_run, checks)]
    return sum(not each.is_good for each in found)


def _run(check: Check) -> Found:
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, "LINLI_MODE": "test", "LINLI_DATA": str(ROOT / "var/lint")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Found(check, done.returncode == 0, done.stdout, time.monotonic() - began)


def _show(found: Found) -> Found:
    mark = click.style("ok", fg="green") if found.is_good else click.style("not", fg="red")
    click.echo(f"  {mark:>4}  {found.check.name} ({found.seconds:.0f} s)")
    if not found.is_good:
        click.echo(found.text.rstrip())
        click.secho(f"        to mend it: {found.check.mend}", fg="yellow")
    return found
