# SPDX-License-Identifier: MulanPSL-2.0
"""Reading notices."""

from linli.base.actor import Actor
from linli.kernel.notify.models import Notice, NoticeQuerySet
from linli.kernel.notify.terms import Perm


def notices_for(actor: Actor) -> NoticeQuerySet:
    """The actor's own inbox, newest first."""
    found: NoticeQuerySet = Notice.objects.filter(account_id=actor.account_id or 0)
    return found


def unread_count(actor: Actor) -> int:
    """How many of the actor's own notices are unread."""
    return notices_for(actor).filter(read_at__isnull=True).count()


def receipts_visible(*, actor: Actor, key: str) -> NoticeQuerySet:
    """Who was sent a notice and when they read it, for those who look after the place; without
    the text."""
    found: NoticeQuerySet = (
        Notice.objects.visible_to(actor, Perm.VIEW).filter(key__startswith=f"{key}:").defer("body")
    )
    return found
