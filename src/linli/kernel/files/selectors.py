# SPDX-License-Identifier: MulanPSL-2.0
"""Reading which files hang on a thing."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from linli.kernel.files.models import StoredFile


def files_of(owner_kind: str, owner_key: str) -> list[StoredFile]:
    """The files of one thing, oldest first; for whoever may see the thing."""
    return files_of_many(owner_kind, [owner_key]).get(owner_key, [])


def files_of_many(owner_kind: str, owner_keys: Iterable[str]) -> dict[str, list[StoredFile]]:
    """The files of many things by their key, in one query."""
    found = files_of_owners((owner_kind, key) for key in owner_keys)
    return {key: rows for (_kind, key), rows in found.items()}


def files_of_owners(owners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[StoredFile]]:
    """The files of things of several kinds by kind and key, oldest first; one query."""
    keys: dict[str, list[str]] = {}
    for kind, key in owners:
        keys.setdefault(kind, []).append(key)
    wanted = [Q(owner_kind=kind, owner_key__in=of_kind) for kind, of_kind in keys.items()]
    found: dict[tuple[str, str], list[StoredFile]] = {}
    if not wanted:
        return found
    for row in StoredFile.objects.filter(reduce(or_, wanted)).order_by("pk"):
        found.setdefault((row.owner_kind, row.owner_key), []).append(row)
    return found
