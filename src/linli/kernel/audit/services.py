# SPDX-License-Identifier: MulanPSL-2.0
"""Writing the record, in the transaction of the deed."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.db import models, transaction

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.audit import names, rules
from linli.kernel.audit.forgetting import forgotten_keep
from linli.kernel.audit.models import AuditRecord, NameKey
from linli.kernel.audit.names import name_key_new, name_keys_new
from linli.kernel.audit.selectors import actor_name_of, subject_name_of
from linli.kernel.audit.terms import Verb
from linli.kernel.audit.verifying import Fault, VerifyResult, verify

__all__ = [
    "Fault",
    "VerifyResult",
    "actor_name_of",
    "draft",
    "name_key_destroy",
    "name_key_new",
    "name_keys_new",
    "record",
    "records_put",
    "subject_name_of",
    "verify",
]


class HasPath(Protocol):
    """Something that lies in the tree of places."""

    path: str


def record(
    actor: Actor,
    verb: str,
    *,
    on: models.Model | tuple[str, str | int] | None = None,
    at: HasPath | str | None = None,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
    subject_name: str | None = None,
) -> AuditRecord:
    """Write down a deed, in the transaction that did it.

    `on` is what it was done to (a row, or its kind and key), `at` a place or its path. `detail`
    holds ids, codes and numbers, no personal value; phone and ID numbers in it and in `reason` are
    masked. A `subject_name` is kept under the name key of `on`. Raises TypeError or ValueError for
    a detail that is no plain value, ValueError for a name without a key.
    """
    row = draft(actor, verb, on=on, at=at, detail=detail, reason=reason, subject_name=subject_name)
    row.save(force_insert=True)
    return row


def draft(
    actor: Actor,
    verb: str,
    *,
    on: models.Model | tuple[str, str | int] | None = None,
    at: HasPath | str | None = None,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
    subject_name: str | None = None,
) -> AuditRecord:
    """A row as `record` would write it, for bulk writers to hand to `records_put`."""
    kind, key = _subject(on)
    fields: dict[str, Any] = {
        "at": clock.now(),
        "actor_kind": str(actor.kind),
        "actor_id": actor.account_id,
        "actor_name": _actor_name(actor),
        "on_behalf_of": actor.on_behalf_of,
        "verb": str(verb),
        "subject_kind": kind,
        "subject_key": key,
        "subject_name": _subject_name(on, subject_name),
        "place_path": _path(at),
        "detail": rules.detail_clean(detail or {}),
        "request_id": actor.request_id[:64],
        "reason": rules.text_clean(str(reason))[: rules.REASON_LENGTH],
    }
    return AuditRecord(**fields, row_hash=rules.row_hash(fields))


def records_put(rows: Iterable[AuditRecord]) -> None:
    """Keep many drafted rows at once, in their order."""
    AuditRecord.objects.bulk_create(rows, batch_size=500)


@transaction.atomic
def name_key_destroy(*, actor: Actor, key_id: str) -> str:
    """Take a name out of the whole record for ever (a lawful deletion); the rows and their hashes
    stay. Returns the digest of the wrapped key that is gone, "" if it was gone already.

    The caller has checked that the actor may. Other processes forget the opened key within a
    minute.
    """
    key = NameKey.objects.select_for_update().filter(pk=key_id, destroyed_at=None).first()
    if key is None:
        return ""
    digest = hashlib.sha256(key.wrapped_key.encode()).hexdigest()
    key.wrapped_key, key.destroyed_at = "", clock.now()
    key.save(update_fields=["wrapped_key", "destroyed_at"])
    names.forget(key_id)
    on = ("audit.namekey", key_id)
    record(actor, Verb.NAME_KEY_DESTROYED, on=on, detail={"digest": digest})
    if settings.LINLI_ANCHORS is not None:
        tell = partial(forgotten_keep, settings.LINLI_ANCHORS)
        transaction.on_commit(tell, robust=True)  # what fails is made good in the night
    return digest


def _subject(on: models.Model | tuple[str, str | int] | None) -> tuple[str, str]:
    if on is None:
        return "", ""
    if isinstance(on, models.Model):
        return on._meta.label_lower, str(on.pk)
    kind, key = on
    return kind, str(key)


def _actor_name(actor: Actor) -> str:
    """Ciphertext for people; the platform and packs have names that are nobody's."""
    if actor.is_system:
        return actor.label
    return names.seal(actor.label, actor.name_key_id) if actor.name_key_id else ""


def _subject_name(on: object, name: str | None) -> str:
    if not name:
        return ""
    key_id = getattr(on, "name_key_id", None)
    if key_id is None:
        raise ValueError("a name stands in the record only under a name key")
    return names.seal(name, key_id)


def _path(at: HasPath | str | None) -> str:
    if at is None or isinstance(at, str):
        return at or ""
    return at.path
