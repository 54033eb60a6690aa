# SPDX-License-Identifier: MulanPSL-2.0
"""`linli keys …`: the ring of keys that lies outside database and backup."""

import json
from pathlib import Path

import click

from linli.base.keyring import Purpose, ring_check, ring_is_demo, ring_new
from linli.config import ready


@click.group()
def keys() -> None:
    """Make, check, rotate and retire the keys that personal fields are encrypted with."""


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


@keys.command()
@click.argument("purposes", nargs=-1, type=click.Choice([each.value for each in Purpose]))
@click.option("--json", "as_json", is_flag=True, help="Print the new keys as JSON.")
def rotate(*, purposes: tuple[str, ...], as_json: bool) -> None:
    """Add a newer key for each PURPOSE, or for all; the worker makes anew what older ones made."""
    ready.django()
    ready.database()
    from linli.base.actor import SYSTEM
    from linli.config.environment import Environment, Mode
    from linli.kernel.keys.services import key_rotate

    wanted = [Purpose(each) for each in purposes] or list(Purpose)
    is_demo = Environment.read().mode is Mode.DEMO
    ring = key_rotate(actor=SYSTEM, purposes=wanted, demo=is_demo)
    made = {each.value: ring.newest(each).id for each in wanted}
    if as_json:
        click.echo(json.dumps(made))
    for purpose, key_id in made.items():
        click.echo(f"{purpose}: {key_id} writes from now on", err=True)
    click.echo("Keep a copy of the key file now; `keys status` tells how far it is.", err=True)
    if Purpose.SESSION in wanted:
        click.echo("The session key is used after the next start of `serve`.", err=True)


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def status(as_json: bool) -> None:
    """Count what each key has made, and tell how far the renewal is."""
    ready.django()
    ready.database()
    from linli.base import crypto
    from linli.kernel.keys.selectors import carried_by_keys, progress

    ring, counts, going = crypto.ring(), carried_by_keys(), progress()
    if as_json:
        told = {"done": going.done, "columns": going.columns, "stuck": going.stuck}
        click.echo(json.dumps({"keys": counts, "renewal": told}))
    for purpose in Purpose:
        for key in ring.keys(purpose):
            word = "writes" if key is ring.newest(purpose) else "reads"
            listed = ", ".join(f"{name} {count}" for name, count in counts[key.id].items())
            click.echo(f"{purpose} {key.id} {word}: {listed or 'nothing'}", err=as_json)
    words = f"{going.done} of {going.columns} columns carry the newest keys"
    click.echo(f"{words}; {going.stuck} values no key opens", err=as_json)


@keys.command()
@click.argument("key_id")
@click.option("--json", "as_json", is_flag=True, help="Print the retired key's name as JSON.")
def retire(*, key_id: str, as_json: bool) -> None:
    """Take the older key KEY_ID out of the ring, once nothing carries it any more."""
    ready.django()
    ready.database()
    from linli.base.actor import SYSTEM
    from linli.kernel.keys.services import key_retire

    key_retire(actor=SYSTEM, key_id=key_id)
    if as_json:
        click.echo(json.dumps({"retired": key_id}))
    click.echo(f"{key_id} is retired.", err=True)
    click.echo(
        "Backups from before still need it: keep a copy of the former key file as long as they are"
        " kept, apart from them, and destroy it with the last of them.",
        err=True,
    )


@keys.command()
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="A file outside.")
def forgotten(*, to: Path | None) -> None:
    """Print the signed list of lawfully destroyed name keys, or write it to a file outside."""
    ready.django()
    ready.database()
    from linli.kernel.audit.anchoring import written
    from linli.kernel.audit.forgetting import forgotten_now

    found = forgotten_now()
    if to is None:
        click.echo(found.to_json(), nl=False)
        return
    try:
        written(found.to_json(), to)
    except OSError as error:
        ready.stop(f"{to} cannot be written: {error.strerror}")
    click.echo(f"{len(found.keys)} keys in {to}", err=True)


@keys.command()
@click.option(
    "--from", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print how many there were as JSON.")
def forget(*, file: Path, as_json: bool) -> None:
    """After a backup was restored: do the lawful deletions of a list again that it brought back."""
    ready.django()
    ready.database()
    from linli.base.actor import SYSTEM
    from linli.kernel.audit.forgetting import Forgotten
    from linli.kernel.people.erasing import keys_forget

    listed = Forgotten.read(file.read_text("utf-8", "replace"))
    count = keys_forget(actor=SYSTEM, forgotten=listed)
    if as_json:
        click.echo(json.dumps({"listed": len(listed.keys), "done": count}))
    click.echo(f"{count} of {len(listed.keys)} deletions were to be done again", err=True)
