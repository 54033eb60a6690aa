# SPDX-License-Identifier: MulanPSL-2.0
"""The key ring: a small JSON file with the keys of one installation, one list a purpose.

It must be a plain file that only its owner can read (mode 0600 or 0400). Whoever has it can read
every personal value in a stolen database; whoever loses it has lost those values. It belongs into
no backup of the database.
"""

import base64
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from linli.base import clock

KEY_BYTES = 32
VERSION = 1


class KeyRingError(Exception):
    """The ring cannot be used; the message says why and names no key."""


class Purpose(StrEnum):
    """What a key is for; no key serves two purposes."""

    FIELD = "field"
    INDEX = "index"
    SESSION = "session"
    WEBHOOK = "webhook"
    AUDIT = "audit"
    BACKUP = "backup"


MAY_LACK = {Purpose.BACKUP}
"""Purposes that rings made before them do not know; whoever needs their keys makes do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `id` stands in what it encrypts; a `demo` key is refused in production."""

    id: str
    secret: bytes
    created_at: datetime
    demo: bool

    def __repr__(self) -> str:
        """Never shows the secret, so that no log or error page can."""
        return f"Key({self.id})"

    @classmethod
    def new(cls, *, demo: bool) -> Self:
        """A fresh random key."""
        name = f"k{secrets.token_hex(3)}"
        return cls(name, secrets.token_bytes(KEY_BYTES), clock.now(), demo)

    def to_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "id": self.id,
            "key": base64.b64encode(self.secret).decode(),
            "created_at": self.created_at.isoformat(),
            "demo": self.demo,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: not a key of 256 bits.
        """
        secret = base64.b64decode(data["key"], validate=True)
        if len(secret) != KEY_BYTES or not isinstance(data["id"], str):
            raise ValueError("not a key of 256 bits")
        return cls(
            data["id"], secret, datetime.fromisoformat(data["created_at"]), bool(data["demo"])
        )


@dataclass(frozen=True)
class KeyRing:
    """All keys of an installation, newest first in each purpose.

    `retired` are keys that are gone, with what others may know of them: the public half, by which
    notes that they signed are still told from forged ones.
    """

    purposes: Mapping[Purpose, tuple[Key, ...]]
    retired: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read a ring from its file.

        Raises:
            KeyRingError: missing, readable by others, or broken.
        """
        path = Path(path)
        _ensure_private(path)
        try:
            data = json.loads(path.read_bytes())
            purposes = {
                purpose: tuple(
                    sorted(
                        map(Key.from_json, _listed(data, purpose)),
                        key=lambda key: key.created_at,
                        reverse=True,
                    )
                )
                for purpose in Purpose
            }
            retired = {str(key): str(public) for key, public in data.get("retired", {}).items()}
        except (OSError, LookupError, TypeError, AttributeError, ValueError) as error:
            raise KeyRingError(f"the key ring {path} is broken or not a key ring") from error
        ids = [key.id for keys in purposes.values() for key in keys]
        wanted = (keys for purpose, keys in purposes.items() if purpose not in MAY_LACK)
        if not all(wanted) or len(set(ids)) != len(ids):
            raise KeyRingError(f"the key ring {path} lacks a purpose or names two keys alike")
        return cls(purposes, retired)

    def keys(self, purpose: Purpose) -> tuple[Key, ...]:
        """All keys of a purpose, newest first."""
        return self.purposes[purpose]

    def newest(self, purpose: Purpose) -> Key:
        """The key that writes."""
        return self.purposes[purpose][0]

    def find(self, purpose: Purpose, key_id: str) -> Key | None:
        """The key of that id, if the ring holds it."""
        return next((key for key in self.purposes[purpose] if key.id == key_id), None)

    def purpose_of(self, key_id: str) -> Purpose | None:
        """What a key is for; None where the ring does not hold it."""
        return next((each for each in Purpose if self.find(each, key_id) is not None), None)

    def older(self, purpose: Purpose) -> tuple[str, ...]:
        """The ids of the keys that read but do not write any more."""
        return tuple(key.id for key in self.purposes[purpose][1:])

    def session_secret(self) -> str:
        """Django's SECRET_KEY: the newest session key as text."""
        return _text(self.newest(Purpose.SESSION))

    def session_fallbacks(self) -> list[str]:
        """Django's SECRET_KEY_FALLBACKS: the older session keys; a rotation logs nobody out."""
        return [_text(key) for key in self.keys(Purpose.SESSION)[1:]]

    @property
    def is_demo(self) -> bool:
        """Whether any key was made for a demo; production refuses such a ring."""
        return any(key.demo for keys in self.purposes.values() for key in keys)

    def to_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        lists = {
            purpose.value: [key.to_json() for key in keys]
            for purpose, keys in self.purposes.items()
        }
        return {"version": VERSION, **lists, "retired": dict(self.retired)}


_cache: dict[Path, tuple[tuple[int, int, int], KeyRing]] = {}


def ring_at(path: Path) -> KeyRing:
    """The ring in a file, kept until the file changes; its mode is looked at each time.

    Raises:
        KeyRingError: as for `KeyRing.read`.
    """
    stamp = _ensure_private(path)
    kept = _cache.get(path)
    if kept is None or kept[0] != stamp:
        kept = _cache[path] = (stamp, KeyRing.read(path))
    return kept[1]


def ring_new(path: Path | str, *, demo: bool = False) -> KeyRing:
    """Make a ring with one key a purpose. It is never put over a file that is there.

    Raises:
        KeyRingError: the file exists, or its folder cannot be written.
    """
    path = Path(path)
    fresh = KeyRing({purpose: (Key.new(demo=demo),) for purpose in Purpose})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = _written_beside(path, fresh)
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    except FileExistsError as error:
        raise KeyRingError(f"{path} is already there; a key ring is never overwritten") from error
    except OSError as error:
        raise KeyRingError(f"{path} cannot be written: {error.strerror}") from error
    return fresh


def ring_add(path: Path | str, purpose: Purpose, *, demo: bool = False) -> KeyRing:
    """Rotate: a new key that writes from now on; the older ones go on reading.

    Raises:
        KeyRingError: the ring cannot be read or written.
    """
    with _held(path) as old:
        keys = (_newer(Key.new(demo=demo), old.keys(purpose)), *old.keys(purpose))
        return _put(path, replace(old, purposes={**old.purposes, purpose: keys}))


def ring_remove(path: Path | str, key_id: str, *, public: str = "") -> KeyRing:
    """Take a key that no longer writes out of the ring, and keep what others may know of it.

    Raises:
        KeyRingError: the ring cannot be read or written, or the key writes or is not in it.
    """
    with _held(path) as old:
        purpose = old.purpose_of(key_id)
        if purpose is None or key_id not in old.older(purpose):
            raise KeyRingError(f"{key_id} is no older key of {path}")
        keys = tuple(key for key in old.keys(purpose) if key.id != key_id)
        retired = {**old.retired, key_id: public}
        return _put(path, KeyRing({**old.purposes, purpose: keys}, retired))


def ring_check(path: Path | str) -> list[str]:
    """What is wrong with a ring, as sentences; empty when it is in order."""
    try:
        KeyRing.read(path)
    except KeyRingError as error:
        return [str(error)]
    return []


def ring_is_demo(path: Path | str) -> bool:
    """Whether a ring holds keys of a demo.

    Raises:
        KeyRingError: the ring cannot be read.
    """
    return KeyRing.read(path).is_demo


@contextmanager
def _held(path: Path | str) -> Iterator[KeyRing]:
    """The ring while nobody else changes it: a key that another just added must not be lost."""
    folder = os.open(Path(path).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield KeyRing.read(path)
        os.fsync(folder)
    except OSError as error:
        raise KeyRingError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        os.close(folder)


def _put(path: Path | str, ring: KeyRing) -> KeyRing:
    """Write a ring over the old one, whose owner it keeps: root may rotate for the service."""
    owner = Path(path).stat()
    draft = _written_beside(Path(path), ring)
    if os.geteuid() == 0:
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(path)
    return ring


def _newer(key: Key, than: tuple[Key, ...]) -> Key:
    """The key, made later than others even if the clock was set back: the newest one writes."""
    later = [each.created_at + timedelta(microseconds=1) for each in than]
    return replace(key, created_at=max([key.created_at, *later]))


def _listed(data: Mapping[str, Any], purpose: Purpose) -> list[Any]:
    found: list[Any] = data.get(purpose, []) if purpose in MAY_LACK else data[purpose]
    return found


def _text(key: Key) -> str:
    return base64.urlsafe_b64encode(key.secret).decode()


def _ensure_private(path: Path) -> tuple[int, int, int]:
    """Refuse a ring that others can read; returns a stamp that changes with the file."""
    try:
        found = path.stat()
    except OSError as error:
        raise KeyRingError(
            f"there is no key ring at {path}; make one with `./linli keys new`"
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise KeyRingError(f"{path} is not a plain file")
    if stat.S_IMODE(found.st_mode) & ~0o600:
        raise KeyRingError(f"{path} is open to others; say `chmod 600` on it, or it is not used")
    if os.geteuid() not in (0, found.st_uid) and found.st_uid != 0:
        raise KeyRingError(f"{path} belongs to another user of this machine")
    return found.st_mtime_ns, found.st_ino, found.st_size


def _written_beside(path: Path, ring: KeyRing) -> Path:
    """Write a ring to a private file in the same folder, down to the disk."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(ring.to_json(), file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    return draft
