# SPDX-License-Identifier: MulanPSL-2.0
"""`linli administrators`."""

import click
from django.utils.translation import gettext as _

from linli.base.errors import Refused
from linli.kernel.access.first import administrators_begin
from linli.kernel.access.terms import Administrator
from linli.kernel.places import selectors as places


@click.command()
@click.option("--place", "code", required=True, help="The code of the city or district.")
@click.option("--system", required=True, help="The log-in name of the system administrator.")
@click.option(
    "--security", required=True, multiple=True, help="That of a security administrator; twice."
)
@click.option("--audit", required=True, help="That of the audit administrator.")
def administrators(*, code: str, system: str, security: tuple[str, ...], audit: str) -> None:
    """Open the first accounts of a city: four people, of whom nobody is two administrators.

    Each gets an address on which they set their own password within a week.
    """
    place = places.place_by_code(code)
    if place is None:
        raise click.ClickException(_("There is no place with the code %(code)s.") % {"code": code})
    names = {
        Administrator.SYSTEM: (system,),
        Administrator.SECURITY: security,
        Administrator.AUDIT: (audit,),
    }
    try:
        codes = administrators_begin(place, names)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for name, secret in codes.items():
        click.echo(f"{name}\t/accounts/begin/{secret}/")
