# SPDX-License-Identifier: MulanPSL-2.0
"""What production refuses to start with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from linli.base.keyring import ring_new
from linli.config.checks import problems_of_production
from linli.kernel.accounts.factories import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clean(settings: Settings, tmp_path: Path) -> None:
    """An installation that nothing speaks against."""
    settings.DEBUG = False
    settings.LINLI_DATA = tmp_path
    settings.LINLI_KEYS_FILE = tmp_path / "keys.json"
    ring_new(tmp_path / "keys.json")


def test_a_clean_installation_starts() -> None:
    assert problems_of_production() == []


def test_debug_is_refused(settings: Settings) -> None:
    settings.DEBUG = True
    assert "debug" in problems_of_production()[0]


def test_a_demo_key_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.LINLI_KEYS_FILE = tmp_path / "demo.json"
    ring_new(tmp_path / "demo.json", demo=True)
    assert "keys" in problems_of_production()[0]


def test_a_moved_demo_clock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo-clock").write_text("172800\n")
    assert "clock" in problems_of_production()[0]


def test_demo_accounts_are_refused() -> None:
    AccountFactory(is_demo=True)
    assert "demo accounts" in problems_of_production()[0]


def test_the_server_does_not_start_in_production_with_a_demo_key(tmp_path: Path) -> None:
    ring_new(tmp_path / "demo.json", demo=True)
    environment = {
        **os.environ,
        "LINLI_MODE": "production",
        "LINLI_DATA": str(tmp_path),
        "LINLI_KEYS_FILE": str(tmp_path / "demo.json"),
        "LINLI_DATABASE_URL": f"sqlite:///{tmp_path / 'linli.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import linli.config.wsgi"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "refusing to start in production" in done.stderr
