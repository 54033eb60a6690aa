# SPDX-License-Identifier: MulanPSL-2.0
"""From the outbox to the receivers: which events make messages, and sending them, in order as far
as possible and at least once.

Machinery: times are wall time, and it acts as the platform.
"""

import datetime as dt
import json
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from linli.base import calling
from linli.base.actor import SYSTEM
from linli.kernel.audit import services as audit
from linli.kernel.events.models import Event
from linli.kernel.jobs.rules import without_numbers
from linli.kernel.jobs.services import enqueue
from linli.kernel.places.rules import public_code
from linli.kernel.sockets import registry
from linli.modules.exchange import rules
from linli.modules.exchange.models import Attempt, Message, Webhook, WebhookQuerySet
from linli.modules.exchange.services.hooks import signing_secrets
from linli.modules.exchange.terms import UNREACHED, Standing, Verb

SEND_JOB = "exchange.webhook_send"
LOOK_BACK = 200
"""How many numbers of the outbox are read again each second: a short transaction may show a number
lower than one already seen."""

MARK_EVERY = dt.timedelta(hours=1)
"""A transaction shorter than this is never missed: the sweep reads the outbox that far back."""

A_ROUND = 500
LEASE = dt.timedelta(seconds=60)
AT_WORK = dt.timedelta(seconds=25)
"""For how long a worker keeps to one webhook; well within its lease."""


def messages_make(*, is_sweep: bool = False) -> int:
    """Make a message of each event that a webhook is told of; returns how many there are new.

    Each second what is new; as a sweep what ended late too.
    """
    newest = Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    hooks = Webhook.objects.filter(ended_at__isnull=True).select_related("place")
    return sum(
        _make_for(webhook, newest, is_sweep=is_sweep)
        for webhook in hooks.defer("place__boundary")
        if is_sweep or webhook.seen_seq < newest
    )


def _make_for(webhook: Webhook, newest: int, *, is_sweep: bool) -> int:
    known = Message.objects.filter(webhook=webhook, seq=OuterRef("seq"))
    since = webhook.floor_seq if is_sweep else max(webhook.seen_seq - LOOK_BACK, webhook.floor_seq)
    rows = list(
        Event.objects.below(webhook.place.path)
        .filter(~Exists(known), seq__gt=since, seq__lte=newest, name__in=webhook.events)
        .order_by("seq")[:A_ROUND]
    )
    made = [message for event in rows if (message := _message_of(webhook, event)) is not None]
    seen = rows[-1].seq if len(rows) == A_ROUND else newest
    with transaction.atomic():
        Message.objects.bulk_create(made, ignore_conflicts=True)
        _seen(webhook, max(seen, webhook.seen_seq))
    return len(made)


def _seen(webhook: Webhook, seq: int) -> None:
    """Note how far the outbox was read; once an hour the mark of an hour ago becomes the floor."""
    changes: dict[str, object] = {"seen_seq": seq}
    now = timezone.now()
    if now - webhook.mark_at >= MARK_EVERY:
        changes |= {"floor_seq": webhook.mark_seq, "mark_seq": webhook.seen_seq, "mark_at": now}
    Webhook.objects.filter(pk=webhook.pk).update(**changes)


def _message_of(webhook: Webhook, event: Event) -> Message | None:
    """The message about an event; None if it concerns nobody outside."""
    tellings = registry.tellings().get(event.name, [])
    said = (telling.tell(event.payload) for telling in tellings)
    told = next((each for each in said if each is not None), None)
    if told is None:
        return None
    key = f"msg_{uuid.uuid4().hex}"
    body = {
        "id": key,
        "type": event.name,
        "timestamp": event.at.isoformat(),
        "data": {
            "seq": event.seq,
            "place": public_code(event.place_path),
            "kind": told.kind,
            "number": told.number,
            "link": told.link,
        },
    }
    now = timezone.now()
    return Message(
        key=key,
        webhook=webhook,
        seq=event.seq,
        event=event.name,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        made_at=now,
        next_try_at=now,
    )


def sends_ask() -> int:
    """Give each webhook with something due to one worker; returns how many.

    The claim is a conditional update: whoever comes second gets nothing.
    """
    now = timezone.now()
    due = Message.objects.filter(
        webhook=OuterRef("pk"), standing=Standing.WAITING, next_try_at__lte=now
    )
    count = 0
    for pk in _free(now).filter(Exists(due)).values_list("pk", flat=True):
        until = now + LEASE
        with transaction.atomic():
            if _free(now).filter(pk=pk).update(busy_until=until):
                enqueue(SEND_JOB, webhook_id=pk, until=until.isoformat())
                count += 1
    return count


def _free(now: dt.datetime) -> WebhookQuerySet:
    return Webhook.objects.filter(
        Q(busy_until__isnull=True) | Q(busy_until__lte=now),
        Q(rest_until__isnull=True) | Q(rest_until__lte=now),
        ended_at__isnull=True,
        paused_at__isnull=True,
    )


def messages_send(*, webhook_id: int, until: str) -> int:
    """Send what is due of a webhook that was claimed until that moment; returns how many calls.

    Nothing is sent if somebody else has claimed it since, or if it was paused or ended.
    """
    now = timezone.now()
    mine = Webhook.objects.filter(pk=webhook_id, busy_until=dt.datetime.fromisoformat(until))
    lease = now + LEASE
    if not mine.update(busy_until=lease):
        return 0
    calls = 0
    while timezone.now() < now + AT_WORK:
        webhook = Webhook.objects.get(pk=webhook_id)
        if webhook.busy_until != lease or not webhook.is_active:
            break
        message = _next(webhook)
        if message is None:
            break
        calls += 1
        if not _send(webhook, message):
            break
    Webhook.objects.filter(pk=webhook_id, busy_until=lease).update(busy_until=None)
    return calls


def _next(webhook: Webhook) -> Message | None:
    due = webhook.messages.filter(standing=Standing.WAITING, next_try_at__lte=timezone.now())
    return due.order_by("seq").first()


def _send(webhook: Webhook, message: Message) -> bool:
    """Send one message; False if what comes later waits."""
    at = timezone.now()
    answer = calling.post(
        webhook.address, headers=_headers(webhook, message, at), body=message.body
    )
    with transaction.atomic():
        Attempt.objects.create(
            message=message,
            at=at,
            status=answer.status,
            trouble=answer.trouble,
            milliseconds=answer.milliseconds,
            answer=_kept(answer.text, message),
        )
        if answer.is_taken:
            _taken(webhook, message)
            return True
        return _missed(webhook, message, answer)


def _headers(webhook: Webhook, message: Message, at: dt.datetime) -> dict[str, str]:
    stamp = int(at.timestamp())
    signed = [
        rules.signature(secret, message.key, stamp, message.body)
        for secret in signing_secrets(webhook)
    ]
    return {
        "webhook-id": message.key,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signed),
    }


def _taken(webhook: Webhook, message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(standing=Standing.DONE, done_at=timezone.now())
    if webhook.failures:
        Webhook.objects.filter(pk=webhook.pk).update(
            failures=0, failing_since=None, rest_until=None
        )


def _missed(webhook: Webhook, message: Message, answer: calling.Answer) -> bool:
    now = timezone.now()
    failures = message.failures + 1
    wait = rules.wait_after(failures)
    again = now + wait if wait is not None else now
    Message.objects.filter(pk=message.pk).update(
        failures=failures,
        next_try_at=again,
        standing=Standing.GIVEN_UP if wait is None else Standing.WAITING,
    )
    is_holding = wait is not None and rules.holds_up(
        is_unreached=answer.trouble in UNREACHED, status=answer.status, failures=failures
    )
    in_a_row, since = webhook.failures + 1, webhook.failing_since or now
    Webhook.objects.filter(pk=webhook.pk).update(
        failures=in_a_row, failing_since=since, rest_until=again if is_holding else None
    )
    if rules.is_to_pause(in_a_row, since, now):
        Webhook.objects.filter(pk=webhook.pk).update(paused_at=now)
        detail = {"failures": in_a_row}
        audit.record(SYSTEM, Verb.WEBHOOK_PAUSED, on=webhook, at=webhook.place, detail=detail)
        return False
    return not is_holding


def _kept(text: str, message: Message) -> str:
    """The beginning of an answer without what we sent: a receiver that repeats it is left out."""
    data = json.loads(message.body)["data"]
    ours = [message.key, str(data["number"]), str(data["link"])]
    return "" if any(each and each in text for each in ours) else without_numbers(text)
