# SPDX-License-Identifier: MulanPSL-2.0
"""`linli backup`, `linli restore`; the verbs stand in config, as an empty database must do."""

import json
import sys
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid, Message
from linli.kernel.backups.contents import Contents
from linli.kernel.backups.listing import backup_check
from linli.kernel.backups.making import backup_make
from linli.kernel.backups.restoring import Restored, backup_find, backup_restore
from linli.kernel.backups.terms import Step

WORDS: dict[str, Message] = {
    Step.WRITING: gettext_lazy("Writing the backup"),
    Step.CHECKING: gettext_lazy("Reading the backup through"),
    Step.FILES: gettext_lazy("Putting back photos and papers"),
    Step.DATABASE: gettext_lazy("Putting back the database"),
    Step.RECORD: gettext_lazy("Verifying the record"),
}
Folder = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--to", type=Folder, help="A folder of backups; without it LINLI_BACKUPS.")
@click.option("--check", type=Folder, help="Read a backup through instead of making one.")
@click.option("--json", "as_json", is_flag=True, help="Print what it holds as JSON.")
def backup(*, to: Path | None, check: Path | None, as_json: bool) -> None:
    """Back up database and files, encrypted, while people work; the keys are not in it.

    The backup is a folder of its own below the folder that is named. With --check the newest
    backup in a folder is read through, all of it.
    """
    if check is not None:
        _checked(check, as_json=as_json)
        return
    made = backup_make(actor=SYSTEM, to=folder_or_usual(to), tell=tell)
    _say(made.folder, made.contents, as_json=as_json)


@click.command()
@click.argument("folder", type=Folder)
@click.option("--check", is_flag=True, help="Read the backup through and change nothing.")
@click.option("--replace", is_flag=True, help="Throw away what the database holds now.")
@click.option("--json", "as_json", is_flag=True, help="Print what came back as JSON.")
def restore(*, folder: Path, check: bool, replace: bool, as_json: bool) -> None:
    """Put back a backup, or the newest in a folder of backups, and verify the record.

    All of it is read before anything is changed. Ends with 1 if something is missing.
    """
    if check:
        _checked(folder, as_json=as_json)
        return
    found = backup_find(folder)
    done = backup_restore(actor=SYSTEM, folder=found, replace=replace, tell=tell)
    _say(found, done.contents, as_json=as_json)
    for line in outcome(done):
        click.echo(line, err=True)
    if not done.is_whole:
        sys.exit(1)


def folder_or_usual(to: Path | None) -> Path:
    """The folder that is named, or else the one of the nightly backups. Raises Invalid."""
    found: Path | None = to or settings.LINLI_BACKUPS
    if found is None:
        message = _("Say where the backup goes: --to FOLDER, or set LINLI_BACKUPS.")
        raise Invalid(message, code="backup_where")
    return found.resolve()


def tell(step: Step, percent: int) -> None:
    """Say on the terminal how far a step is."""
    click.echo(f"{WORDS[step]}: {percent} %", err=True)


def outcome(done: Restored) -> list[str]:
    """What must be said of what came back."""
    lines = []
    if done.record is not None and done.record.is_whole:
        text = _("The record is whole: %(rows)s rows, all as they were written.")
        lines.append(text % {"rows": done.record.rows})
    elif done.record is not None:
        text = _("The record is NOT whole, at %(at)s: say ./linli audit verify.")
        lines.append(text % {"at": done.record.first_broken})
    if done.lost:
        text = ngettext(
            "%(count)s photo or paper is not in the backup.",
            "%(count)s photos or papers are not in the backup.",
            done.lost,
        )
        lines.append(text % {"count": done.lost})
    if done.is_behind:
        text = _("The tables are of an older version: say ./linli manage migrate.")
        lines.append(text)
    return lines


def _checked(folder: Path, *, as_json: bool) -> None:
    found = backup_find(folder)
    _say(found, backup_check(found, tell=tell), as_json=as_json)


def _say(folder: Path, contents: Contents, *, as_json: bool) -> None:
    if as_json:
        shown = contents.model_dump(mode="json", exclude={"mac", "salt", "migrations"})
        click.echo(json.dumps({"folder": str(folder), **shown}))
        return
    text = _("%(folder)s: as of %(at)s, %(files)s files, %(size)s MB, seal %(seal)s")
    told = {
        "folder": folder,
        "at": contents.taken_at.isoformat(timespec="seconds"),
        "files": contents.files,
        "size": f"{contents.size / 1e6:.1f}",
        "seal": contents.seal or "-",
    }
    click.echo(text % told, err=True)
