# SPDX-License-Identifier: MulanPSL-2.0
"""`linli audit …`."""

import json
import sys

import click

from linli.kernel.audit.verifying import verify


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def audit_verify(*, as_json: bool) -> None:
    """Check that no row of the record was touched; ends with 1 if one was."""
    result = verify()
    if as_json:
        found = {"rows": result.rows, "whole": result.is_whole, "first_broken": result.first_broken}
        click.echo(json.dumps(found))
    if result.is_whole:
        click.echo(f"{result.rows} rows, all as they were written", err=as_json)
        return
    click.echo(f"row {result.first_broken} is not as it was written", err=True)
    sys.exit(1)
