# SPDX-License-Identifier: MulanPSL-2.0
"""Database addresses."""

import pytest

from linli.config.database import AWAY, QUICK, database_settings, replica_settings


def test_an_sqlite_file_is_named_by_its_path() -> None:
    settings = database_settings("sqlite:////data/linli%20one.sqlite3")
    assert settings["NAME"] == "/data/linli one.sqlite3"
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]


def test_a_relative_sqlite_path_stays_relative() -> None:
    assert database_settings("sqlite:///linli.sqlite3")["NAME"] == "linli.sqlite3"


def test_a_postgres_address_is_taken_apart() -> None:
    settings = database_settings("postgres://lin:p%40ss@db.example:5433/city?sslmode=require")
    assert (settings["HOST"], settings["PORT"]) == ("db.example", "5433")
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("lin", "p@ss", "city")
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["pool"]["max_size"] == 20
    assert settings["CONN_MAX_AGE"] == 0


def test_a_postgres_socket_is_named_in_the_query() -> None:
    settings = database_settings("postgresql://linli@/linli?host=/run/postgresql", for_tests=True)
    assert settings["HOST"] == "/run/postgresql"
    assert settings["OPTIONS"] == {**QUICK, **AWAY}


def test_a_primary_and_who_may_take_its_place_are_named_in_the_query() -> None:
    query = "host=a.example,b.example&port=5432,5433&target_session_attrs=read-write"
    settings = database_settings(f"postgres://linli@/city?{query}")
    assert settings["HOST"] == "a.example,b.example"
    assert settings["OPTIONS"]["port"] == "5432,5433"
    assert settings["OPTIONS"]["target_session_attrs"] == "read-write"


def test_a_replica_is_only_read_and_not_waited_for() -> None:
    settings = replica_settings("postgres://linli@b.example/city")
    assert "default_transaction_read_only=on" in settings["OPTIONS"]["options"]
    assert settings["OPTIONS"]["pool"]["timeout"] == 2
    with pytest.raises(ValueError, match="LINLI_REPLICA_URL"):
        replica_settings("sqlite:///city.sqlite3")


def test_what_is_asked_often_is_planned_once_unless_a_pooler_cannot_keep_it() -> None:
    address = "postgres://linli@db.example/linli"
    assert database_settings(address)["OPTIONS"]["prepare_threshold"] == 3
    behind = database_settings(f"{address}?prepare_threshold=none")
    assert behind["OPTIONS"]["prepare_threshold"] is None


@pytest.mark.parametrize("url", ["mysql://a/b", "linli.sqlite3", ""])
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with"):
        database_settings(url)
