# SPDX-License-Identifier: MulanPSL-2.0
"""Adding newer keys and retiring older ones. The ring is a file: only the machine itself may."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock, crypto
from linli.base.actor import Actor
from linli.base.crypto import KeyRing, Purpose
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.audit import services as audit
from linli.kernel.audit.anchoring import public_of
from linli.kernel.keys.carriers import carried
from linli.kernel.keys.terms import BESIDE, RING, Verb


@transaction.atomic
def key_rotate(*, actor: Actor, purposes: Sequence[Purpose], demo: bool = False) -> KeyRing:
    """Add a key for each purpose, which writes from now on; the background makes the rest anew.

    Raises Forbidden for anybody but the machine itself, KeyRingError when the ring cannot be
    written.
    """
    _ensure_machine(actor)
    ring = crypto.ring()
    for purpose in purposes:
        ring = crypto.ring_add(settings.LINLI_KEYS_FILE, purpose, demo=demo)
        key = ring.newest(purpose)
        audit.record(actor, Verb.ROTATED, on=(RING, key.id), detail={"purpose": purpose.value})
    return ring


@transaction.atomic
def key_retire(*, actor: Actor, key_id: str) -> KeyRing:
    """Take an older key out of the ring for ever, once nothing carries it any more.

    Backups made while something did need a copy of it. Raises Forbidden for anybody but the machine
    itself, Invalid for a key that is not in the ring, Conflict for one that writes, that the next
    has followed too lately or that something still carries.
    """
    _ensure_machine(actor)
    ring = crypto.ring()
    purpose = ring.purpose_of(key_id)
    if purpose is None:
        raise Invalid(_("The ring holds no key of this name."), code="key_unknown")
    _ensure_followed(ring, purpose, key_id)
    counts = carried(key_id, purpose)
    if counts:
        listed = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
        message = _("This key is still carried by %(columns)s.") % {"columns": listed}
        raise Conflict(message, code="key_carried")
    key = ring.find(purpose, key_id)
    public = public_of(key) if key is not None and purpose is Purpose.AUDIT else ""
    audit.record(actor, Verb.RETIRED, on=(RING, key_id), detail={"purpose": purpose.value})
    return crypto.ring_remove(settings.LINLI_KEYS_FILE, key_id, public=public)


def _ensure_followed(ring: KeyRing, purpose: Purpose, key_id: str) -> None:
    """Refuse a key that writes, or that did until so lately that something may still need it."""
    ids = [key.id for key in ring.keys(purpose)]
    place = ids.index(key_id)
    if place == 0:
        raise Conflict(_("This key writes; add a newer one first."), code="key_writes")
    free_at = ring.keys(purpose)[place - 1].created_at + BESIDE[purpose]
    if clock.now() < free_at:
        when = free_at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")
        message = _("Something may still need this key; retire it after %(when)s.")
        raise Conflict(message % {"when": when}, code="key_needed")


def _ensure_machine(actor: Actor) -> None:
    if not actor.is_system:
        raise Forbidden(_("Keys are kept on the machine itself."), code="forbidden")
