# SPDX-License-Identifier: MulanPSL-2.0
"""`linli registers import`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from django.utils.translation import gettext as _

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid, Refused
from linli.base.text import label
from linli.engines.registers.rules.columns import columns_of, guessed
from linli.engines.registers.selectors import Register, register_find
from linli.engines.registers.services.importing import ListImport, Tally, Trouble
from linli.kernel.files.lists import heads_of
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import place_by_code

SHOWN = 20
"""Troubles printed for people; --json has them all."""


@click.group()
def registers() -> None:
    """Registers: the ledgers, rolls and files of a city."""


@registers.command("import")
@click.argument("register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--place", "code", required=True, help="Code of the place below which its rows lie.")
@click.option("--column", "named", multiple=True, help="FIELD=HEAD, where the heads differ.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would happen; keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def registers_import_command(
    register: str, file: Path, *, code: str, named: tuple[str, ...], is_dry: bool, as_json: bool
) -> None:
    """Take FILE (CSV or XLSX) into REGISTER; twice does no harm.

    Heads are found by the names of the fields. What is wrong is reported by line and column. It may
    be stopped and run again. Ends with an error when nothing could be taken.
    """
    troubles: list[Trouble] = []
    try:
        work = _work(register, file, code, named, is_dry=is_dry)
        work.take(file, told=lambda tally: _told(tally, troubles))
    except Refused as refused:
        said = "; ".join(str(each) for each in refused.fields.values())
        click.echo(said or str(refused), err=True)
        sys.exit(1)
    _print(work.tally, troubles, as_json=as_json)
    if not work.tally.added + work.tally.changed + work.tally.same:
        sys.exit(1)


def _work(key: str, file: Path, code: str, named: tuple[str, ...], *, is_dry: bool) -> ListImport:
    place = place_by_code(code)
    if place is None:
        message = _("There is no place with the code %(code)s.") % {"code": code}
        raise Invalid(message, code="no_place")
    register = register_find(key, place.path)
    if register is None:
        raise Invalid(_("There is no such register here."), code="no_register")
    return ListImport(SYSTEM, register, place, _heads(register, place, file, named), is_dry=is_dry)


def _heads(register: Register, place: Place, file: Path, named: tuple[str, ...]) -> dict[str, str]:
    """The heads that are guessed and those that are told; refused where a needed one is missing."""
    columns = columns_of(register.spec)
    given = dict(each.partition("=")[::2] for each in named)
    known = [name for each in columns.values() for name in each.names]
    found = heads_of(file, [*known, *given.values()])
    heads = {**guessed(columns, found), **given}
    missing = [each for key, each in columns.items() if each.is_needed and key not in heads]
    if missing:
        said = {"heads": "、".join(label(each.label) for each in missing), "place": place.name}
        message = _("These columns are missing for %(place)s: %(heads)s.") % said
        raise Invalid(message, code="heads_missing")
    return heads


def _told(tally: Tally, troubles: list[Trouble]) -> bool:
    troubles.extend(tally.troubles)
    if sys.stderr.isatty():
        click.echo("\r" + _("%(rows)s rows …") % {"rows": tally.rows}, nl=False, err=True)
    return True


def _print(tally: Tally, troubles: list[Trouble], *, as_json: bool) -> None:
    told = {**asdict(tally), "troubles": [asdict(each) for each in troubles]}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    words = _(
        "%(rows)s rows: %(added)s added, %(changed)s changed, %(same)s known, %(wrong)s wrong"
    )
    click.echo(words % told)
    for each in troubles[:SHOWN]:
        click.echo(f"  {each.line} {each.column}: {each.why}".replace(" : ", ": "))
    if len(troubles) > SHOWN:
        click.echo(_("… and %(count)s more") % {"count": len(troubles) - SHOWN})
