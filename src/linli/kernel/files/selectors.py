# SPDX-License-Identifier: MulanPSL-2.0
"""Reading which files hang on a thing."""

from collections.abc import Iterable

from linli.kernel.files.models import StoredFile


def files_of(owner_kind: str, owner_key: str) -> list[StoredFile]:
    """The files of one thing, oldest first; for whoever may see the thing."""
    return files_of_many(owner_kind, [owner_key]).get(owner_key, [])


def files_of_many(owner_kind: str, owner_keys: Iterable[str]) -> dict[str, list[StoredFile]]:
    """The files of many things by their key, in one query."""
    found: dict[str, list[StoredFile]] = {}
    rows = StoredFile.objects.filter(owner_kind=owner_kind, owner_key__in=list(owner_keys))
    for row in rows.order_by("pk"):
        found.setdefault(row.owner_key, []).append(row)
    return found
