# SPDX-License-Identifier: MulanPSL-2.0
"""Rate limits and the abuse list, counted in the database so that all processes count together."""

import datetime as dt
import math

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.base import clock, crypto
from linli.base.actor import Actor
from linli.base.definitions import prefixes
from linli.base.errors import Conflict, Invalid, Refused, TooMany
from linli.kernel.access import sources
from linli.kernel.access.decisions import require
from linli.kernel.access.models import AbuseEntry
from linli.kernel.access.terms import AbuseKind, Perm, Verb
from linli.kernel.audit import services as audit
from linli.kernel.places.models import Place

COUNT_CONTEXT = "access.ratelimitcount.key"
ABUSE_CONTEXT = "access.abuseentry.key"


def rate_hit(bucket: str, key: str, *, limit: int, per_seconds: int) -> int:
    """Count one knock of a source; returns how many there were in this window of `per_seconds`.

    Call it outside the transaction of what it guards, or a refusal there takes the count back. The
    key (an address, an account) is kept as a keyed hash. Wall time: the demo clock opens no door.
    Raises TooMany above `limit`, saying when to try again.
    """
    now = timezone.now()
    window, into = divmod(now.timestamp(), per_seconds)
    ends_at = now + dt.timedelta(seconds=per_seconds - into)
    hashed = crypto.blind_index(key, context=COUNT_CONTEXT)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO access_ratelimitcount (bucket, key_hash, "window", count, ends_at)'
            " VALUES (%s, %s, %s, 1, %s)"
            ' ON CONFLICT (bucket, key_hash, "window")'
            " DO UPDATE SET count = access_ratelimitcount.count + 1 RETURNING count",
            [bucket, hashed, int(window), connection.ops.adapt_datetimefield_value(ends_at)],
        )
        count = int(cursor.fetchone()[0])
    if count > limit:
        refusal = TooMany(_wait(per_seconds - into), code="too_many")
        refusal.retry_after = max(math.ceil(per_seconds - into), 1)
        raise refusal
    return count


def _wait(seconds: float) -> str:
    if seconds <= 90:
        count = max(math.ceil(seconds), 1)
        message = ngettext(
            "Too many in a short time. Please try again in %(count)s second.",
            "Too many in a short time. Please try again in %(count)s seconds.",
            count,
        )
    else:
        count = math.ceil(seconds / 60)
        message = ngettext(
            "Too many in a short time. Please try again in %(count)s minute.",
            "Too many in a short time. Please try again in %(count)s minutes.",
            count,
        )
    return message % {"count": count}


@transaction.atomic
def abuse_add(
    *,
    actor: Actor,
    kind: AbuseKind,
    key: str,
    at: Place,
    reason: str,
    until: dt.datetime | None = None,
) -> AbuseEntry:
    """Keep a source from sending anything at a place and below it, until a moment or until taken
    off.

    `key` is an account's id, an address or a phone number; it is not kept but as a hash and, for
    the list, masked. The reason is shown to whoever is refused: write nothing personal in it.
    Raises Forbidden, Invalid.
    """
    require(actor, Perm.BLOCK, at=at)
    source = sources.source_read(kind, key)
    if not reason.strip():
        message = _("Say why; whoever is refused will read it.")
        raise Invalid(message, code="abuse_reason", fields={"reason": message})
    now = clock.now()
    if until is not None and until <= now:
        message = _("The end lies in the past.")
        raise Invalid(message, code="abuse_until", fields={"until": message})
    entry = AbuseEntry.objects.create(
        kind=kind,
        key_hash=crypto.blind_index(source, context=ABUSE_CONTEXT),
        masked=sources.source_masked(kind, source),
        place=at,
        reason=reason.strip()[:200],
        added_at=now,
        until=until,
    )
    detail = {"kind": str(kind), "until": until.isoformat() if until else None}
    audit.record(actor, Verb.SOURCE_BLOCKED, on=entry, at=at, detail=detail, reason=entry.reason)
    return entry


@transaction.atomic
def abuse_end(*, actor: Actor, entry: AbuseEntry, reason: str = "") -> None:
    """Take a source off the list. Raises Conflict if somebody was first."""
    require(actor, Perm.BLOCK, at=entry.place)
    gone, _models = AbuseEntry.objects.filter(pk=entry.pk).delete()
    if not gone:
        raise Conflict(_("This entry is off the list already."), code="abuse_ended")
    detail = {"kind": entry.kind}
    key = ("access.abuseentry", entry.pk)
    audit.record(actor, Verb.SOURCE_UNBLOCKED, on=key, at=entry.place, detail=detail, reason=reason)


def abuse_check(
    *, at: Place | str, account_id: int | None = None, address: str = "", phone: str = ""
) -> None:
    """Refuse a source that is on the list here or at a place above; says why and until when."""
    path = at if isinstance(at, str) else at.path
    given = {
        AbuseKind.ACCOUNT: "" if account_id is None else str(account_id),
        AbuseKind.ADDRESS: address,
        AbuseKind.PHONE: phone,
    }
    meant = Q(pk__in=[])
    for kind, key in given.items():
        if key:
            source = sources.source_plain(kind, key)
            hashes = crypto.blind_indexes(source, context=ABUSE_CONTEXT)
            meant |= Q(kind=kind, key_hash__in=hashes)
    entries = AbuseEntry.objects.filter(
        meant, Q(until__isnull=True) | Q(until__gt=clock.now()), place__path__in=prefixes(path)
    )
    entry = entries.first()
    if entry is not None:
        message = _(
            "You cannot send anything here for now: %(reason)s. The duty phone still takes calls."
        )
        raise Refused(message % {"reason": entry.reason}, code="blocked")
