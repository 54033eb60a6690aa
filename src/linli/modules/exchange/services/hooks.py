# SPDX-License-Identifier: MulanPSL-2.0
"""Setting, pausing and ending webhooks, renewing their secrets, sending messages again."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import clock, outgoing
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import lock
from linli.base.text import clean_line
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.events.models import Event
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.modules.exchange import rules
from linli.modules.exchange.models import Message, Webhook
from linli.modules.exchange.terms import Perm, Standing, Verb

SECRET_BYTES = 32
BOTH_FOR = dt.timedelta(days=1)
"""For how long the old secret signs beside a renewed one."""


@dataclass(frozen=True, slots=True)
class WebhookSet:
    """A webhook with the secret that its receiver checks signatures by; shown this once."""

    webhook: Webhook
    secret: str = field(repr=False)


@transaction.atomic
def webhook_set(
    *, actor: Actor, label: str, address: str, events: Sequence[str], place: Place
) -> WebhookSet:
    """Let an address outside hear of some events at a place and below it, from now on.

    Raises Forbidden without `exchange.set_webhook` at the place, Invalid for an address that may
    never be called or an event that nobody tells of.
    """
    access.require(actor, Perm.SET_WEBHOOK, at=place)
    access.prove(actor)
    now = timezone.now()
    newest = Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    secret = rules.secret_text(secrets.token_bytes(SECRET_BYTES))
    webhook = Webhook(
        label=_label_read(label),
        address=_address_read(address),
        events=_events_read(events),
        place=place,
        secret=secret,
        set_at=clock.now(),
        seen_seq=newest,
        floor_seq=newest,
        mark_seq=newest,
        mark_at=now,
    )
    webhook.save(force_insert=True)
    _recorded(actor, webhook, Verb.WEBHOOK_SET)
    return WebhookSet(webhook, secret)


@transaction.atomic
def webhook_change(
    *, actor: Actor, webhook: Webhook, label: str, address: str, events: Sequence[str]
) -> Webhook:
    """Give a webhook another name, address or choice of events. Raises as `webhook_set`."""
    kept = _standing(actor, webhook)
    kept.label, kept.address = _label_read(label), _address_read(address)
    kept.events = _events_read(events)
    kept.rest_until = None
    kept.save(update_fields=["label", "address", "events", "rest_until"])
    _recorded(actor, kept, Verb.WEBHOOK_CHANGED)
    return kept


@transaction.atomic
def webhook_pause(*, actor: Actor, webhook: Webhook, reason: str = "") -> Webhook:
    """Stop sending for a while; what happens meanwhile is kept and sent when it goes on.

    Raises Forbidden, Conflict.
    """
    kept = _standing(actor, webhook)
    if kept.paused_at is not None:
        raise Conflict(_("This webhook is paused already."), code="webhook_paused")
    kept.paused_at = timezone.now()
    kept.save(update_fields=["paused_at"])
    _recorded(actor, kept, Verb.WEBHOOK_PAUSED, reason=reason)
    return kept


@transaction.atomic
def webhook_resume(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Go on after a pause, from what waits, at once. Raises Forbidden, Conflict."""
    kept = _standing(actor, webhook)
    if kept.paused_at is None:
        raise Conflict(_("This webhook is not paused."), code="webhook_running")
    kept.paused_at = kept.rest_until = kept.failing_since = None
    kept.failures = 0
    kept.save(update_fields=["paused_at", "rest_until", "failing_since", "failures"])
    _again(Message.objects.filter(webhook=kept, standing=Standing.WAITING))
    _recorded(actor, kept, Verb.WEBHOOK_RESUMED)
    return kept


@transaction.atomic
def webhook_end(*, actor: Actor, webhook: Webhook, reason: str = "") -> Webhook:
    """Tell an address nothing any more; what was sent stays to be read. Raises Forbidden,
    Conflict.
    """
    kept = _standing(actor, webhook)
    kept.ended_at = clock.now()
    kept.save(update_fields=["ended_at"])
    kept.messages.filter(standing=Standing.WAITING).update(standing=Standing.GIVEN_UP)
    _recorded(actor, kept, Verb.WEBHOOK_ENDED, reason=reason)
    return kept


@transaction.atomic
def secret_renew(*, actor: Actor, webhook: Webhook) -> WebhookSet:
    """Give a webhook a new secret; for a day both sign, so that the receiver can change over.

    Raises Forbidden, Unproven, Conflict.
    """
    access.prove(actor)
    kept = _standing(actor, webhook)
    secret = rules.secret_text(secrets.token_bytes(SECRET_BYTES))
    kept.old_secret, kept.old_until = kept.secret, timezone.now() + BOTH_FOR
    kept.secret = secret
    kept.save(update_fields=["secret", "old_secret", "old_until"])
    _recorded(actor, kept, Verb.SECRET_RENEWED)
    return WebhookSet(kept, secret)


@transaction.atomic
def messages_replay(*, actor: Actor, webhook: Webhook, message: Message | None = None) -> int:
    """Send one message again, or all that were given up; returns how many will be sent.

    A receiver knows them by the same id. Raises Forbidden, Conflict when there are none.
    """
    kept = _standing(actor, webhook)
    rows = kept.messages.filter(standing=Standing.GIVEN_UP)
    if message is not None:
        rows = kept.messages.filter(pk=message.pk)
    count = _again(rows)
    if not count:
        raise Conflict(_("There is nothing to send again."), code="nothing_to_replay")
    Webhook.objects.filter(pk=kept.pk).update(rest_until=None)
    detail = {"messages": count, "message": message.key if message is not None else ""}
    audit.record(actor, Verb.REPLAYED, on=kept, at=kept.place, detail=detail)
    return count


def signing_secrets(webhook: Webhook) -> list[str]:
    """The secrets that sign now: the newest, and for a day the one before."""
    found = [webhook.secret]
    if webhook.old_secret and webhook.old_until and webhook.old_until > timezone.now():
        found.append(webhook.old_secret)
    return found


def _again(rows: object) -> int:
    found: int = rows.update(  # type: ignore[attr-defined]
        standing=Standing.WAITING, failures=0, next_try_at=timezone.now(), done_at=None
    )
    return found


def _standing(actor: Actor, webhook: Webhook) -> Webhook:
    access.require(actor, Perm.SET_WEBHOOK, at=webhook.place)
    kept = lock(webhook)
    if kept.ended_at is not None:
        raise Conflict(_("This webhook has ended."), code="webhook_ended")
    return kept


def _label_read(text: str) -> str:
    label = clean_line(text)
    if not label or len(label) > 80:
        raise _invalid("label", _("Say in a few words who is told."))
    return label


def _address_read(text: str) -> str:
    """An address that could be called; what its name stands for is looked at in each call."""
    address = text.strip()
    target = outgoing.target_of(address)
    if target is None:
        raise _invalid("address", _("Write the whole address, like https://partner.cn/linli."))
    allowed = outgoing.Allowed.read(settings.LINLI_WEBHOOK_ALLOW)
    literal = outgoing.literal_of(target.host)
    if literal is not None and not outgoing.may_call(target, literal, allowed):
        message = _("Addresses of the inner network are called only if the operator allows them.")
        raise _invalid("address", message)
    if not target.is_secure and not outgoing.is_plain_allowed(target, allowed):
        message = _("Use https; plain http only to hosts that the operator allows.")
        raise _invalid("address", message)
    return address


def _events_read(events: Sequence[str]) -> list[str]:
    wanted = sorted({str(event) for event in events})
    if not wanted or not set(wanted) <= registry.tellings().keys():
        raise _invalid("events", _("Choose what it is told of."))
    return wanted


def _invalid(name: str, message: str) -> Invalid:
    return Invalid(message, code=f"webhook_{name}", fields={name: message})


def _recorded(actor: Actor, webhook: Webhook, verb: Verb, reason: str = "") -> None:
    target = outgoing.target_of(webhook.address)
    detail = {
        "host": target.authority if target is not None else "",
        "events": webhook.events,
    }
    audit.record(actor, verb, on=webhook, at=webhook.place, detail=detail, reason=reason)
