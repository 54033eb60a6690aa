# SPDX-License-Identifier: MulanPSL-2.0
"""`linli upgrade`: brings the database up to this version, or leaves it as it was."""

import sys
from pathlib import Path

import click
from django.core.management import CommandError, call_command
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.config import checks, ready
from linli.config.environment import Environment, Mode
from linli.kernel.backups.commands import Folder, folder_or_usual, tell
from linli.kernel.backups.databases import apps_behind, is_empty
from linli.kernel.backups.making import Made, backup_make
from linli.kernel.backups.restoring import backup_restore, ensure_stopped
from linli.kernel.health.checks import found
from linli.kernel.health.terms import State


class Unhealthy(Exception):
    """The tables were changed, and still pages could not be served."""


@click.command()
@click.option("--to", type=Folder, help="A folder for the backup; without it LINLI_BACKUPS.")
def upgrade(*, to: Path | None) -> None:
    """Back up, check, change the tables, ask whether all is well; if not, go back.

    Stop the platform and fetch the new version first.
    """
    if not is_empty() and not apps_behind():
        click.echo(_("The tables are up to date: there is nothing to do."), err=True)
        return
    ensure_stopped()
    made = backup_make(actor=SYSTEM, to=folder_or_usual(to), tell=tell)
    click.echo(_("A backup lies in %(folder)s.") % {"folder": made.folder}, err=True)
    _check()
    try:
        call_command("migrate", interactive=False, stdout=sys.stderr)
        if failed := [each.name for each in found() if each.state is State.FAILED]:
            raise Unhealthy(failed)
    except (Exception, KeyboardInterrupt) as error:
        _go_back(made, error)
    click.echo(_("The tables are up to date; start the platform."), err=True)


def _check() -> None:
    """Stop, with nothing changed, where this version could not run here."""
    is_production = Environment.read().mode is Mode.PRODUCTION
    problems = checks.problems_of_production() if is_production else []
    try:
        call_command("check", databases=["default"], stdout=sys.stderr)
    except CommandError as error:
        problems.append(str(error))
    if problems:
        message = _("This version cannot run here; nothing was changed:\n%(problems)s")
        ready.stop(message % {"problems": "\n".join(problems)})


def _go_back(made: Made, error: BaseException) -> None:
    """Put the backup back and stop; where even that fails, say how to go on by hand."""
    told = {"error": f"{type(error).__name__}: {error}", "folder": made.folder}
    click.echo(_("The upgrade failed (%(error)s); going back.") % told, err=True)
    try:
        backup_restore(actor=SYSTEM, folder=made.folder, replace=True, tell=tell)
    except Exception as worse:
        message = _(
            "Going back failed, too: %(worse)s\nMend that and say ./linli restore --replace"
            " %(folder)s with the version that ran before."
        )
        ready.stop(message % {**told, "worse": worse})
    message = _("The database is as it was before. Start the version that ran before.")
    ready.stop(message)
