# SPDX-License-Identifier: MulanPSL-2.0
"""`linli audit …`."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from django.conf import settings

from linli.base.actor import SYSTEM
from linli.base.errors import Invalid
from linli.kernel.audit.anchoring import Note, anchor_keep, is_ours, note_of, note_write
from linli.kernel.audit.exported import NotWhole, exports_check
from linli.kernel.audit.exporting import month_export
from linli.kernel.audit.exports import months_due
from linli.kernel.audit.sealing import seal_all, seal_newest
from linli.kernel.audit.verifying import Fault, VerifyResult, verify

WORDS = {
    Fault.TOUCHED: "row {at} is not as it was written",
    Fault.MISSING: "before row {at}, or after it, a row was taken out",
    Fault.ADDED: "row {at} was put in later",
    Fault.SEAL: "seal {at} does not fit its rows or the one before it",
    Fault.CUT: "the end was cut off: the anchor tells of seal {at}, which is not there",
    Fault.REWRITTEN: "it was written anew: seal {at} is not the one that the anchor tells of",
    Fault.EXPORT: "the rows from seal {at} on were dropped without an export that is ours",
}
UNUSABLE = 2


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@click.option("--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--export",
    "exports",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An exported month, instead of the database; again for the months that follow it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def audit_verify(*, anchor: Path | None, exports: tuple[Path, ...], as_json: bool) -> None:
    """Check that no row of the record was touched; ends with 1 if one was.

    With a note that `anchor` once wrote, also that the record goes on from where it was then.
    """
    if exports:
        _files_verify(exports, _note_in(anchor), as_json=as_json)
        return
    result = verify(_note_in(anchor))
    if as_json:
        click.echo(json.dumps(_told(result)))
    if result.is_whole:
        words = f"{result.rows} rows, all as they were written; {result.sealed} are sealed"
        words += f"; {result.dropped} are in exported files only" if result.dropped else ""
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


@audit.command("export")
@click.option("--to", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the files as JSON.")
def audit_export(*, to: Path, as_json: bool) -> None:
    """Write the months older than LINLI_AUDIT_MONTHS into files in a folder, one file a month.

    Each file is checked as it is read back. The rows stay until the audit administrator drops them.
    """
    seal_all()
    files = []
    for month in months_due(settings.LINLI_AUDIT_MONTHS):
        try:
            export = month_export(actor=SYSTEM, month=month, folder=to)
        except OSError as error:
            _stop(f"{to} cannot be written: {error.strerror}")
        files.append({"month": month, "file": export.file, "rows": export.rows})
        click.echo(f"{month}: {export.rows} rows in {export.file}", err=True)
    if as_json:
        click.echo(json.dumps(files))
    if not files:
        click.echo("no month is older than it has to be kept", err=True)


def _files_verify(files: Iterable[Path], note: Note | None, *, as_json: bool) -> None:
    try:
        ends = exports_check(files, [asdict(note)] if note else [])
        strangers = [end.month for end in ends if not is_ours(end.key, end.public)]
        if strangers:
            raise NotWhole(f"{strangers[0]} was not signed by this installation")
    except NotWhole as broken:
        click.echo(str(broken), err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps([asdict(end) for end in ends]))
    for end in ends:
        click.echo(f"{end.month}: {end.rows} rows, all as they were written", err=as_json)


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
        "dropped": result.dropped,
        "first_broken": result.first_broken,
        "fault": result.fault,
    }


def _stop(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(UNUSABLE)
