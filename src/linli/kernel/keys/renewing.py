# SPDX-License-Identifier: MulanPSL-2.0
"""Making anew, in the background, what older keys have made: few rows at a time, so that nobody
waits, and from where it stopped, whatever stopped it.

A row is written only where still stands what was read, so that nothing written meanwhile is lost.
Rows that somebody holds are left for the next round; a round that meets no older key is the last.
"""

import time
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from linli.base import crypto
from linli.base.actor import SYSTEM
from linli.kernel.audit import services as audit
from linli.kernel.keys.carriers import BESIDE, STORED, Carrier, carriers
from linli.kernel.keys.models import Renewal
from linli.kernel.keys.terms import RING, Verb

BATCH = 200
"""So many rows are held at once."""

TURN = 40.0
"""So many seconds one run works; the next goes on."""


def renew(seconds: float = TURN) -> int:
    """Go on making everything anew for a while; how many rows were."""
    until, count, ring = time.monotonic() + seconds, 0, crypto.ring()
    done = dict(Renewal.objects.filter(done_at__isnull=False).values_list("name", "key_id"))
    for carrier in carriers():
        is_done = done.get(carrier.name) == ring.newest(carrier.purpose).id
        found: int | None = None if is_done or not carrier.field.can_renew else 0
        while found is not None and time.monotonic() < until:
            found = _batch_renew(carrier)
            count += found or 0
    return count


def renewals_begin_again() -> None:
    """Look through every column once more: for what slipped in, or came back with a key."""
    done = Renewal.objects.filter(done_at__isnull=False)
    done.update(done_at=None, after="", renewed=0, stuck=0)


@transaction.atomic
def _batch_renew(carrier: Carrier) -> int | None:
    """Make the next rows of a column anew; None where its round is over."""
    newest = crypto.ring().newest(carrier.purpose).id
    renewal = _renewal_held(carrier, newest)
    if renewal.done_at is not None:
        return None
    rows = carrier.older().order_by("pk")
    if renewal.after:
        rows = rows.filter(pk__gt=renewal.after)
    can_skip = connection.features.has_select_for_update_skip_locked
    held = rows.select_for_update(skip_locked=can_skip)
    found = list(held.values_list("pk", STORED, BESIDE)[:BATCH])
    if not found:
        _round_end(renewal, carrier)
        return None
    done = [_row_renew(carrier, *row) for row in found]
    renewal.after = str(found[-1][0])
    renewal.renewed += done.count(True)
    renewal.stuck += done.count(False)
    renewal.save(update_fields=["after", "renewed", "stuck"])
    return done.count(True)


def _renewal_held(carrier: Carrier, newest: str) -> Renewal:
    """How far a column has come, held against other workers; begun anew for another key."""
    fresh: dict[str, Any] = {"key_id": newest, "begun_at": timezone.now()}
    Renewal.objects.get_or_create(name=carrier.name, defaults=fresh)
    kept = Renewal.objects.select_for_update().get(name=carrier.name)
    if kept.key_id != newest:
        kept = Renewal(name=carrier.name, **fresh)
        kept.save()
    return kept


def _row_renew(carrier: Carrier, pk: object, stored: str, beside: str) -> bool | None:
    """Make one row anew; False where no key opens it or its place is taken, None where another was
    quicker.
    """
    try:
        value = carrier.field.renewed(stored, pk=pk, beside=beside)
        with transaction.atomic():
            return carrier.put(pk, stored, value) or None
    except (crypto.Undecryptable, IntegrityError):
        return False


def _round_end(renewal: Renewal, carrier: Carrier) -> None:
    """The column is done, or another round takes what was held or written meanwhile."""
    left = carrier.older().count()
    if left <= renewal.stuck:
        renewal.done_at = timezone.now()
        if renewal.renewed:
            detail = {"column": renewal.name, "rows": renewal.renewed, "stuck": renewal.stuck}
            audit.record(SYSTEM, Verb.RENEWED, on=(RING, renewal.key_id), detail=detail)
    else:
        renewal.stuck = 0
    renewal.after = ""
    renewal.save(update_fields=["after", "stuck", "done_at"])
