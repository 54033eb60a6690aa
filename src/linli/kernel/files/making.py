# SPDX-License-Identifier: MulanPSL-2.0
"""Making the files of exports, in the background and row by row, and taking them away again.

A worker that dies half-way leaves no file behind that anybody could fetch: the next one begins
anew, under another name. Whatever is left over goes after a day.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import SYSTEM, Actor, Proof
from linli.base.errors import Invalid, Refused
from linli.base.scope import lock
from linli.base.text import label
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.files import exports, storage
from linli.kernel.files.models import Export
from linli.kernel.files.sheets import SHEETS, Sheet
from linli.kernel.files.terms import (
    LASTS,
    MOST_ROWS,
    PATIENCE,
    WAITS,
    ExportState,
    Personal,
    Verb,
)
from linli.kernel.sockets.exports import ExportSource

STEP = 500
"""After so many rows the page hears how far it is."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is whole: its key, its rows and its digest."""

    key: str
    rows: int
    sha256: str


def export_make(export_id: int) -> None:
    """Write the file of an export, with the rights that its asker has now; nothing where it was
    made already.
    """
    export = Export.objects.select_related("asked_by").filter(pk=export_id).first()
    if export is None or export.state != ExportState.MAKING:
        return None
    actor = access.actor_for(export.asked_by)
    source = exports.source_open(actor=actor, key=export.source)
    if source is None:
        return _failed(export, "export_source")
    try:
        made = _written(export, source, actor)
    except Refused as refusal:
        return _failed(export, refusal.code)
    _finished(export, made)
    return None


def _written(export: Export, source: ExportSource, actor: Actor) -> Made:
    """The file, on the disk. Raises Invalid where there are too many rows by now."""
    key = secrets.token_hex(16)
    path = storage.export_path(key, export.format)
    # Whoever asked had shown who they are; the background goes on in their name.
    shown = Proof(timezone.now(), has_second_factor=export.has_second_factor)
    reader = replace(actor, proof=shown)
    columns = exports.columns_of(
        actor=reader, source=source, query=export.query, personal=export.personal
    )
    purpose = export.purpose if export.personal == Personal.OPENED else ""
    with translation.override(export.language), storage.writing(path) as file:
        sheet = SHEETS[export.format](file, _watermark(export, actor))
        for line in _head(export, source, actor):
            sheet.add(line)
        sheet.add([label(column.label) for column in columns])
        keys, count = [column.key for column in columns], 0
        for row in source.rows(reader, export.query, keys, purpose):
            count += 1
            sheet.add([row.get(key) for key in keys])
            _told(export, count)
        _foot(sheet, export, actor, count)
    with path.open("rb") as whole:
        return Made(key, count, hashlib.file_digest(whole, "sha256").hexdigest())


def _told(export: Export, count: int) -> None:
    if count > MOST_ROWS:
        raise Invalid(_("There are too many rows by now."), code="export_many")
    if count % STEP == 0:
        Export.objects.filter(pk=export.pk).update(rows_made=count)


def _watermark(export: Export, actor: Actor) -> str:
    """One line that says whose file it is; it stands first and last."""
    words = _("Export %(number)s · asked for by %(who)s on %(when)s · %(purpose)s")
    when = f"{clock.local(export.asked_at):%Y-%m-%d %H:%M}"
    said = {"number": export.number, "who": actor.label, "when": when, "purpose": export.purpose}
    return words % said


def _head(export: Export, source: ExportSource, actor: Actor) -> Sequence[Sequence[str]]:
    filters = source.said(actor, export.query)
    return (
        [_watermark(export, actor)],
        [label(source.label), filters],
        [_("Do not pass this on beyond its purpose; who made and fetched it is on record.")],
    )


def _foot(sheet: Sheet, export: Export, actor: Actor, count: int) -> None:
    sheet.add([_watermark(export, actor), _("%(count)d rows, all there are") % {"count": count}])
    sheet.close()


@transaction.atomic
def _finished(export: Export, made: Made) -> None:
    """The export is ready, unless another worker was first."""
    kept = lock(export)
    if kept.state != ExportState.MAKING:
        storage.export_path(made.key, kept.format).unlink(missing_ok=True)
        return
    kept.state, kept.key, kept.sha256 = ExportState.READY, made.key, made.sha256
    kept.rows_made, kept.made_at = made.rows, clock.now()
    kept.ends_at = kept.made_at + LASTS
    kept.save()
    detail = {"rows": made.rows, "sha256": made.sha256}
    audit.record(SYSTEM, Verb.EXPORT_MADE, on=kept, at=kept.place_path, detail=detail)


@transaction.atomic
def _failed(export: Export, code: str) -> None:
    kept = lock(export)
    if kept.state != export.state:
        return
    kept.state, kept.reason = ExportState.FAILED, code
    kept.save(update_fields=["state", "reason"])
    detail = {"code": code}
    audit.record(SYSTEM, Verb.EXPORT_FAILED, on=kept, at=kept.place_path, detail=detail)


def exports_end() -> int:
    """Take away the files whose days are over and what nobody said yes to; how many exports ended.

    What is still being made after a day has failed for good; files that no export names go as well.
    """
    now = clock.now()
    over = Export.objects.filter(state=ExportState.READY, ends_at__lte=now)
    forgotten = Export.objects.filter(state=ExportState.WAITING, asked_at__lte=now - WAITS)
    ended = [*over, *forgotten]
    for export in ended:
        _gone(export)
    begun_at = Coalesce("decided_at", "asked_at")
    making = Export.objects.filter(state=ExportState.MAKING).alias(begun_at=begun_at)
    for stuck in making.filter(begun_at__lte=now - PATIENCE):
        _failed(stuck, "export_stuck")
    known = set(Export.objects.filter(state=ExportState.READY).values_list("key", flat=True))
    for path in storage.exports_older_than(PATIENCE.total_seconds()):
        if path.name.partition(".")[0] not in known:
            path.unlink(missing_ok=True)
    return len(ended)


@transaction.atomic
def _gone(export: Export) -> None:
    kept = lock(export)
    if kept.state != export.state:  # approved this very moment
        return
    if kept.key:
        storage.export_path(kept.key, kept.format).unlink(missing_ok=True)
    kept.state = ExportState.GONE
    kept.save(update_fields=["state"])
    detail = {"rows": kept.rows_made}
    audit.record(SYSTEM, Verb.EXPORT_GONE, on=kept, at=kept.place_path, detail=detail)
