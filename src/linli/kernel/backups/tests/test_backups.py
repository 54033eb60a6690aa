# SPDX-License-Identifier: MulanPSL-2.0
"""Making backups, reading them through and putting them back, in one process."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation

from linli.base import crypto
from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Invalid, Refused
from linli.base.keyring import Purpose
from linli.kernel.accounts.models import Session
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.backups import databases, postgres
from linli.kernel.backups.commands import backup, restore
from linli.kernel.backups.contents import DATABASE, FILES, LIST, MANIFEST, Contents
from linli.kernel.backups.holding import held
from linli.kernel.backups.listing import backup_check
from linli.kernel.backups.making import Made, backup_make
from linli.kernel.backups.restoring import backup_find, backup_restore
from linli.kernel.backups.terms import KIND, Verb
from linli.kernel.backups.tests.conftest import Keep, url_of
from linli.kernel.files import storage
from linli.kernel.files.models import StoredFile
from linli.kernel.jobs.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(tmp_path: Path, keep: Keep) -> Made:
    """A backup with two papers in it, while somebody was signed in."""
    now = timezone.now()
    Session.objects.create(
        session_key="x", session_data="", expire_date=now, opened_at=now, seen_at=now
    )
    keep(b"%PDF- one")
    keep(b"%PDF- two" * 1000)
    return backup_make(actor=SYSTEM, to=tmp_path / "backups")


def sealed_file(made: Made) -> Path:
    """One of the sealed papers."""
    return next(path for path in (made.folder / FILES).glob("*/*"))


def test_a_backup_says_what_it_holds_and_nothing_of_it_can_be_read(made: Made) -> None:
    assert backup_check(made.folder) == made.contents
    told = json.loads((made.folder / MANIFEST).read_text("utf-8"))
    assert told["vendor"] == connection.vendor
    assert told["files"] == 2
    assert told["row"] == AuditRecord.objects.exclude(verb=Verb.MADE).latest("seq").seq
    for path in made.folder.rglob("*"):
        if path.is_file():
            assert b"%PDF" not in path.read_bytes()
            assert b"file_stored" not in path.read_bytes()
    row = AuditRecord.objects.get(verb=Verb.MADE)
    assert (row.subject_kind, row.subject_key) == (KIND, made.contents.name)
    assert row.detail == {"files": 2, "size": made.contents.size}
    assert not (made.folder.parent / "keys.json").exists()


def test_what_was_destroyed_comes_back(made: Made, keep: Keep) -> None:
    before = set(StoredFile.objects.values_list("key", flat=True))
    keep(b"%PDF- later")
    shutil.rmtree(storage.folder())
    done = backup_restore(actor=SYSTEM, folder=made.folder, replace=True)
    assert done.is_whole
    assert set(StoredFile.objects.values_list("key", flat=True)) == before
    assert {path.read_bytes() for path in storage.kept()} == {b"%PDF- one", b"%PDF- two" * 1000}
    assert not Session.objects.exists()
    row = AuditRecord.objects.latest("seq")
    assert row.verb == Verb.RESTORED
    assert row.detail["taken_at"] == made.contents.taken_at.isoformat()
    assert audit.verify().is_whole
    with pytest.raises(Exception, match="never changed"):
        AuditRecord.objects.all().delete()


def test_the_second_backup_takes_no_room_for_files_that_the_first_has(
    made: Made, keep: Keep
) -> None:
    keep(b"%PDF- three")
    again = backup_make(actor=SYSTEM, to=made.folder.parent)
    links = sorted(path.stat().st_nlink for path in (again.folder / FILES).glob("*/*"))
    assert links == [1, 2, 2]
    shutil.rmtree(made.folder)
    assert backup_check(again.folder).files == 3
    assert backup_find(made.folder.parent) == again.folder


def test_after_a_rotation_all_is_sealed_anew_and_the_old_can_be_read(
    made: Made, tmp_path: Path
) -> None:
    ring = shutil.copy(settings.LINLI_KEYS_FILE, tmp_path)
    crypto.ring_add(ring, Purpose.BACKUP)
    with override_settings(LINLI_KEYS_FILE=ring):
        again = backup_make(actor=SYSTEM, to=made.folder.parent)
        assert again.contents.key != made.contents.key
        assert {path.stat().st_nlink for path in (again.folder / FILES).glob("*/*")} == {1}
        assert backup_check(made.folder) == made.contents


def _flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-30] + bytes([data[-30] ^ 1]) + data[-29:])


def _exchange(made: Made, name: str) -> None:
    """Put another backup's part into this one."""
    other = backup_make(actor=SYSTEM, to=made.folder.parent / "other")
    shutil.copy(other.folder / name, made.folder / name)


def _say(made: Made, **changes: object) -> None:
    file = made.folder / MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), "utf-8")


HARMS: dict[str, Callable[[Made], object]] = {
    "a byte of the database": lambda made: _flip(made.folder / DATABASE),
    "a byte of a file": lambda made: _flip(sealed_file(made)),
    "a byte of the list": lambda made: _flip(made.folder / LIST),
    "no database": lambda made: (made.folder / DATABASE).unlink(),
    "no list": lambda made: (made.folder / LIST).unlink(),
    "a file is gone": lambda made: sealed_file(made).unlink(),
    "no manifest": lambda made: (made.folder / MANIFEST).unlink(),
    "another moment": lambda made: _say(made, taken_at="2026-01-01T00:00:00Z"),
    "another salt": lambda made: _say(made, salt="00"),
    "no salt": lambda made: _say(made, salt="no"),
    "more is said": lambda made: _say(made, more=1),
    "another database": lambda made: _exchange(made, DATABASE),
}


def test_every_harm_is_noticed(made: Made, tmp_path: Path) -> None:
    for number, (what, harm) in enumerate(HARMS.items()):
        copy = Made(shutil.copytree(made.folder, tmp_path / f"copy-{number}"), made.contents)
        harm(copy)
        with pytest.raises(Invalid):
            pytest.fail(f"{what}: {backup_check(copy.folder)}")


def test_a_harmed_backup_is_refused_before_anything_is_touched(made: Made) -> None:
    _flip(made.folder / DATABASE)
    rows = AuditRecord.objects.count()
    shutil.rmtree(storage.folder())
    with pytest.raises(Invalid):
        backup_restore(actor=SYSTEM, folder=made.folder, replace=True)
    assert AuditRecord.objects.count() == rows
    assert not storage.folder().exists()


def test_another_key_is_refused_by_name(made: Made, tmp_path: Path) -> None:
    crypto.ring_new(tmp_path / "other.json")
    with override_settings(LINLI_KEYS_FILE=tmp_path / "other.json"):
        with pytest.raises(Invalid, match=made.contents.key):
            backup_restore(actor=SYSTEM, folder=made.folder, replace=True)
        with translation.override("zh-hans"), pytest.raises(Invalid, match="密钥文件"):
            backup_check(made.folder)


def test_a_database_that_is_not_empty_or_at_work_is_left_alone(made: Made) -> None:
    with pytest.raises(Conflict, match="--replace"):
        backup_restore(actor=SYSTEM, folder=made.folder)
    now = timezone.now()
    Worker.objects.create(id="w", started_at=now, seen_at=now)
    with pytest.raises(Conflict, match="正在运行"):
        backup_restore(actor=SYSTEM, folder=made.folder, replace=True)
    assert not AuditRecord.objects.filter(verb=Verb.RESTORED).exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vendor": "oracle"}, "backup_other_database"),
        ({"migrations": ("files.0099_tomorrow",)}, "backup_other_version"),
    ],
)
def test_what_this_installation_could_not_read_is_refused(
    made: Made, changes: dict[str, object], code: str
) -> None:
    made.contents.model_copy(update=changes).signed().write(made.folder)
    with pytest.raises(Invalid) as refusal:
        backup_restore(actor=SYSTEM, folder=made.folder, replace=True)
    assert refusal.value.code == code


def test_a_database_that_does_not_take_the_dump_stays_as_it_was(keep: Keep) -> None:
    key = keep()
    with pytest.raises(Refused):
        databases.driver().load(iter([b"this is no dump" * 100]))
    assert StoredFile.objects.get().key == key


@contextmanager
def somebody_at_work() -> Iterator[None]:
    """A process that we do not know of holds the tables."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(url_of()) as other_one:
        other_one.execute("LOCK TABLE files_storedfile IN ACCESS SHARE MODE")
        yield


def test_who_still_works_with_the_tables_is_not_pushed_aside(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE", 0.5)
    with somebody_at_work(), pytest.raises(Refused, match=r"lock(ed)?\b"):
        backup_restore(actor=SYSTEM, folder=made.folder, replace=True)
    assert StoredFile.objects.count() == 2
    assert backup_restore(actor=SYSTEM, folder=made.folder, replace=True).is_whole


def test_one_at_a_time(made: Made) -> None:
    with held(), pytest.raises(Conflict):
        backup_make(actor=SYSTEM, to=made.folder.parent)
    with held(), pytest.raises(Conflict):
        backup_restore(actor=SYSTEM, folder=made.folder, replace=True)


def test_what_fails_or_was_killed_leaves_nothing_that_counts(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made.folder.parent
    (folder / ".0123.part" / FILES).mkdir(parents=True)
    (folder / ".0123.part" / MANIFEST).write_text("{}")

    def full(*_paths: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("linli.kernel.backups.making._list_write", full)
    with pytest.raises(Refused, match="No space left"):
        backup_make(actor=SYSTEM, to=folder)
    assert [path.name for path in folder.iterdir()] == [made.folder.name]
    assert AuditRecord.objects.filter(verb=Verb.MADE).count() == 1


def test_a_file_without_bytes_is_told_of(made: Made, keep: Keep) -> None:
    keep(b"%PDF- lost")
    storage.path_of(StoredFile.objects.latest("pk").key, "pdf").unlink()
    short = backup_make(actor=SYSTEM, to=made.folder.parent)
    done = backup_restore(actor=SYSTEM, folder=short.folder, replace=True)
    assert (done.lost, done.is_whole) == (1, False)


def test_no_secret_stands_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "se-cret")
    assert postgres._environment()["PGPASSWORD"] == "se-cret"


def test_the_commands_make_check_and_put_back(tmp_path: Path, keep: Keep) -> None:
    keep()
    folder = str(tmp_path / "to")
    run = CliRunner().invoke
    done = run(backup, ["--to", folder, "--json"])
    assert done.exit_code == 0, done.output
    assert "写入备份: 100 %" in done.stderr
    told = json.loads(done.stdout)
    assert told["files"] == 1
    for words in (["--check", folder], ["--check", told["folder"]]):
        assert run(backup, words).exit_code == 0
    assert run(restore, [folder, "--check"]).exit_code == 0
    assert isinstance(run(restore, [folder]).exception, Conflict)
    done = run(restore, [folder, "--replace"])
    assert done.exit_code == 0, done.output
    assert "操作记录完整" in done.stderr
    _flip(Path(told["folder"]) / DATABASE)
    assert isinstance(run(backup, ["--check", folder]).exception, Invalid)


def test_a_manifest_names_nobody() -> None:
    assert set(Contents.model_fields) == {
        "kind", "name", "taken_at", "version", "vendor", "server", "migrations", "seal", "row",
        "database", "listed", "files", "size", "key", "salt", "mac",
    }  # fmt: skip
