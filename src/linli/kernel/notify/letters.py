# SPDX-License-Identifier: MulanPSL-2.0
"""Letters on their way: kept with the deed, handed over one by one by whoever holds the carrier.

Machinery: times are wall time, and it acts as the platform. A letter is claimed by a conditional
update that is committed before the hand-over; nothing here runs within a transaction while a server
is spoken to.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from linli.kernel.jobs.services import enqueue
from linli.kernel.notify import gateways, rules
from linli.kernel.notify.gateways import Envelope, Gateway, Handed, Outcome
from linli.kernel.notify.models import Carrier, Letter
from linli.kernel.notify.terms import OVER, STOPPED, Channel, LetterKind, LetterState
from linli.kernel.people import phone_codes

SEND_JOB = "notify.letters_send"
LEASE = dt.timedelta(seconds=60)
AT_WORK = dt.timedelta(seconds=25)
"""For how long a worker keeps to one carrier; with one more hand-over well within its lease."""

LOST_AFTER = dt.timedelta(seconds=60)
"""A hand-over that nobody has ended for so long was stopped with its worker."""

OPEN = (LetterState.WAITING, LetterState.UNCERTAIN)
EMPTIED = {"address": "", "title": "", "body": "", "next_try_at": None}
"""What is personal goes when a letter is over."""


def letter_write(
    *,
    channel: Channel,
    kind: LetterKind,
    key: str,
    address: str,
    body: str,
    title: str = "",
    ends_at: dt.datetime | None = None,
) -> bool:
    """Keep a letter in the transaction of the deed that it tells of; False where it is known
    already or nothing leaves by this channel.

    The caller records the deed. After `ends_at` nobody needs it any more.
    """
    if not gateways.is_open(channel) or Letter.objects.filter(key=key).exists():
        return False
    now = timezone.now()
    letter = Letter(
        key=key,
        channel=channel,
        kind=kind,
        address=address,
        title=title,
        body=body,
        made_at=now,
        next_try_at=now,
        ends_at=ends_at,
    )
    if settings.LINLI_MAIL is not None and channel is Channel.MAIL:
        letter.message_id = f"<{uuid.uuid4().hex}@{settings.LINLI_MAIL.domain}>"
    return bool(Letter.objects.bulk_create([letter], ignore_conflicts=True))


def letters_ask() -> int:
    """Give each carrier with something due to one worker; returns how many."""
    now = timezone.now()
    _lost_mark(now)
    _over_mark(now)
    count = 0
    for channel in Channel:
        if not gateways.is_open(channel) or not _due(channel, now).exists():
            continue
        Carrier.objects.get_or_create(channel=channel)
        until, free = now + LEASE, _free(now).filter(channel=channel)
        if not free.exists():
            continue
        with transaction.atomic():
            if free.update(busy_until=until):
                enqueue(SEND_JOB, channel=str(channel), until=until.isoformat())
                count += 1
    return count


def letters_send(*, channel: str, until: str) -> int:
    """Hand over what is due by a carrier that was claimed until that moment; returns how many
    letters were tried.

    Nothing is, if somebody else has claimed it since. A server that is not there or hangs is left
    alone for a while, and what is due meanwhile waits.
    """
    now = timezone.now()
    lease = now + LEASE
    mine = Carrier.objects.filter(channel=channel, busy_until=lease)
    claimed = Carrier.objects.filter(
        channel=channel, busy_until=dt.datetime.fromisoformat(until)
    ).update(busy_until=lease)
    gateway = gateways.gateway_of(channel) if claimed else None
    count = 0
    while gateway is not None and timezone.now() < now + AT_WORK and mine.exists():
        letter = _claimed(channel)
        if letter is None:
            break
        count += 1
        outcome = _handed(gateway, letter)
        _note(letter, outcome)
        if not _goes_on(mine, outcome):
            break
    mine.update(busy_until=None)
    return count


def _free(now: dt.datetime) -> QuerySet[Carrier]:
    return Carrier.objects.filter(
        Q(busy_until__isnull=True) | Q(busy_until__lte=now),
        Q(rest_until__isnull=True) | Q(rest_until__lte=now),
    )


def _due(channel: str, now: dt.datetime) -> QuerySet[Letter]:
    is_needed = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return Letter.objects.filter(is_needed, channel=channel, state__in=OPEN, next_try_at__lte=now)


def _claimed(channel: str) -> Letter | None:
    """The next letter that is due, claimed for this worker alone; None when there is none."""
    while True:
        now = timezone.now()
        letter = _due(channel, now).order_by("next_try_at", "pk").first()
        if letter is None:
            return None
        same = Letter.objects.filter(
            pk=letter.pk, state=letter.state, next_try_at=letter.next_try_at
        )
        if not _is_wanted(letter):
            same.delete()
        elif same.update(state=LetterState.SENDING, handed_at=now, tries=F("tries") + 1):
            letter.handed_at, letter.tries = now, letter.tries + 1
            return letter


def _is_wanted(letter: Letter) -> bool:
    """Whether anybody is to get it: a code is written for every number that asks, so that asking
    tells nobody which are known here.
    """
    return letter.kind != LetterKind.PHONE_CODE or phone_codes.is_known(phone=letter.address)


def _handed(gateway: Gateway, letter: Letter) -> Outcome:
    return gateway.hand_over(
        Envelope(letter.key, letter.address, letter.title, letter.body, letter.message_id)
    )


def _note(letter: Letter, outcome: Outcome) -> None:
    """Keep how a hand-over ended, unless somebody has found it lost meanwhile."""
    now = timezone.now()
    changes: dict[str, object] = {"trouble": outcome.trouble[:40]}
    if outcome.handed is Handed.TAKEN:
        changes |= {"state": LetterState.SENT, "done_at": now, **EMPTIED}
    elif outcome.handed is Handed.REFUSED:
        changes |= {"state": LetterState.REFUSED, "done_at": now, **EMPTIED}
    else:
        changes |= _again(letter, now, is_doubtful=outcome.handed is Handed.DOUBTFUL)
    held = Letter.objects.filter(
        pk=letter.pk, state=LetterState.SENDING, handed_at=letter.handed_at
    )
    held.update(**changes)


def _again(letter: Letter, now: dt.datetime, *, is_doubtful: bool) -> dict[str, object]:
    """When it is tried again: what is in doubt is repeated by itself only as a mail, whose id tells
    a reader's program that it is the same.
    """
    was = letter.is_doubtful or is_doubtful
    wait = rules.wait_after(letter.tries)
    if was and letter.channel == Channel.SMS:
        return {"state": LetterState.UNCERTAIN, "is_doubtful": True, "next_try_at": None}
    if wait is None:
        return {"state": LetterState.GIVEN_UP, "is_doubtful": was, "done_at": now, **EMPTIED}
    state = LetterState.UNCERTAIN if was else LetterState.WAITING
    return {"state": state, "is_doubtful": was, "next_try_at": now + wait}


def _goes_on(mine: QuerySet[Carrier], outcome: Outcome) -> bool:
    """Whether the next letter may be tried at once; if not, the server is left alone for a
    while.
    """
    if not outcome.rests:
        mine.exclude(failures=0).update(failures=0, rest_until=None)
        return True
    failures = (mine.values_list("failures", flat=True).first() or 0) + 1
    mine.update(failures=failures, rest_until=timezone.now() + rules.rest_after(failures))
    return False


def _lost_mark(now: dt.datetime) -> None:
    """Mark as uncertain what was being handed over by a worker that is no more."""
    lost = Letter.objects.filter(state=LetterState.SENDING, handed_at__lt=now - LOST_AFTER)
    for letter in lost:
        _note(letter, Outcome(Handed.DOUBTFUL, STOPPED))


def _over_mark(now: dt.datetime) -> None:
    """Give up what nobody needs any more; asked first: on SQLite every writer waits."""
    over = Letter.objects.filter(state__in=OPEN, ends_at__lte=now)
    if over.exists():
        over.update(state=LetterState.GIVEN_UP, trouble=OVER, done_at=now, **EMPTIED)
