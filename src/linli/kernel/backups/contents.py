# SPDX-License-Identifier: MulanPSL-2.0
"""What a backup holds, as its `manifest.json` says: in plain words, without a personal value, and
authenticated, so that nobody can put another backup's parts into it.
"""

import datetime as dt
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from django.utils.translation import gettext as _
from pydantic import ValidationError

from linli.base.errors import Invalid
from linli.kernel.backups.streams import Sealed, changed, key_derived, key_named
from linli.kernel.sockets.spec import Strict

MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files"
LIST = "files.list"
PREFIX = "linli-"


class Contents(Strict):
    """When a backup was taken, of what, and what lies in it.

    `taken_at` is its mark: whatever was acknowledged before is in it. `seal` and `row` say how far
    the record goes. `size` is what the sealed files take together.
    """

    kind: Literal["linli.backup.1"] = "linli.backup.1"
    name: str
    taken_at: dt.datetime
    version: str
    vendor: str
    server: str
    migrations: tuple[str, ...]
    seal: int | None
    row: int | None
    database: Sealed
    listed: Sealed
    files: int
    size: int
    key: str
    salt: str
    mac: str = ""

    def signed(self) -> Self:
        """With the code that shows that it was written here."""
        return self.model_copy(update={"mac": self._mac()})

    def write(self, folder: Path) -> None:
        """Put it into the backup's folder."""
        told = json.dumps(self.model_dump(mode="json"), indent=1)
        (folder / MANIFEST).write_text(f"{told}\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What the backup in a folder holds.

        Raises Invalid where there is none, it was changed, or another key made it.
        """
        try:
            found = cls.model_validate_json((folder / MANIFEST).read_bytes())
        except (OSError, ValidationError) as error:
            message = _("There is no whole backup in %(folder)s.")
            raise Invalid(message % {"folder": folder}, code="backup_unreadable") from error
        if not hmac.compare_digest(found.mac, found._mac()):
            raise changed(MANIFEST)
        return found

    def _mac(self) -> str:
        told = json.dumps(self.model_dump(mode="json", exclude={"mac"}), sort_keys=True)
        try:
            key = key_derived(key_named(self.key), bytes.fromhex(self.salt), MANIFEST)
        except ValueError as error:
            raise changed(MANIFEST) from error
        return hmac.digest(key, told.encode(), "sha256").hex()


Listed = dict[str, Sealed]
"""The sealed files of a backup by name, such as "ab/abcd….jpg"."""


def list_text(listed: Listed) -> str:
    """The list as a file holds it."""
    return "".join(f"{one.sha256} {one.size} {name}\n" for name, one in sorted(listed.items()))


def list_read(text: str) -> Listed:
    """The list from its file."""
    rows = (line.split(" ", 2) for line in text.splitlines())
    return {name: Sealed(size=int(size), sha256=digest) for digest, size, name in rows}


def backups_in(folder: Path) -> Iterator[Path]:
    """The folders of whole backups in a folder, newest first."""
    found = (path for path in folder.glob(f"{PREFIX}*") if (path / MANIFEST).is_file())
    return iter(sorted(found, key=lambda path: path.name, reverse=True))
