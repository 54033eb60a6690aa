# SPDX-License-Identifier: MulanPSL-2.0
"""`linli appeals import`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.kernel.places import selectors as place_selectors
from linli.kernel.places.models import Place
from linli.modules.appeals.services.importing import ImportReport, Trouble, appeals_import
from linli.modules.appeals.services.mappings import mapping_names, mapping_read

SHOWN = 20
"""Troubles printed for people; --json has them all."""


@click.group()
def appeals() -> None:
    """Appeals: what residents say, and the cases made of it."""


@appeals.command(
    "import",
    epilog=f"Saved mappings: {', '.join(mapping_names())}; a README.md beside them tells more.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", "mapping_name", required=True, help="A saved mapping, or a TOML file.")
@click.option("--place", "code", default="", help="Code of the place for rows that name none.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would happen; keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def appeals_import_command(
    file: Path, mapping_name: str, code: str, is_dry: bool, as_json: bool
) -> None:
    """Take in appeals from FILE (CSV or XLSX) by a saved column mapping; twice does no harm.

    Each keeps the time at which it was said, its clocks begin now. What is skipped or flagged is
    reported with line and reason. It may be stopped and run again. Ends with an error when nothing
    could be taken.
    """
    try:
        report = appeals_import(
            actor=SYSTEM,
            file=file,
            mapping=mapping_read(mapping_name),
            place=_place(code),
            is_dry=is_dry,
            progress=_progress,
        )
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    _print(report)
    if not report.taken and not report.known:
        sys.exit(1)


def _place(code: str) -> Place | None:
    if not code:
        return None
    place = place_selectors.place_by_code(code)
    if place is None:
        click.echo(_("There is no place with the code %(code)s.") % {"code": code}, err=True)
        sys.exit(1)
    return place


def _progress(rows: int) -> None:
    if sys.stderr.isatty():
        click.echo("\r" + _("%(rows)s rows …") % {"rows": rows}, nl=False, err=True)


def _print(report: ImportReport) -> None:
    if sys.stderr.isatty():
        click.echo("", err=True)
    counts = {
        **vars(report),
        "skipped": len(report.skipped),
        "flagged": len(report.flagged),
    }
    words = (
        _(
            "%(rows)s rows looked at, nothing kept: %(taken)s would be taken; %(known)s are there "
            "already; %(skipped)s skipped, %(flagged)s flagged; %(seconds)s s"
        )
        if report.is_dry
        else _(
            "%(rows)s rows: %(taken)s taken, %(known)s were there already; %(skipped)s skipped, "
            "%(flagged)s flagged; %(seconds)s s"
        )
    )
    click.echo(words % counts, err=True)
    _print_troubles(_("skipped, line %(line)s %(number)s: %(why)s"), report.skipped)
    _print_troubles(_("flagged, line %(line)s %(number)s: %(why)s"), report.flagged)
    for note in report.notes:
        click.echo(f"  {note}", err=True)


def _print_troubles(words: str, troubles: Sequence[Trouble]) -> None:
    for trouble in troubles[:SHOWN]:
        click.echo(f"  {words % vars(trouble)}", err=True)
    if len(troubles) > SHOWN:
        click.echo("  " + _("… and %(count)s more") % {"count": len(troubles) - SHOWN}, err=True)
