# SPDX-License-Identifier: MulanPSL-2.0
"""What the process is told from outside."""

from pathlib import Path

import pytest

from linli.config.environment import ROOT, Environment, Mode


@pytest.fixture(autouse=True)
def _told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODE", "DATA", "DATABASE_URL", "KEYS_FILE"):
        monkeypatch.delenv(f"LINLI_{name}", raising=False)


def test_told_nothing_it_is_production_with_its_data_in_var() -> None:
    environment = Environment.read()
    assert environment.mode is Mode.PRODUCTION
    assert environment.data == ROOT / "var"
    assert environment.database_url == f"sqlite:///{ROOT}/var/linli.sqlite3"
    assert environment.keys_file == ROOT / "var" / "keys.json"


def test_database_and_keys_follow_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LINLI_DATA", str(tmp_path))
    environment = Environment.read()
    assert environment.database_url.endswith(f"{tmp_path}/linli.sqlite3")
    assert environment.keys_file.parent == tmp_path


def test_an_unknown_mode_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_MODE", "holiday")
    with pytest.raises(ValueError, match="holiday"):
        Environment.read()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
    ],
)
def test_pages_may_load_tiles_from_where_they_are(
    monkeypatch: pytest.MonkeyPatch, url: str, origin: str
) -> None:
    monkeypatch.setenv("LINLI_TILE_URL", url)
    assert Environment.read().tile_origin == origin
