# SPDX-License-Identifier: MulanPSL-2.0
"""Sealing the record: behind the writers, in the background, one link of the chain at a time."""

import time
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from linli.base import clock
from linli.kernel.audit import chain
from linli.kernel.audit.models import AuditRecord, Seal

MOST_ROWS = 10_000
"""So many rows a seal has at most."""

PATIENCE = 20.0
"""So many seconds it waits for a transaction that still writes; the next round waits anew."""

SETTLING = 1.0
"""Between taking its number and being counted among the running, a writer needs no longer."""


def seal_all() -> int:
    """Seal every row that nobody can come before any more; how many seals were made."""
    end = _last_settled()
    made = 0
    while end is not None and _seal_next(end):
        made += 1
    return made


def seal_newest() -> Seal | None:
    """The last link of the chain, without the leaves, which only a check reads."""
    return Seal.objects.defer("leaves").order_by("-number").first()


def _seal_next(end: int) -> bool:
    """Seal the next rows up to a number; False where there are none, or another was quicker."""
    before = seal_newest()
    first = before.last_seq + 1 if before is not None else 0
    rows = AuditRecord.objects.filter(seq__gte=first, seq__lte=end).order_by("seq")
    found = list(rows.values_list("seq", "row_hash", "at")[:MOST_ROWS])
    if not found:
        return False
    leaves = [chain.leaf(seq, row_hash) for seq, row_hash, _at in found]
    top, last = chain.root(leaves), found[-1][0]
    number = before.number + 1 if before is not None else 1
    previous = bytes.fromhex(before.chain) if before is not None else chain.START
    seal = Seal(
        number=number,
        first_seq=found[0][0],
        last_seq=last,
        rows=len(found),
        root=top.hex(),
        chain=chain.link(number, last, len(found), top, previous).hex(),
        leaves=b"".join(each[: chain.SHORT] for each in leaves),
        newest_at=max(at for _seq, _hash, at in found),
        sealed_at=clock.now(),
    )
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _last_settled() -> int | None:
    """The last number below which no row can come any more; None where there is none yet.

    On PostgreSQL numbers are given out before their transactions end: those that ran when the last
    number was read are waited for.
    """
    if connection.vendor != "postgresql":
        found: int | None = AuditRecord.objects.aggregate(last=Max("seq"))["last"]
        return found
    last: int | None = _told("SELECT last_value FROM audit_auditrecord_seq_seq WHERE is_called")
    time.sleep(SETTLING)
    until = _told("SELECT pg_current_xact_id()::text::bigint")
    end = time.monotonic() + PATIENCE
    while _told("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") <= until:
        if time.monotonic() > end:
            return None
        time.sleep(0.1)
    return last


def _told(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None
