# SPDX-License-Identifier: MulanPSL-2.0
"""The list of name keys that were lawfully destroyed, for outside: a backup that is older than a
deletion must have it done again.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from linli.base.errors import Invalid
from linli.kernel.audit.anchoring import fits, is_ours, signed, written
from linli.kernel.audit.models import NameKey

KIND = "linli.audit.forgotten.1"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Every destroyed key by its id with the moment it went, signed; it names nobody."""

    keys: tuple[tuple[str, str], ...]
    key: str
    public: str
    signature: str = ""

    def signed_text(self) -> bytes:
        """What the signature covers."""
        told = {"kind": KIND, **asdict(self), "signature": ""}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    def to_json(self) -> str:
        """The list as a file holds it."""
        return json.dumps({"kind": KIND, **asdict(self)}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """A list from its file.

        Raises Invalid for what is none, or was not signed with a key of this installation.
        """
        wrong = Invalid("this is no list of destroyed keys of ours", code="forgotten_unreadable")
        try:
            given = json.loads(text)
            kind = given.pop("kind")
            keys = tuple((str(key), str(at)) for key, at in given.pop("keys"))
            found = cls(keys=keys, **given)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise wrong from error
        if kind != KIND or not is_ours(found.key, found.public) or not fits(found):
            raise wrong
        return found


def forgotten_now() -> Forgotten:
    """The keys that are destroyed by now."""
    gone = NameKey.objects.filter(destroyed_at__isnull=False).order_by("destroyed_at", "pk")
    rows = gone.values_list("pk", "destroyed_at")
    keys = tuple((pk, at.isoformat()) for pk, at in rows if at is not None)
    return signed(lambda key, public: Forgotten(keys, key, public))


def forgotten_keep(folder: Path) -> None:
    """Put the list into a folder where nothing has to be written over. Raises OSError."""
    found = forgotten_now()
    digest = hashlib.sha256(json.dumps(found.keys).encode()).hexdigest()[:12]
    file = folder / f"linli-forgotten-{len(found.keys):09}-{digest}.json"
    if found.keys and not file.exists():
        written(found.to_json(), file)
