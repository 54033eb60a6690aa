# SPDX-License-Identifier: MulanPSL-2.0
"""`linli places import`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.kernel.places.commands import places
from linli.kernel.places.models import Place

pytestmark = pytest.mark.django_db

FILE = "code,name,level,parent_code\n519900000000,春江市,2,510000000000\nbad,坏,3,519900000000\n"


def test_the_report_is_json_on_stdout_and_words_on_stderr(tmp_path: Path) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(FILE, encoding="utf-8")
    result = CliRunner().invoke(places, ["import", str(file), "--json"])
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert (report["file"], report["rows"], report["taken"], report["added"]) == (
        "divisions.csv",
        2,
        1,
        1,
    )
    assert report["skipped"][0]["line"] == 3
    assert report["skipped"][0]["code"] == "bad"
    assert report["skipped"][0]["why"]
    assert any("3" in line and "bad" in line for line in result.stderr.splitlines())
    assert Place.objects.get().code == "519900"


@pytest.mark.parametrize("content", ["nothing", "code,name\nbad,坏\n"])
def test_it_fails_where_nothing_could_be_taken(tmp_path: Path, content: str) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(places, ["import", str(file)])
    assert result.exit_code == 1
    assert result.stderr
    assert not result.stdout


def test_help_is_given() -> None:
    result = CliRunner().invoke(places, ["import", "--help"])
    assert result.exit_code == 0
    assert "--crs" in result.output


def test_forty_errors_are_all_printed_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "divisions.csv"
    bad = "".join(f"x{number},村,5,519900000000\n" for number in range(40))
    file.write_text(FILE + bad, encoding="utf-8")
    result = CliRunner().invoke(places, ["import", str(file)])
    assert result.exit_code == 0
    told = [line for line in result.stderr.splitlines() if "divisions.csv" in line]
    assert len(told) == 41
    assert all(str(line) in told[line - 3] for line in range(3, 44))
