# SPDX-License-Identifier: MulanPSL-2.0
"""Names in the record: ciphertext under a key of the person, gone for ever when the key is
destroyed.
"""

import time

from linli.base import clock, crypto
from linli.kernel.audit.fields import context_of
from linli.kernel.audit.models import NameKey

CONTEXT = "audit.name"
KEEP_SECONDS = 60.0
KEEP_KEYS = 4096

_opened: dict[str, tuple[float, bytes]] = {}


def name_key_new() -> NameKey:
    """A fresh key for the name of one person or account."""
    fresh = _name_key()
    fresh.save(force_insert=True)
    return fresh


def name_keys_new(count: int) -> list[NameKey]:
    """Many fresh keys in one statement, for bulk writers."""
    return NameKey.objects.bulk_create(_name_key() for _ in range(count))


def seal(name: str, key_id: str) -> str:
    """The name as it stands in the record ("key id:ciphertext"); "" once its key is destroyed."""
    key = _key(key_id)
    return f"{key_id}:{crypto.encrypt_with(key, name, context=CONTEXT)}" if key and name else ""


def unseal(sealed: str) -> str | None:
    """The name that was sealed; None if its key is destroyed, the text itself if it was never
    sealed.
    """
    key_id, colon, token = sealed.partition(":")
    if not colon or not _is_key_id(key_id):
        return sealed
    key = _key(key_id)
    return None if key is None else crypto.decrypt_with(key, token, context=CONTEXT)


def forget(key_id: str) -> None:
    """Drop a key from memory."""
    _opened.pop(key_id, None)


def _name_key() -> NameKey:
    key_id = f"n{crypto.key_new().hex()[:31]}"
    wrapped = crypto.key_wrap(crypto.key_new(), context=context_of(key_id))
    return NameKey(id=key_id, wrapped_key=wrapped, created_at=clock.now())


def _is_key_id(text: str) -> bool:
    return len(text) == 32 and text[0] == "n" and set(text[1:]) <= set("0123456789abcdef")


def _key(key_id: str) -> bytes | None:
    """The opened key, kept for a minute so that a run of records asks once."""
    kept = _opened.get(key_id)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    wrapped = NameKey.objects.filter(pk=key_id).values_list("wrapped_key", flat=True).first()
    if not wrapped:
        _opened.pop(key_id, None)
        return None
    key = crypto.key_unwrap(wrapped, context=context_of(key_id))
    if len(_opened) >= KEEP_KEYS:
        _opened.clear()
    _opened[key_id] = (time.monotonic() + KEEP_SECONDS, key)
    return key
