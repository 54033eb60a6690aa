# SPDX-License-Identifier: MulanPSL-2.0
"""The catalog of systems says nothing that is not so."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.config import systems as catalog
from linli.config.environment import ROOT
from linli.config.systems import System

CATALOG = ROOT / "docs" / "systems.csv"


@pytest.fixture(name="rows")
def fixture_rows() -> list[System]:
    return catalog.catalog_read(CATALOG)


@pytest.fixture(name="house")
def fixture_house(tmp_path: Path) -> Path:
    """A small checkout with one module, one kernel part, one pack and one story."""
    files = {
        "src/linli/modules/appeals/rules.py": "",
        "src/linli/kernel/places/models.py": "",
        "src/linli/modules/empty/README.md": "",
        "packs/base/workflows/appeal.toml": '[workflow.appeal]\nclause = "practice"\n',
        "packs/base/choices.toml": '[choices]\nreason = {clause = "practice"}\n',
        "packs/base/classes.csv": "id,part_of,zh\nnoise,,噪声\n",
        "tests/stories/test_round.py": "def test_it_goes_round():\n    assert 1 + 1 == 2\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


STORY = "tests/stories/test_round.py::test_it_goes_round"


def _changed(rows: Iterable[System], key: str, **changes: str) -> list[System]:
    """The catalog with every row planned, but for one that is changed."""
    plain = [replace(row, carried_by="planned register", story="", state="planned") for row in rows]
    return [replace(row, **changes) if row.id == key else row for row in plain]


def test_the_catalog_of_this_house_is_true(rows: list[System]) -> None:
    assert catalog.catalog_problems(rows, ROOT) == []


def test_all_486_systems_are_there(rows: list[System]) -> None:
    assert len(rows) == 486
    assert sum(size for size, _zh, _en in catalog.DOMAINS.values()) == 486


@pytest.mark.parametrize(
    "carried_by",
    ["workflow:appeal", "choices:reason", "class:noise", "module:appeals", "kernel:places"],
)
def test_a_row_that_names_what_exists_may_work(
    rows: list[System], house: Path, carried_by: str
) -> None:
    told = _changed(rows, "CAS-01", carried_by=carried_by, story=STORY, state="works")
    assert catalog.catalog_problems(told, house) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"state": "done"}, '"done" is no state'),
        ({"zh": ""}, "the Chinese name"),
        ({"en": "接诉即办"}, "the English name"),
        ({"carried_by": "planned miracle"}, '"miracle" is nothing that can be planned'),
        ({"carried_by": "workflow:apeal", "state": "declared"}, '"workflow:apeal" is not there'),
        ({"carried_by": "module:empty", "state": "declared"}, '"module:empty" is not there'),
        ({"carried_by": "class:light", "state": "declared"}, '"class:light" is not there'),
        ({"carried_by": "", "state": "declared"}, '"" is not there'),
        ({"state": "declared"}, 'is only "planned register"'),
        ({"carried_by": "workflow:appeal", "state": "works"}, "names no story"),
        (
            {"carried_by": "workflow:appeal", "state": "works", "story": f"{STORY}_twice"},
            "is not there",
        ),
        (
            {"carried_by": "workflow:appeal", "state": "works", "story": "tests/no.py::test_it"},
            "is not there",
        ),
        ({"story": "/etc/passwd::test_it"}, "is not there"),
    ],
)
def test_a_row_that_is_not_true_is_refused(
    rows: list[System], house: Path, changes: dict[str, str], refusal: str
) -> None:
    problems = catalog.catalog_problems(_changed(rows, "CAS-01", **changes), house)
    assert len(problems) == 1
    assert problems[0].startswith("CAS-01: ")
    assert refusal in problems[0]


def test_a_missing_a_doubled_and_an_unknown_row_are_refused(
    rows: list[System], house: Path
) -> None:
    plain = _changed(rows, "")
    told = [*plain[1:], plain[5], replace(plain[7], id="ORG-77")]
    assert catalog.catalog_problems(told, house) == [
        "ORG-01: is missing",
        "ORG-77: is no system of the plans",
        "ORG-06: stands here 2 times",
    ]


@pytest.mark.parametrize(
    "content", ["id,zh\nORG-01,网格\n", "id,zh,en,carried_by,story,state\nORG-01,a\n"]
)
def test_a_broken_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "systems.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"systems\.csv"):
        catalog.catalog_read(path)


def test_the_command_prints_json_for_programs(rows: list[System]) -> None:
    result = CliRunner().invoke(catalog.systems, ["--json"])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert [row["id"] for row in printed] == [row.id for row in rows]
    assert set(printed[0]) == {"id", "zh", "en", "carried_by", "story", "state"}


def test_the_command_prints_a_table_and_totals_for_people(rows: list[System]) -> None:
    result = CliRunner().invoke(catalog.systems)
    assert result.exit_code == 0
    assert "接诉即办" in result.stdout
    totals = [sum(row.state == state for row in rows) for state in catalog.STATES]
    assert result.stdout.split()[-4:] == ["486", *map(str, totals)]
