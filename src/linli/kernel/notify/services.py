# SPDX-License-Identifier: MulanPSL-2.0
"""Sending notices and reading them."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Conflict, Forbidden
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.notify import rules, sending
from linli.kernel.notify.letters import EMPTIED
from linli.kernel.notify.models import Letter, Notice
from linli.kernel.notify.terms import Channel, LetterState, Perm, Verb


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


@transaction.atomic
def letter_repeat(*, actor: Actor, letter: Letter) -> Letter:
    """Have a letter in doubt handed over once more, at once; it may then arrive twice.

    The machinery lies at no place: whoever may do this somewhere may do it, and it stands on the
    record there. Raises Forbidden, and Conflict for a letter that is in doubt no more.
    """
    kept = _in_doubt(actor, letter)
    kept.state, kept.next_try_at, kept.tries = LetterState.WAITING, timezone.now(), 0
    kept.is_doubtful = kept.channel == Channel.MAIL
    kept.save(update_fields=["state", "next_try_at", "tries", "is_doubtful"])
    return _settled(actor, kept, Verb.LETTER_REPEATED)


@transaction.atomic
def letter_leave(*, actor: Actor, letter: Letter) -> Letter:
    """Leave a letter in doubt as it is; what is personal in it goes.

    Raises Forbidden, and Conflict for a letter that is in doubt no more.
    """
    kept = _in_doubt(actor, letter)
    for name, value in EMPTIED.items():
        setattr(kept, name, value)
    kept.state, kept.done_at = LetterState.LEFT, timezone.now()
    kept.save(update_fields=["state", "done_at", *EMPTIED])
    return _settled(actor, kept, Verb.LETTER_LEFT)


def _in_doubt(actor: Actor, letter: Letter) -> Letter:
    access.require(actor, Perm.SETTLE, _at(actor))
    kept = lock(letter)
    is_over = kept.ends_at is not None and kept.ends_at <= timezone.now()
    if kept.state != LetterState.UNCERTAIN or is_over:
        raise Conflict(_("This letter is in doubt no more."), code="letter_settled")
    return kept


def _settled(actor: Actor, letter: Letter, verb: Verb) -> Letter:
    detail = {"channel": letter.channel, "kind": letter.kind}
    audit.record(actor, verb, on=letter, at=_at(actor), detail=detail)
    return letter


def _at(actor: Actor) -> str:
    return next(iter(actor.reach(Perm.SETTLE)), EVERYWHERE)
