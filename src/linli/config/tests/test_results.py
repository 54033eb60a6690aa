# SPDX-License-Identifier: MulanPSL-2.0
"""What `./linli test` counts as run."""

import json
from pathlib import Path

from linli.config.testing.results import OUTSIDE, Result, Tally


def _result(*, ran: tuple[str, ...] = (), **skipped: str) -> Result:
    return Result(len(ran), 0, frozenset(ran), dict(skipped))


def test_a_test_that_ran_on_one_database_has_run() -> None:
    tally = Tally()
    tally.add(_result(one="needs PostgreSQL"))
    tally.add(_result(ran=("one",)))
    assert tally.not_run() == {}


def test_a_test_that_ran_nowhere_is_named_with_its_reason() -> None:
    tally = Tally(missing={"Chromium": "not here"})
    tally.add(_result(one="needs PostgreSQL"))
    assert tally.not_run() == {"Chromium": "not here", "one": "needs PostgreSQL"}


def test_material_from_outside_the_repository_is_named_but_is_no_failure() -> None:
    tally = Tally()
    tally.add(_result(one=f"{OUTSIDE} is not there"))
    assert list(tally.not_run()) == ["one"]
    assert tally.not_run_though_possible() == {}


def test_a_run_that_breaks_off_is_a_failure(tmp_path: Path) -> None:
    assert Result.read(tmp_path / "nothing", status=3).failed == 1


def test_a_run_with_an_error_outside_a_test_is_a_failure(tmp_path: Path) -> None:
    written = tmp_path / "result"
    written.write_text(json.dumps({"passed": 1, "failed": 0, "ran": ["one"], "skipped": {}}))
    assert Result.read(written, status=1).failed == 1
    assert Result.read(written, status=0).failed == 0
