# SPDX-License-Identifier: MulanPSL-2.0
"""Reading which months of the record were exported, and which are due."""

import datetime as dt

from linli.base import clock
from linli.kernel.audit.anchoring import is_ours
from linli.kernel.audit.exported import End
from linli.kernel.audit.models import RecordDrop, RecordExport, Seal


def months_due(keep: int) -> list[str]:
    """The months ("2023-05") older than so many that are not exported yet, oldest first."""
    today = clock.today()
    count = today.year * 12 + today.month - 1 - keep
    end = f"{count // 12:04}-{count % 12 + 1:02}"
    newest = export_newest()
    seals = Seal.objects.order_by("number")
    if newest is not None:
        seals = seals.filter(number__gt=newest.last_seal)
    found: list[str] = []
    for at in seals.values_list("newest_at", flat=True).iterator():
        month = month_of(at)
        if month >= end:
            break
        if not found or month > found[-1]:
            found.append(month)
    return found


def export_newest() -> RecordExport | None:
    """The last month that was exported."""
    return RecordExport.objects.order_by("-last_seal").first()


def exports_listed() -> list[RecordExport]:
    """Every exported month, oldest first."""
    return list(RecordExport.objects.order_by("first_seal"))


def exports_dropped() -> list[RecordExport]:
    """The exported months whose rows are not here any more, oldest first."""
    numbers = RecordDrop.objects.values("export_number")
    return list(RecordExport.objects.filter(pk__in=numbers).order_by("first_seal"))


def is_genuine(export: RecordExport) -> bool:
    """Whether an export was signed with a key of this installation, as it stands here."""
    end = end_of(export)
    return end.is_signed and is_ours(end.key, end.public)


def end_of(export: RecordExport) -> End:
    """What a file came to, as it stands here."""
    return End(**{name: getattr(export, name) for name in End.__slots__})


def month_of(at: dt.datetime) -> str:
    """The month of a moment: "2023-05"."""
    return at.astimezone(clock.ZONE).strftime("%Y-%m")
