# SPDX-License-Identifier: MulanPSL-2.0
"""`linli manage`: Django's own commands, for those who know them."""

import click
from django.core.management import execute_from_command_line


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def manage(words: tuple[str, ...]) -> None:
    """Run one of Django's own commands."""
    execute_from_command_line(["linli manage", *words])
