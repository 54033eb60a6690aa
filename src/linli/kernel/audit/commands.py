# SPDX-License-Identifier: MulanPSL-2.0
"""`linli audit …`."""

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from linli.base.errors import Invalid
from linli.kernel.audit.anchoring import Note, anchor_keep, note_of, note_write
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.audit.verifying import Fault, VerifyResult, verify

WORDS = {
    Fault.TOUCHED: "row {at} is not as it was written",
    Fault.MISSING: "before row {at}, or after it, a row was taken out",
    Fault.ADDED: "row {at} was put in later",
    Fault.SEAL: "seal {at} does not fit its rows or the one before it",
    Fault.CUT: "the end was cut off: the anchor tells of seal {at}, which is not there",
    Fault.REWRITTEN: "it was written anew: seal {at} is not the one that the anchor tells of",
}
UNUSABLE = 2


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@click.option("--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def audit_verify(*, anchor: Path | None, as_json: bool) -> None:
    """Check that no row of the record was touched; ends with 1 if one was.

    With a note that `anchor` once wrote, also that the record goes on from where it was then.
    """
    result = verify(_note_in(anchor))
    if as_json:
        click.echo(json.dumps(_told(result)))
    if result.is_whole:
        words = f"{result.rows} rows, all as they were written; {result.sealed} are sealed"
        click.echo(words, err=as_json)
        return
    click.echo(WORDS[result.fault or Fault.TOUCHED].format(at=result.first_broken), err=True)
    sys.exit(1)


@audit.command("anchor")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="A file outside.")
def audit_anchor(*, to: Path | None) -> None:
    """Sign how the record stands, for somebody outside to keep; without a file it is printed."""
    seal_all()
    seal = seal_newest()
    if seal is None:
        _stop("the record is still empty")
    note = note_of(seal)
    if to is None:
        click.echo(note.to_json(), nl=False)
    else:
        try:
            note_write(note, to)
        except OSError as error:
            _stop(f"{to} cannot be written: {error.strerror}")
    anchor_keep(note, to=str(to or "-"))
    click.echo(f"row {note.last_seq} and all before it, seal {note.number}", err=True)


def _note_in(file: Path | None) -> Note | None:
    if file is None:
        return None
    try:
        return Note.read(file.read_text("utf-8"))
    except (Invalid, UnicodeDecodeError) as error:
        _stop(f"{file}: {error}")


def _told(result: VerifyResult) -> dict[str, object]:
    return {
        "rows": result.rows,
        "sealed": result.sealed,
        "whole": result.is_whole,
        "first_broken": result.first_broken,
        "fault": result.fault,
    }


def _stop(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(UNUSABLE)
