# SPDX-License-Identifier: MulanPSL-2.0
"""What the process is told from outside."""

from pathlib import Path

import pytest

from linli.base.address import networks_read
from linli.config.environment import ON_THIS_MACHINE, ROOT, Environment, Log, Mode, SettingError


@pytest.fixture(autouse=True)
def _told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "MODE",
        "DATA",
        "DATABASE_URL",
        "KEYS_FILE",
        "TRUSTED_PROXIES",
        "BEHIND_PROXY",
        "WEB_PROCESSES",
        "CLAMAV",
        "PASSWORD_DAYS",
    ):
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
    with pytest.raises(SettingError, match="LINLI_MODE is holiday"):
        Environment.read()


def test_notes_and_backups_go_where_it_is_told_or_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("LINLI_ANCHORS", "LINLI_BACKUPS"):
        monkeypatch.delenv(name, raising=False)
    assert (Environment.read().anchors, Environment.read().backups) == (None, None)
    monkeypatch.setenv("LINLI_BACKUPS", str(tmp_path / "a" / ".." / "b"))
    assert Environment.read().backups == tmp_path / "b"


def test_told_nothing_it_trusts_no_proxy() -> None:
    environment = Environment.read()
    assert (environment.behind_proxy, environment.trusted_proxies) == (False, ())


def test_a_proxy_that_is_not_named_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_BEHIND_PROXY", "1")
    environment = Environment.read()
    assert environment.behind_proxy
    assert environment.trusted_proxies == networks_read(ON_THIS_MACHINE)


def test_proxies_are_named_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_TRUSTED_PROXIES", "10.1.0.7, 10.2.0.0/16,2001:db8::/32")
    environment = Environment.read()
    assert environment.behind_proxy
    assert [str(one) for one in environment.trusted_proxies] == [
        "10.1.0.7/32",
        "10.2.0.0/16",
        "2001:db8::/32",
    ]


def test_a_proxy_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_TRUSTED_PROXIES", "proxy.example")
    with pytest.raises(SettingError, match=r"LINLI_TRUSTED_PROXIES: 'proxy.example'"):
        Environment.read()


def test_it_serves_with_a_process_more_than_there_are_processors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for processors, processes in ((None, 2), (1, 2), (2, 3), (64, 5)):
        monkeypatch.setattr("os.cpu_count", lambda found=processors: found)
        assert Environment.read().web_processes == processes
    monkeypatch.setenv("LINLI_WEB_PROCESSES", "12")
    assert Environment.read().web_processes == 12


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5"])
def test_a_number_of_processes_that_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("LINLI_WEB_PROCESSES", given)
    with pytest.raises(SettingError, match=f"LINLI_WEB_PROCESSES is {given}"):
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


def test_logs_are_json_in_production_and_lines_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_LOG", raising=False)
    assert Environment.read().log is Log.JSON
    monkeypatch.setenv("LINLI_MODE", "demo")
    assert Environment.read().log is Log.LINE
    monkeypatch.setenv("LINLI_LOG", "json")
    assert Environment.read().log is Log.JSON
    monkeypatch.setenv("LINLI_LOG", "poem")
    with pytest.raises(SettingError, match="LINLI_LOG is poem"):
        Environment.read()


@pytest.mark.parametrize("where", ["", "/run/clamav/clamd.ctl", "scanner:3310", "[::1]:3310"])
def test_a_scanner_listens_at_a_socket_or_a_port(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("LINLI_CLAMAV", where)
    assert Environment.read().clamav == where


@pytest.mark.parametrize("where", ["yes", "scanner", "clamd.ctl", ":3310", "scanner:port"])
def test_a_scanner_that_is_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("LINLI_CLAMAV", where)
    with pytest.raises(SettingError, match="LINLI_CLAMAV"):
        Environment.read()


@pytest.mark.parametrize(
    ("given", "days"), [("", (365, 180)), ("90 30", (90, 30)), ("0 0", (0, 0))]
)
def test_how_old_passwords_may_be_is_told_in_days(
    monkeypatch: pytest.MonkeyPatch, given: str, days: tuple[int, int]
) -> None:
    monkeypatch.setenv("LINLI_PASSWORD_DAYS", given)
    assert Environment.read().password_days == days


@pytest.mark.parametrize("given", ["90", "90 -1", "a year"])
def test_days_that_are_no_two_numbers_are_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("LINLI_PASSWORD_DAYS", given)
    with pytest.raises(SettingError, match="LINLI_PASSWORD_DAYS"):
        Environment.read()
