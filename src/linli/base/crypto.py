# SPDX-License-Identifier: MulanPSL-2.0
"""Encryption of personal values and the key ring it uses.

The ring is a JSON file outside database and backup, named by `LINLI_KEYS_FILE`, mode 0600. It holds
one list of keys a purpose; the newest encrypts, all decrypt. A ciphertext is `KEY_ID.BASE64URL`: 12
bytes of nonce, then AES-256-GCM, with the context (`"people.person.phone"`) as associated data, so
that a value copied into another column cannot be read there. No message holds a value or a key.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.base.keyring import (
    Key,
    KeyRing,
    KeyRingError,
    Purpose,
    ring_add,
    ring_at,
    ring_check,
    ring_is_demo,
    ring_new,
    ring_remove,
)

__all__ = [
    "Key",
    "KeyRing",
    "KeyRingError",
    "Purpose",
    "Undecryptable",
    "blind_index",
    "blind_indexes",
    "decrypt",
    "decrypt_with",
    "encrypt",
    "encrypt_with",
    "is_encrypted",
    "key_new",
    "key_unwrap",
    "key_wrap",
    "ring",
    "ring_add",
    "ring_check",
    "ring_is_demo",
    "ring_new",
    "ring_remove",
]

NONCE_BYTES = 12
INDEX_BYTES = 24
INDEX_LENGTH = 7 + 1 + 32
"""Characters of a blind index: key id, a dot, 24 bytes in base64url."""

_CIPHERTEXT = re.compile(r"(k[0-9a-f]{6})\.([A-Za-z0-9_-]{38,})")


class Undecryptable(KeyRingError):
    """A ciphertext that no key of the ring opens: of another ring or column, or tampered with."""


def ring() -> KeyRing:
    """The ring of this installation, read again when its file changes.

    Raises:
        KeyRingError: no file is named, or the file is missing, open to others, or broken.
    """
    return ring_at(_ring_path())


def encrypt(value: str, *, context: str, purpose: Purpose = Purpose.FIELD) -> str:
    """Encrypt a text with the newest key of `purpose`, bound to `context`; never twice the same."""
    key = ring().newest(purpose)
    return f"{key.id}.{_seal(key.secret, value.encode(), context)}"


def decrypt(token: str, *, context: str, purpose: Purpose = Purpose.FIELD) -> str:
    """The text that `encrypt` was given.

    Raises:
        Undecryptable: the ring has no such key, the context differs, or the token was changed.
    """
    match = _CIPHERTEXT.fullmatch(token)
    if match is None:
        raise Undecryptable(f"what stands in {context} is no ciphertext")
    key = ring().find(purpose, match[1])
    if key is None:
        raise Undecryptable(f"the key {match[1]} of {context} is not in the ring")
    return _open(key.secret, match[2], context).decode()


def is_encrypted(text: str, *, purpose: Purpose = Purpose.FIELD) -> bool:
    """Whether a text has the form of a ciphertext written by a key of this ring."""
    match = _CIPHERTEXT.fullmatch(text)
    return match is not None and ring().find(purpose, match[1]) is not None


def blind_index(value: str, *, context: str) -> str:
    """A keyed digest that finds equal values without showing them; "" stays "".

    The caller brings the value into one form first (digits only, upper case). Written with the
    newest index key: look up with `blind_indexes`, which also finds rows older than a rotation.
    """
    return _index(ring().newest(Purpose.INDEX), value, context) if value else ""


def blind_indexes(value: str, *, context: str) -> list[str]:
    """The digests of a value under every index key, newest first: `phone_index__in=…`."""
    return [_index(key, value, context) for key in ring().keys(Purpose.INDEX)] if value else []


def key_new() -> bytes:
    """A fresh 256-bit key, such as one person's own."""
    return secrets.token_bytes(32)


def key_wrap(key: bytes, *, context: str) -> str:
    """Encrypt one person's key with the ring's audit key; when it is destroyed the name is gone."""
    wrapping = ring().newest(Purpose.AUDIT)
    return f"{wrapping.id}.{_seal(wrapping.secret, key, context)}"


def key_unwrap(token: str, *, context: str) -> bytes:
    """The key that `key_wrap` was given.

    Raises:
        Undecryptable: as for `decrypt`.
    """
    match = _CIPHERTEXT.fullmatch(token)
    wrapping = ring().find(Purpose.AUDIT, match[1]) if match else None
    if match is None or wrapping is None:
        raise Undecryptable(f"no key of the ring opens the wrapped key of {context}")
    return _open(wrapping.secret, match[2], context)


def encrypt_with(key: bytes, value: str, *, context: str) -> str:
    """Encrypt a text with a given key (one person's), bound to `context`; it names no key."""
    return _seal(key, value.encode(), context)


def decrypt_with(key: bytes, token: str, *, context: str) -> str:
    """The text that `encrypt_with` was given.

    Raises:
        Undecryptable: another key, another context, or a changed token.
    """
    return _open(key, token, context).decode()


def _seal(secret: bytes, value: bytes, context: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + _cipher(secret).encrypt(nonce, value, context.encode())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _open(secret: bytes, body: str, context: str) -> bytes:
    try:
        sealed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return _cipher(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Undecryptable(
            f"what stands in {context} was not written there or was changed"
        ) from error


@lru_cache(maxsize=64)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(secret)


def _index(key: Key, value: str, context: str) -> str:
    digest = hmac.digest(key.secret, context.encode() + b"\0" + value.encode(), hashlib.sha256)
    return f"{key.id}.{base64.urlsafe_b64encode(digest[:INDEX_BYTES]).decode()}"


def _ring_path() -> Path:
    from django.conf import settings

    named = getattr(settings, "LINLI_KEYS_FILE", None) if settings.configured else None
    named = named or os.environ.get("LINLI_KEYS_FILE")
    if not named:
        raise KeyRingError("LINLI_KEYS_FILE names no key ring; make one with `./linli keys new`")
    return Path(named)
