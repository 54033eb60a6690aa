# SPDX-License-Identifier: MulanPSL-2.0
"""Reading notices."""

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.access.models import Grant
from linli.kernel.notify.models import Notice, NoticeQuerySet
from linli.kernel.notify.terms import Perm


def notices_for(actor: Actor) -> NoticeQuerySet:
    """The actor's own inbox, newest first."""
    found: NoticeQuerySet = Notice.objects.filter(account_id=actor.account_id or 0)
    return found


def notices_unread(actor: Actor) -> NoticeQuerySet:
    """The actor's own notices that are unread."""
    return notices_for(actor).filter(read_at__isnull=True)


def receipts_visible(*, actor: Actor, key: str) -> NoticeQuerySet:
    """Which colleagues were sent a notice and when they read it, for those who look after the
    place.

    Without the text, and without residents: being told would tell that it was they who reported.
    """
    colleagues = Grant.objects.on(clock.today()).values("account_id")
    found: NoticeQuerySet = (
        Notice.objects.visible_to(actor, Perm.VIEW)
        .filter(key__startswith=f"{key}:", account_id__in=colleagues)
        .defer("body")
    )
    return found


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """The messages that somebody got, for the copy of their data."""
    del person_id
    rows = Notice.objects.filter(account=account_id) if account_id else Notice.objects.none()
    return [(f"{clock.local(row.sent_at):%Y-%m-%d %H:%M} {row.title}", row.body) for row in rows]
