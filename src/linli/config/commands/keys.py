# SPDX-License-Identifier: MulanPSL-2.0
"""`linli keys new | check`: the ring of keys that lies outside database and backup."""

import json

import click

from linli.base.keyring import ring_check, ring_is_demo, ring_new
from linli.config import ready


@click.group()
def keys() -> None:
    """Make or check the keys that personal fields are encrypted with."""


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="Print where the keys are as JSON.")
def new(as_json: bool) -> None:
    """Make new keys at LINLI_KEYS_FILE; existing ones are never overwritten."""
    path = ready.folder().keys_file
    ring_new(path)
    if as_json:
        click.echo(json.dumps({"path": str(path)}))
    click.echo(f"New keys at {path}", err=True)
    click.echo("Keep a copy of them, where neither the database nor its backups are.", err=True)


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def check(as_json: bool) -> None:
    """Check that the keys are complete, readable and closed to others."""
    path = ready.keys().keys_file
    problems = ring_check(path)
    is_demo = not problems and ring_is_demo(path)
    if as_json:
        click.echo(json.dumps({"path": str(path), "demo": is_demo, "problems": problems}))
    if problems:
        ready.stop("; ".join(problems))
    click.echo(f"{path}: {'demo keys, ' if is_demo else ''}in order", err=True)
