# SPDX-License-Identifier: MulanPSL-2.0
"""Real and untidy lists go in, by command: what is right is taken, all else is named."""

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from linli.config.environment import ROOT
from linli.engines.registers.commands import registers
from linli.engines.registers.factories import register_define
from linli.engines.registers.models import Record
from linli.kernel.files.lists import LARGEST

pytestmark = pytest.mark.django_db

DATA = ROOT.parent / "shared" / "data"

SITE: dict[str, Any] = {
    "label": {"zh": "单位名录", "en": "Sites"},
    "clause": "practice",
    "at": ["level:community", "level:city"],
    "about": "thing",
    "unique": [["name", "district"]],
    "who": ["community_clerk"],
    "fields": {
        "name": {"type": "text", "label": {"zh": "名称", "en": "name"}, "need": True, "find": True},
        "district": {"type": "text", "label": {"zh": "区", "en": "district"}, "find": True},
        "kind": {"type": "text", "label": {"zh": "类型", "en": "type"}, "find": True},
        "ownership": {"type": "text", "label": {"zh": "性质", "en": "ownership"}},
    },
}


def told(path: Path, town: SimpleNamespace, *more: str) -> dict[str, Any]:
    """What the command says of a list."""
    words = ["import", "site", str(path), "--place", town.city.code, "--json", *more]
    done = CliRunner().invoke(registers, words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not there")
@pytest.mark.parametrize(
    ("name", "rows"), [("hospitals-shanghai.csv", 115), ("schools-shanghai.csv", 300)]
)
def test_real_lists_go_in_once(town: SimpleNamespace, name: str, rows: int) -> None:
    register_define("site", SITE)
    path = DATA / "lists" / name
    first = told(path, town)
    assert first["rows"] == rows
    assert first["added"] + first["wrong"] == rows
    assert all(each["why"] for each in first["troubles"])
    again = told(path, town)
    assert (again["added"], again["same"]) == (0, first["added"])
    assert Record.objects.count() == first["added"]


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not there")
def test_a_list_of_something_else_is_refused_with_what_is_missing(town: SimpleNamespace) -> None:
    register_define("site", SITE)
    path = DATA / "lists" / "exam-bank-law.csv"
    done = CliRunner().invoke(registers, ["import", "site", str(path), "--place", town.city.code])
    assert done.exit_code == 1
    assert "名称" in done.output or "name" in done.output
    assert not Record.objects.exists()


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not there")
@pytest.mark.parametrize("name", ["220403_liaoyuan_xian.csv", "511100_leshan.csv"])
def test_divisions_go_in_as_a_list_of_names(town: SimpleNamespace, name: str) -> None:
    register_define("site", SITE)
    found = told(DATA / "divisions" / name, town, "--column", "district=code")
    assert found["wrong"] == 0
    assert Record.objects.count() == found["added"] == found["rows"]


def test_a_dry_run_keeps_nothing(town: SimpleNamespace, tmp_path: Path) -> None:
    register_define("site", SITE)
    path = tmp_path / "a.csv"
    path.write_text("名称,区\n一小,东\n一小,东\n,西\n", encoding="gbk")
    found = told(path, town, "--dry-run")
    assert (found["added"], found["wrong"]) == (1, 2)
    assert not Record.objects.exists()


def test_a_file_that_unpacks_without_end_is_refused(town: SimpleNamespace, tmp_path: Path) -> None:
    register_define("site", SITE)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"0" * (2 * LARGEST + 1))
    done = CliRunner().invoke(registers, ["import", "site", str(path), "--place", town.city.code])
    assert done.exit_code == 1
    assert "100" in done.output


@pytest.mark.full
def test_two_hundred_thousand_rows(town: SimpleNamespace, tmp_path: Path) -> None:
    register_define("site", SITE)
    path = tmp_path / "many.csv"
    rows = (f"第{number}号,{number % 90}区,学校\n" for number in range(200_000))
    path.write_text("名称,区,类型\n" + "".join(rows), encoding="utf-8")
    found = told(path, town)
    assert (found["rows"], found["added"], found["wrong"]) == (200_000, 200_000, 0)
