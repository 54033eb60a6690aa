# SPDX-License-Identifier: MulanPSL-2.0
"""`linli packs check | load`."""

import json
import sys

import click

from linli.base.actor import SYSTEM
from linli.base.errors import Refused
from linli.kernel.packs import selectors, services
from linli.kernel.packs.checking import Checked, pack_check


@click.group()
def packs() -> None:
    """Check and load plan packs."""


@packs.command()
@click.argument("pack")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(pack: str, as_json: bool) -> None:
    """Check PACK (an id or a folder): every problem at once, with file and line."""
    checked = pack_check(selectors.pack_folder(pack))
    problems = [*(checked.base.problems if checked.base else []), *checked.problems]
    if as_json:
        click.echo(json.dumps([vars(problem) for problem in problems], ensure_ascii=False))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(1)
    click.echo(_summary(checked), err=True)


@packs.command()
@click.argument("pack")
@click.option("--json", "as_json", is_flag=True, help="Print what was loaded as JSON.")
def load(pack: str, as_json: bool) -> None:
    """Load PACK and the base it stands on; loading twice changes nothing."""
    try:
        report = services.pack_load(actor=SYSTEM, folder=selectors.pack_folder(pack))
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(vars(report), ensure_ascii=False))
    new = ", ".join(f"{count} {kind}" for kind, count in report.new.items()) or "nothing new"
    click.echo(f"{report.pack}@{report.version}: {new}", err=True)


def _summary(checked: Checked) -> str:
    files = checked.files
    return f"{files.id}@{files.version}: {len(files.entries)} entries, no problem"
