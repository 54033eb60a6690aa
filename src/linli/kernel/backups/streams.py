# SPDX-License-Identifier: MulanPSL-2.0
"""Sealing a stream: nobody can read it, and none of it can be changed, cut, swapped or put in
another order without being noticed.

A sealed file begins with what it is, the id of a key of the ring and 16 random bytes. Its own key
is made of that key, those bytes and the file's name. Then come pieces of 1 MiB under AES-256-GCM;
the nonce is the piece's number and whether it is the last.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from linli.base import crypto
from linli.base.errors import Invalid
from linli.base.keyring import Key, Purpose
from linli.kernel.sockets.spec import Strict

MAGIC = b"LINLI-B1"
ID_BYTES = 7
SALT_BYTES = 16
PIECE = 1 << 20
TAG_BYTES = 16

Count = Callable[[int], None]
"""Told of so many more bytes that went through."""


class Sealed(Strict):
    """A sealed file as it lies on the disk."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        """What would be told of a file with these bytes."""
        return cls(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def key_newest() -> Key:
    """The key that seals; a ring made before there were keys for backups gives its field key."""
    ring = crypto.ring()
    return (ring.keys(Purpose.BACKUP) or ring.keys(Purpose.FIELD))[0]


def key_named(key_id: str) -> Key:
    """The key of that id. Raises Invalid where this installation does not have it."""
    ring = crypto.ring()
    found = ring.find(Purpose.BACKUP, key_id) or ring.find(Purpose.FIELD, key_id)
    if found is None:
        message = _(
            "This backup was made with the key %(key)s, which is not in the key file"
            " (LINLI_KEYS_FILE). Bring the key file of the installation that made it."
        )
        raise Invalid(message % {"key": key_id}, code="backup_key_unknown")
    return found


def key_derived(key: Key, salt: bytes, name: str) -> bytes:
    """The key for one thing of that name."""
    told = f"linli.backup.1 {name}".encode()
    return HKDF(hashes.SHA256(), 32, salt=salt, info=told).derive(key.secret)


def seal(source: IO[bytes], target: Path, *, name: str, key: Key, count: Count) -> Sealed:
    """Write a stream to a new file, sealed under a name. Raises OSError."""
    salt = secrets.token_bytes(SALT_BYTES)
    cipher = AESGCM(key_derived(key, salt, name))
    digest, size = hashlib.sha256(), 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for part in _sealed(source, MAGIC + key.id.encode() + salt, cipher, count):
            file.write(part)
            digest.update(part)
            size += len(part)
    return Sealed(size=size, sha256=digest.hexdigest())


def opened(path: Path, *, name: str, sealed: Sealed) -> Iterator[bytes]:
    """What was sealed under a name, piece by piece.

    Raises Invalid at the first piece that is not as it was written, or in the end, when it is not
    the very file that was told of.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            yield from _opened(file, name, digest.update)
    except (InvalidTag, UnicodeDecodeError, OSError) as error:
        raise changed(name) from error
    if digest.hexdigest() != sealed.sha256:
        raise changed(name)


def changed(name: str) -> Invalid:
    """The refusal of what is not as it was written."""
    message = _("%(name)s of this backup is missing or not as it was written.")
    return Invalid(message % {"name": name}, code="backup_changed")


def _sealed(source: IO[bytes], head: bytes, cipher: AESGCM, count: Count) -> Iterator[bytes]:
    yield head
    for number, piece, is_last in _pieces(source, PIECE):
        yield cipher.encrypt(_nonce(number, is_last), piece, None)
        count(len(piece))


def _opened(file: IO[bytes], name: str, look: Callable[[bytes], None]) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + ID_BYTES + SALT_BYTES)
    look(head)
    if not head.startswith(MAGIC):
        raise InvalidTag
    key_id, salt = head[len(MAGIC) : -SALT_BYTES].decode("ascii"), head[-SALT_BYTES:]
    cipher = AESGCM(key_derived(key_named(key_id), salt, name))
    for number, piece, is_last in _pieces(file, PIECE + TAG_BYTES):
        look(piece)
        yield cipher.decrypt(_nonce(number, is_last), piece, None)


def _pieces(file: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """The pieces of a stream, numbered; one that is empty has one empty piece."""
    number, piece = 0, file.read(size)
    while True:
        after = file.read(size)
        yield number, piece, not after
        if not after:
            return
        number, piece = number + 1, after


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
