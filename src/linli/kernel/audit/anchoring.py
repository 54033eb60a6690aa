# SPDX-License-Identifier: MulanPSL-2.0
"""Notes that tell outside how the record stood: the newest link of its chain, signed."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linli.base import clock, crypto
from linli.base.errors import Invalid
from linli.base.keyring import Key, Purpose
from linli.kernel.audit.models import Anchor, Seal

KIND = "linli.audit.anchor.1"


@dataclass(frozen=True, slots=True)
class Note:
    """How the record stood: the link of its chain, how far it goes, when it was sealed.

    `key` names the key of the ring, `public` is the other half of what signed it, `signature`
    covers all the rest; both in hexadecimal.
    """

    number: int
    last_seq: int
    chain: str
    sealed_at: str
    key: str
    public: str
    signature: str = ""

    def signed_text(self) -> bytes:
        """What the signature covers."""
        told = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps({"kind": KIND, **told}, sort_keys=True, separators=(",", ":")).encode()

    def to_json(self) -> str:
        """The note as a file holds it."""
        return json.dumps({"kind": KIND, **asdict(self)}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """A note from its file.

        Raises Invalid for what is no note, or was not signed with a key of this installation.
        """
        try:
            given: dict[str, Any] = json.loads(text)
            kind = given.pop("kind")
            note = cls(**given)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Invalid("this is no anchor of a record", code="anchor_unreadable") from error
        if kind != KIND:
            raise Invalid("this is no anchor of a record", code="anchor_unreadable")
        if not is_ours(note.key, note.public) or not fits(note):
            raise Invalid("this anchor was not signed by this installation", code="anchor_not_ours")
        return note


class Signs(Protocol):
    """Something that can be signed: a dataclass with a `signature` and the key that made it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def public(self) -> str:
        """The public half of the key, in hexadecimal."""

    @property
    def signature(self) -> str:
        """In hexadecimal."""

    def signed_text(self) -> bytes:
        """What the signature covers."""


Signed = TypeVar("Signed", bound=Signs)


def note_of(seal: Seal) -> Note:
    """The signed note of a seal."""
    return signed(
        lambda key, public: Note(
            number=seal.number,
            last_seq=seal.last_seq,
            chain=seal.chain,
            sealed_at=seal.sealed_at.isoformat(),
            key=key,
            public=public,
        )
    )


def note_write(note: Note, file: Path) -> None:
    """Write a note, whole or not at all. Raises OSError."""
    written(note.to_json(), file)


def written(text: str, file: Path) -> None:
    """Write a text for outside, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.write_text(text, "utf-8")
    draft.replace(file)


def anchor_keep(note: Note, *, to: str, error: str = "") -> Anchor:
    """Keep that a note was sent to a place, and how that went."""
    return Anchor.objects.create(
        seal_number=note.number,
        sent_at=clock.now(),
        to=to[:200],
        signature=note.signature,
        error=error[:200],
    )


def anchor_newest() -> Anchor | None:
    """The newest time that a note arrived outside."""
    return Anchor.objects.filter(error="").order_by("-pk").first()


def signed(made: Callable[[str, str], Signed]) -> Signed:
    """What `made` makes of a key's name and its public half, with the signature of that key."""
    key = crypto.ring().newest(Purpose.AUDIT)
    plain = made(key.id, public_of(key))
    signature = _signer(key).sign(plain.signed_text()).hex()
    return replace(plain, signature=signature)


def public_of(key: Key) -> str:
    """The public half of what signs notes with a key of the ring, in hexadecimal."""
    return _public(_signer(key))


def is_ours(key_id: str, public: str) -> bool:
    """Whether a public half belongs to a key of this installation, be it one that was retired."""
    ring = crypto.ring()
    key = ring.find(Purpose.AUDIT, key_id)
    return bool(public) and public == (public_of(key) if key else ring.retired.get(key_id))


def _signer(key: Key) -> Ed25519PrivateKey:
    made = HKDF(hashes.SHA256(), 32, salt=None, info=KIND.encode()).derive(key.secret)
    return Ed25519PrivateKey.from_private_bytes(made)


def _public(signer: Ed25519PrivateKey) -> str:
    return signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def fits(told: Signs) -> bool:
    """Whether something bears the signature of the key that it names."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told.public))
        public.verify(bytes.fromhex(told.signature), told.signed_text())
    except (ValueError, InvalidSignature):
        return False
    return True
