# SPDX-License-Identifier: MulanPSL-2.0
"""Gives every pytest run an environment of its own, before Django reads its settings."""

import atexit
import gc
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from linli.base.keyring import ring_new
from linli.config import translations

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _own_folder() -> Path:
    if WORKER:
        return Path(os.environ["LINLI_TEST_FOLDER"], WORKER)
    folder = Path(tempfile.mkdtemp(prefix="linli-test-"))
    os.environ["LINLI_TEST_FOLDER"] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


if not WORKER:
    translations.compile_changed()
_folder = _own_folder()
_folder.mkdir(parents=True, exist_ok=True)
os.environ["LINLI_MODE"] = "test"
os.environ["LINLI_DATA"] = str(_folder)
os.environ["LINLI_KEYS_FILE"] = str(_folder / "keys.json")
ring_new(_folder / "keys.json", demo=True)
os.environ["LINLI_DATABASE_URL"] = os.environ.get("LINLI_TEST_DATABASE_URL") or (
    f"sqlite:///{_folder / 'linli.sqlite3'}"
)

settings.register_profile("linli", deadline=None)  # a busy machine is no fault
settings.load_profile("linli")


IS_POSTGRES = os.environ["LINLI_DATABASE_URL"].startswith("postgres")
USES_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what no database can change (docs/decisions/0017)."""
    if not IS_POSTGRES:
        return
    kept = [item for item in items if _differs_by_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _differs_by_database(item: pytest.Item) -> bool:
    """Services, selectors and stories; pages of the shells only where they say so."""
    if item.get_closest_marker("both_databases") is not None:
        return True
    is_shell = "/src/linli/shells/" in item.path.as_posix()
    named = set(getattr(item, "fixturenames", ()))
    asks = item.get_closest_marker("django_db") is not None or bool(named & USES_DATABASE)
    return asks and not is_shell


def pytest_collection_finish() -> None:
    """What stands for the whole run is not looked through again at every collection of garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def pytest_runtest_setup() -> None:
    """What one test has read of definitions is taken back after it, and so is how late it was."""
    from linli.base import clock
    from linli.base.definitions import definitions_forgotten

    definitions_forgotten()
    clock.enable_shift(None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leave what ran and what did not where `./linli test` reads it."""
    target = os.environ.get("LINLI_TEST_RESULT")
    if not target or WORKER:
        return
    stats = terminalreporter.stats
    failed = [*stats.get("failed", []), *stats.get("error", [])]
    passed = stats.get("passed", [])
    skipped = {report.nodeid: str(report.longrepr[2]) for report in stats.get("skipped", [])}
    found = {
        "passed": len(passed),
        "failed": len(failed),
        "ran": [report.nodeid for report in [*passed, *failed]],
        "skipped": skipped,
    }
    Path(target).write_text(json.dumps(found))
