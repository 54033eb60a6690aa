# SPDX-License-Identifier: MulanPSL-2.0
"""Exporting old months of the record, whole seals each, and dropping what was exported."""

import datetime as dt
import gzip
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict
from linli.kernel.audit import chain, rules
from linli.kernel.audit.anchoring import signed
from linli.kernel.audit.exported import KIND, End, NotWhole, export_check, line_of
from linli.kernel.audit.exports import end_of, export_newest, is_genuine, month_of
from linli.kernel.audit.models import Anchor, AuditRecord, RecordDrop, RecordExport, Seal
from linli.kernel.audit.services import record
from linli.kernel.audit.terms import Verb


@transaction.atomic
def month_export(*, actor: Actor, month: str, folder: Path) -> RecordExport:
    """Write the next month of the record into a file, checked as it is read back, and keep that.

    The caller has checked that the actor may and that the month is due. Raises Conflict for a
    month that was exported or holds nothing and for rows that are not as they were written,
    OSError where the folder cannot be written.
    """
    newest = export_newest()
    first = newest.last_seal + 1 if newest is not None else 1
    seals = _seals_of(month, first)
    if not seals:
        raise Conflict(_("There is nothing to export of this month."), code="nothing_to_export")
    before = newest.chain if newest is not None else chain.START.hex()
    file = folder / f"linli-record-{month}.jsonl.gz"
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        end = _written(draft, month, seals, before)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    export = RecordExport.objects.create(
        **asdict(end),
        first_seq=seals[0].first_seq,
        last_seq=seals[-1].last_seq,
        file=str(file)[:500],
        exported_at=clock.now(),
    )
    detail = {"month": month, "rows": end.rows, "seal": end.last_seal, "digest": end.digest}
    record(actor, Verb.MONTH_EXPORTED, on=export, detail=detail)
    return export


@transaction.atomic
def month_drop(
    *, actor: Actor, export: RecordExport, reason: str, paths: Iterable[str] = ("",)
) -> int:
    """Take the rows of an exported month out of the database; how many there were. The record says
    so at each of `paths`, whose rows they were.

    The caller has checked that the actor may. Raises Conflict unless it is the oldest that still
    has its rows, a later seal was sent outside, and the file lies where it was written and is
    whole.
    """
    _ensure_droppable(export)
    RecordDrop.objects.create(
        export_number=export.pk, account_id=actor.account_id, dropped_at=clock.now()
    )
    detail = {"month": export.month, "rows": export.rows, "digest": export.digest}
    for path in paths:
        record(actor, Verb.MONTH_DROPPED, on=export, at=path, detail=detail, reason=reason)
    rows = AuditRecord.objects.filter(seq__gte=export.first_seq, seq__lte=export.last_seq)
    return int(rows._raw_delete(rows.db))


def _ensure_droppable(export: RecordExport) -> None:
    kept = RecordExport.objects.exclude(pk__in=RecordDrop.objects.values("export_number"))
    oldest = kept.select_for_update().order_by("first_seal").first()
    if oldest is None or oldest.pk != export.pk:
        raise Conflict(_("Older months are dropped first, and each once."), code="not_oldest")
    if not Anchor.objects.filter(error="", seal_number__gte=export.last_seal).exists():
        message = _("No later seal has been sent outside yet; send one first.")
        raise Conflict(message, code="not_anchored")
    try:
        end = export_check(Path(export.file))
    except NotWhole as broken:
        message = _("The exported file is not where it was written, or not whole: %(file)s")
        raise Conflict(message % {"file": export.file}, code="file_broken") from broken
    if end != end_of(export) or not is_genuine(export):
        raise Conflict(_("The file is not the one that was exported."), code="file_other")


def _seals_of(month: str, first: int) -> list[Seal]:
    """The seals from a number on until the first that has rows of a later month."""
    found: list[Seal] = []
    for seal in Seal.objects.defer("leaves").filter(number__gte=first).order_by("number"):
        if month_of(seal.newest_at) > month:
            break
        found.append(seal)
    return found


def _written(file: Path, month: str, seals: list[Seal], before: str) -> End:
    """Write the file down to the disk; what it came to, read back from it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with (
        file.open("wb") as plain,
        gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as packed,
    ):
        for told in _told(month, seals, before):
            line = line_of(told)
            digest.update(line)
            packed.write(line)
        end = End(
            month=month,
            first_seal=seals[0].number,
            last_seal=seals[-1].number,
            rows=sum(seal.rows for seal in seals),
            before=before,
            chain=seals[-1].chain,
            digest=digest.hexdigest(),
            key="",
            public="",
        )
        end = signed(lambda key, public: replace(end, key=key, public=public))
        packed.write(line_of({"end": asdict(end)}))
        packed.close()
        plain.flush()
        os.fsync(plain.fileno())
    try:
        return export_check(file)
    except NotWhole as broken:
        message = _("The record of this month is not as it was written: %(where)s")
        raise Conflict(message % {"where": broken}, code="record_broken") from broken


def _told(month: str, seals: list[Seal], before: str) -> Iterator[dict[str, Any]]:
    yield {"kind": KIND, "month": month, "first_seal": seals[0].number, "before": before}
    for seal in seals:
        yield {"seal": _seal_told(seal)}
        rows = AuditRecord.objects.filter(seq__gte=seal.first_seq, seq__lte=seal.last_seq)
        columns = rows.order_by("seq").values("seq", "row_hash", *rules.HASHED)
        for row in columns.iterator(chunk_size=2000):
            yield {"row": {**row, "at": _moment(row["at"])}}
    sent = Anchor.objects.filter(
        seal_number__gte=seals[0].number, seal_number__lte=seals[-1].number
    )
    for anchor in sent.order_by("pk").values("seal_number", "sent_at", "to", "signature", "error"):
        yield {"anchor": {**anchor, "sent_at": _moment(anchor["sent_at"])}}


def _seal_told(seal: Seal) -> dict[str, Any]:
    return {
        "number": seal.number,
        "first_seq": seal.first_seq,
        "last_seq": seal.last_seq,
        "rows": seal.rows,
        "root": seal.root,
        "chain": seal.chain,
        "newest_at": _moment(seal.newest_at),
        "sealed_at": _moment(seal.sealed_at),
    }


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")
