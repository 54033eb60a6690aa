# SPDX-License-Identifier: MulanPSL-2.0
"""`linli places import | check`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.kernel.places.imports import ImportReport, places_import
from linli.kernel.places.reading import Trouble
from linli.kernel.places.selectors import place_by_code
from linli.kernel.places.terms import Crs
from linli.kernel.places.topology import Flaw, topology_check

SHOWN = 200
"""Troubles printed for people, so that a morning's mending needs one run; --json has them all."""


FLAWS = {
    Flaw.GAP: gettext_lazy("%(code)s %(name)s: %(percent)s is covered by nothing below it"),
    Flaw.OVERLAP: gettext_lazy("%(code)s %(name)s overlaps %(other)s by %(percent)s"),
    Flaw.OUTSIDE: gettext_lazy("%(code)s %(name)s lies %(percent)s outside %(other)s"),
}


@click.group()
def places() -> None:
    """Places: the tree of divisions and grids."""


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--crs",
    type=click.Choice([crs.value for crs in Crs]),
    default=Crs.WGS84.value,
    show_default=True,
    help="Coordinates that boundaries are written in.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def places_import_command(file: Path, crs: str, as_json: bool) -> None:
    """Take divisions (CSV) or boundaries (GeoJSON) from FILE; twice does no harm.

    Codes of 12 digits with their parent's, or of 6 or 9 digits without, are understood. What is
    skipped is reported with line and reason. Ends with an error when nothing could be taken.
    """
    try:
        report = places_import(actor=SYSTEM, content=file.read_bytes(), crs=Crs(crs))
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps({"file": file.name, **report.as_json()}, ensure_ascii=False))
    _print(report, file.name)
    if not report.taken:
        sys.exit(1)


@places.command("check")
@click.option("--place", "code", default="", help="Only at the place of this code and below.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def places_check_command(code: str, as_json: bool) -> None:
    """Look for gaps, overlaps and places outside what they belong to; ends with an error if any."""
    place = place_by_code(code) if code else None
    if code and place is None:
        click.echo(_("There is no place with the code %(code)s.") % {"code": code}, err=True)
        sys.exit(1)
    findings = topology_check(place.path if place is not None else "")
    if as_json:
        click.echo(json.dumps([vars(each) for each in findings], ensure_ascii=False))
    for each in findings[:SHOWN]:
        click.echo(FLAWS[each.flaw] % {**vars(each), "percent": f"{each.share:.1%}"}, err=True)
    if len(findings) > SHOWN:
        click.echo("  " + _("… and %(count)s more") % {"count": len(findings) - SHOWN}, err=True)
    if findings:
        sys.exit(1)
    click.echo(_("All boundaries fit."), err=True)


def _print(report: ImportReport, file: str) -> None:
    summary = _(
        "%(rows)s rows (%(shape)s): %(taken)s taken, %(added)s of them new; %(skipped)s skipped; "
        "%(boundaries)s boundaries, %(repaired)s repaired; %(seconds)s s"
    )
    counts = {"skipped": len(report.skipped), "repaired": len(report.repaired)}
    click.echo(summary % {**vars(report), **counts, "shape": report.shape.label}, err=True)
    _print_troubles(_("skipped %(file)s:%(line)s %(code)s: %(why)s"), report.skipped, file)
    _print_troubles(_("repaired %(file)s:%(line)s %(code)s: %(why)s"), report.repaired, file)
    for note in report.notes:
        click.echo(f"  {note}", err=True)


def _print_troubles(words: str, troubles: Sequence[Trouble], file: str) -> None:
    for trouble in troubles[:SHOWN]:
        click.echo(f"  {words % {**asdict(trouble), 'file': file}}", err=True)
    if len(troubles) > SHOWN:
        click.echo("  " + _("… and %(count)s more") % {"count": len(troubles) - SHOWN}, err=True)
