# SPDX-License-Identifier: MulanPSL-2.0
"""Sending notices and reading them."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.kernel.audit import services as audit
from linli.kernel.notify import rules, sending
from linli.kernel.notify.models import Notice
from linli.kernel.notify.terms import Verb


@transaction.atomic
def notice_send(
    *,
    actor: Actor,
    text: str,
    to_account_ids: Iterable[int],
    values: Mapping[str, rules.Value],
    key: str,
    place_path: str = "",
    link: str = "",
) -> list[Notice]:
    """Send one text to some accounts, each in their own language; with the same key only once.

    `values` fill the names in braces: plain texts, or labels {zh, en}. `link` is an address
    inside the platform. Senders are told after the transaction. The caller has checked that the
    actor may do what the notice tells of. Raises Invalid if no pack at the place has the text.
    """
    return sending.send(
        actor=actor,
        text=text,
        to_account_ids=to_account_ids,
        values=values,
        key=key,
        place_path=place_path,
        link=link,
    )


@transaction.atomic
def notices_erase(*, actor: Actor, account_id: int) -> int:
    """Delete all that was written to an account which was lawfully erased; how many there were.

    The caller has checked that the actor may.
    """
    count, _models = Notice.objects.filter(account_id=account_id).delete()
    on = ("accounts.account", account_id)
    audit.record(actor, Verb.NOTICES_ERASED, on=on, detail={"notices": count})
    return count


def notice_read(*, actor: Actor, notice: Notice) -> Notice:
    """Mark one's own notice as read; it was read when it was first opened."""
    if actor.account_id is None or notice.account_id != actor.account_id:
        raise Forbidden(_("This notice is not yours."), code="not_own_notice")
    if notice.read_at is None:
        notice.read_at = clock.now()
        Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=notice.read_at)
    return notice


def notices_read_all(*, actor: Actor) -> int:
    """Mark all of one's own notices as read; returns how many were not."""
    if actor.account_id is None:
        return 0
    unread = Notice.objects.filter(account_id=actor.account_id, read_at__isnull=True)
    return unread.update(read_at=clock.now())
