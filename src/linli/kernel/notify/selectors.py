# SPDX-License-Identifier: MulanPSL-2.0
"""Reading notices."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.access.models import Grant
from linli.kernel.notify import gateways
from linli.kernel.notify.models import Carrier, Letter, Notice, NoticeQuerySet
from linli.kernel.notify.terms import Channel, LetterState, Perm


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


def letters_sent_aged(until: dt.datetime) -> QuerySet[Letter]:
    """Letters sent before a moment."""
    return Letter.objects.filter(state=LetterState.SENT, done_at__lt=until)


def letters_ended_aged(until: dt.datetime) -> QuerySet[Letter]:
    """Letters that were over before a moment and of which nobody said that they arrived."""
    return Letter.objects.filter(done_at__lt=until).exclude(state=LetterState.SENT)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one way out stands: whether anything leaves by it, and letters by their state."""

    channel: Channel
    is_open: bool
    counts: dict[LetterState, int]
    carrier: Carrier | None


def letters_standing() -> list[Standing]:
    """How letters stand, by channel; machinery, which lies at no place."""
    rows = Letter.objects.order_by().values_list("channel", "state").annotate(count=Count("pk"))
    found = {(channel, state): count for channel, state, count in rows}
    carriers = {carrier.channel: carrier for carrier in Carrier.objects.all()}
    return [
        Standing(
            channel,
            gateways.is_open(channel),
            {state: found.get((channel, state), 0) for state in LetterState},
            carriers.get(channel),
        )
        for channel in Channel
    ]


def letters_in(state: LetterState) -> QuerySet[Letter]:
    """The letters in a state, newest first, without what they say and to whom."""
    return Letter.objects.filter(state=state).defer("address", "title", "body")


def letter_find(letter_id: int) -> Letter | None:
    """A letter by its number, without what it says and to whom."""
    return Letter.objects.filter(pk=letter_id).defer("address", "title", "body").first()


def _on_the_way() -> QuerySet[Letter]:
    return Letter.objects.filter(state__in=(LetterState.WAITING, LetterState.SENDING))


def waiting_count() -> int:
    """How many letters wait to leave."""
    return _on_the_way().count()


def uncertain_count() -> int:
    """How many letters are in doubt."""
    return Letter.objects.filter(state=LetterState.UNCERTAIN).count()


def oldest_seconds() -> float:
    """For how long the oldest letter has waited that has not left for certain."""
    oldest = _on_the_way().aggregate(at=Min("made_at"))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """The messages that somebody got, for the copy of their data."""
    del person_id
    rows = Notice.objects.filter(account=account_id) if account_id else Notice.objects.none()
    return [(f"{clock.local(row.sent_at):%Y-%m-%d %H:%M} {row.title}", row.body) for row in rows]
