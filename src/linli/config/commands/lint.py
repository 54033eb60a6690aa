# SPDX-License-Identifier: MulanPSL-2.0
"""`linli lint`: how the code is written."""

import click

from linli.config import linting, translations


@click.command()
def lint() -> None:
    """Check style, imports, types, templates, migrations and the rules of the house."""
    translations.compile_changed()
    count = linting.run()
    click.echo(
        f"\n{count} of {len(linting.CHECKS)} checks found something" if count else "\nAll well"
    )
    raise SystemExit(int(bool(count)))
