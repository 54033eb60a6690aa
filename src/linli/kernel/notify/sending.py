# SPDX-License-Identifier: MulanPSL-2.0
"""Writing and keeping notices, inside the transaction of whoever sends them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import body_as
from linli.base.errors import Invalid
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.notify import rules, senders
from linli.kernel.notify.grammar import TextSpec
from linli.kernel.notify.models import Definition, Notice
from linli.kernel.notify.terms import Event, Verb


def send(
    *,
    actor: Actor,
    text: str,
    to_account_ids: Iterable[int],
    values: Mapping[str, rules.Value],
    key: str,
    place_path: str = "",
    link: str = "",
    is_new: bool = False,
) -> list[Notice]:
    """As `services.notice_send`, for callers that hold a transaction already.

    `is_new` says that the caller knows the key to be new, because it gives each out once under a
    lock.
    """
    wanted = sorted(set(to_account_ids))
    row = Definition.objects.find("text", text, place_path, clock.today())
    if row is None:
        raise Invalid(f"text:{text} is not in force here", code="no_text")
    if not wanted:
        return []
    notices = _written(body_as(row, TextSpec), wanted, values)
    for notice in notices:
        notice.key, notice.text_key = f"{key}:{notice.account_id}", text
        notice.link, notice.place_path, notice.sent_at = link, place_path, clock.now()
    return _kept(actor, notices, text, key, place_path, is_new=is_new)


def _written(
    spec: TextSpec, account_ids: Sequence[int], values: Mapping[str, rules.Value]
) -> list[Notice]:
    accounts = get_user_model()._default_manager.filter(pk__in=account_ids, is_active=True)
    title, body = spec.label.as_label(), spec.body.as_label()
    return [
        Notice(
            account_id=account_id,
            title=rules.in_language(title, language),
            body=rules.body_filled(rules.in_language(body, language), values, language),
        )
        for account_id, language in accounts.order_by("pk").values_list("pk", "language")
    ]


def _kept(
    actor: Actor, notices: list[Notice], text: str, key: str, place_path: str, *, is_new: bool
) -> list[Notice]:
    known: set[str] = set()
    if not is_new:
        keys = [notice.key for notice in notices]
        known = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [notice for notice in notices if notice.key not in known]
    if not fresh:
        return []
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    detail = {"text": text, "count": len(fresh)}
    audit.record(actor, Verb.NOTICE_SENT, on=("notify.notice", key), at=place_path, detail=detail)
    events.announce(Event.NOTICE_SENT, place_path=place_path, key=key, count=len(fresh))
    for sender in senders.senders():
        transaction.on_commit(partial(sender, tuple(fresh)), robust=True)
    return fresh
