# SPDX-License-Identifier: MulanPSL-2.0
"""Reading which files hang on a thing."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from linli.base.kept import rows_kept
from linli.kernel.files import storage
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
    found: dict[tuple[str, str], list[StoredFile]] = {}
    for row in _files_of(*((kind, tuple(of_kind)) for kind, of_kind in keys.items())):
        found.setdefault((row.owner_kind, row.owner_key), []).append(row)
    return found


def files_lost() -> list[str]:
    """The keys of files whose bytes are not on the disk."""
    rows = StoredFile.objects.values_list("key", "content_type").iterator(chunk_size=2000)
    return [key for key, kind in rows if not storage.path_of(key, storage.ENDINGS[kind]).is_file()]


@rows_kept
def _files_of(*owners: tuple[str, tuple[str, ...]]) -> QuerySet[StoredFile]:
    wanted = (Q(owner_kind=kind, owner_key__in=keys) for kind, keys in owners)
    return StoredFile.objects.filter(reduce(or_, wanted, Q(pk__in=[]))).order_by("pk")
