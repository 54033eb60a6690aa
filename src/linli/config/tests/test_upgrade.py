# SPDX-License-Identifier: MulanPSL-2.0
"""Upgrading: with a change of the tables that fits, and with one that fails on purpose."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.utils import timezone

from linli.base.actor import SYSTEM
from linli.base.errors import Conflict, Invalid
from linli.config.commands.upgrade import upgrade
from linli.kernel.audit import services as audit
from linli.kernel.audit.models import AuditRecord
from linli.kernel.backups.contents import DATABASE
from linli.kernel.backups.listing import backup_check
from linli.kernel.backups.restoring import backup_find
from linli.kernel.backups.terms import Verb
from linli.kernel.files import services as files
from linli.kernel.files.models import StoredFile
from linli.kernel.jobs.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "growing_leaf"


def fail() -> None:
    """What a change of the tables does that fails."""
    raise ValueError("this change does not fit what is there")


@pytest.fixture
def to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the backup goes; a new part is installed, and something lies in the old ones."""
    data = tmp_path / "data"
    data.mkdir()
    apps = [*settings.INSTALLED_APPS, "linli.config.tests.growing"]
    given = {"INSTALLED_APPS": apps, "LINLI_DATA": data, "WHILE_GROWING": fail}
    given["SILENCED_SYSTEM_CHECKS"] = ["templates.E002"]  # pytest marks what a template lacks
    monkeypatch.setattr("linli.kernel.health.selectors._whole", set())
    with override_settings(**given):
        upload = io.BytesIO(b"%PDF- paper")
        files.file_store(actor=SYSTEM, upload=upload, owner_kind="matter", owner_key="1")
        yield tmp_path / "backups"
        if TABLE in connection.introspection.table_names():
            call_command("migrate", "growing", "zero", verbosity=0)


def said(to: Path | None) -> Result:
    """What the command says."""
    return CliRunner().invoke(upgrade, ["--to", str(to)] if to else [])


def test_a_change_that_fails_leaves_everything_as_it_was(to: Path) -> None:
    rows = AuditRecord.objects.count()
    done = said(to)
    assert done.exit_code == 1, done.output
    assert "this change does not fit" in done.stderr
    assert "请启动升级前的版本" in done.stderr
    assert TABLE not in connection.introspection.table_names()
    assert StoredFile.objects.count() == 1
    assert AuditRecord.objects.latest("seq").verb == Verb.RESTORED
    assert AuditRecord.objects.count() == rows + 1
    assert audit.verify().is_whole
    assert backup_check(backup_find(to)).files == 1


def test_a_change_that_fits_is_made_after_a_backup(to: Path) -> None:
    with override_settings(WHILE_GROWING=lambda: None):
        done = said(to)
    assert done.exit_code == 0, done.output
    assert TABLE in connection.introspection.table_names()
    assert not StoredFile.objects.exists()
    assert backup_check(backup_find(to)).files == 1
    again = said(to)
    assert again.exit_code == 0
    assert "不需要升级" in again.stderr
    assert len(list(to.iterdir())) == 1


def test_tables_that_pages_cannot_be_served_from_are_put_back(to: Path) -> None:
    def half() -> None:
        MigrationRecorder(connection).record_unapplied("files", "0002_exports")

    with override_settings(WHILE_GROWING=half):
        done = said(to)
    assert done.exit_code == 1
    assert "tables" in done.stderr
    assert TABLE not in connection.introspection.table_names()
    assert StoredFile.objects.count() == 1


def test_where_even_the_way_back_fails_it_says_how_to_go_on(to: Path) -> None:
    def harm_and_fail() -> None:
        (backup_find(to) / DATABASE).unlink()
        fail()

    with override_settings(WHILE_GROWING=harm_and_fail):
        done = said(to)
    assert done.exit_code == 1
    assert "恢复也失败了" in done.stderr
    assert f"restore --replace {backup_find(to)}" in done.stderr


def test_an_installation_that_the_version_cannot_run_on_is_not_touched(
    to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_MODE", "production")
    done = said(to)
    assert done.exit_code == 1
    assert "demo" in done.stderr
    assert TABLE not in connection.introspection.table_names()
    assert not AuditRecord.objects.filter(verb=Verb.RESTORED).exists()


def test_it_waits_for_nobody_and_guesses_no_folder(to: Path) -> None:
    with override_settings(LINLI_BACKUPS=None):
        assert isinstance(said(None).exception, Invalid)
    now = timezone.now()
    Worker.objects.create(id="w", started_at=now, seen_at=now)
    assert isinstance(said(to).exception, Conflict)
    assert not to.exists()
