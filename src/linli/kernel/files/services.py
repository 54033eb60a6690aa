# SPDX-License-Identifier: MulanPSL-2.0
"""Keeping an upload, and handing it out again to whoever may see what it hangs on."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Forbidden
from linli.kernel.audit import services as audit
from linli.kernel.files import rules, storage
from linli.kernel.files.models import StoredFile
from linli.kernel.files.papers import ensure_plain
from linli.kernel.files.pictures import Box, Picture, picture_clean, picture_covered
from linli.kernel.files.scanning import ensure_harmless
from linli.kernel.files.storage import ENDINGS, JPEG, PDF
from linli.kernel.files.terms import Variant, Verb
from linli.kernel.sockets import registry

THUMBNAIL_ENDING = "480.jpg"


class Upload(Protocol):
    """What a surface hands over: anything that can be read from, such as Django's uploaded file."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


@dataclass(frozen=True)
class Served:
    """A file on its way out; `is_inline` says whether a browser may show it in the page."""

    path: Path
    content_type: str
    name: str
    is_inline: bool


@transaction.atomic
def file_store(
    *,
    actor: Actor,
    upload: Upload,
    owner_kind: str,
    owner_key: str,
    place_path: str = "",
    once: bool = False,
) -> StoredFile:
    """Keep a photo or PDF that hangs on something; the caller has checked that the actor may.

    The type is told from the content; pictures are encoded anew as JPEG, upright, without EXIF, at
    most 2560 px, with a thumbnail of 480 px; papers are looked over; a virus scanner is asked where
    there is one. With `once` what hangs there already is given instead
    of kept again; the caller holds a lock on what it hangs on. Raises Invalid for what cannot be
    kept, LookupError for a kind of owner that no part guards.
    """
    if registry.file_guard(owner_kind) is None:
        raise LookupError(owner_kind)
    data = upload.read(rules.LARGEST + 1)
    rules.ensure_size(len(data))
    is_picture = rules.sort_of(data[:16]) is rules.Sort.PICTURE
    ensure_harmless(data)
    pictures = picture_clean(data) if is_picture else None
    if not is_picture:
        ensure_plain(data)
    if once:
        kept = _known(owner_kind, owner_key, pictures[0].data if pictures else data)
        if kept is not None:
            return kept
    stored = _picture_put(*pictures) if pictures else _put(data, PDF)
    stored.owner_kind, stored.owner_key, stored.place_path = owner_kind, owner_key, place_path
    stored.uploaded_by_id = actor.account_id
    stored.save(force_insert=True)
    detail = {"type": stored.content_type, "size": stored.size, "key": stored.key}
    audit.record(actor, Verb.FILE_STORED, on=(owner_kind, owner_key), at=place_path, detail=detail)
    return stored


@transaction.atomic
def file_cover(
    *,
    actor: Actor,
    key: str,
    boxes: Sequence[Box],
    owner_kind: str,
    owner_key: str,
) -> StoredFile:
    """Keep a second picture in which these boxes of a kept one are filled; the first stays as it
    is. The caller has checked that the actor may.

    Raises Forbidden for what is no picture, LookupError for a kind of owner that no part guards.
    """
    if registry.file_guard(owner_kind) is None:
        raise LookupError(owner_kind)
    known = StoredFile.objects.filter(key=key, content_type=JPEG).first()
    path = storage.path_of(key, ENDINGS[JPEG]) if known is not None else None
    if known is None or path is None or not path.is_file():
        raise _not_there()
    stored = _picture_put(*picture_covered(path.read_bytes(), boxes))
    stored.owner_kind, stored.owner_key = owner_kind, owner_key
    stored.place_path = known.place_path
    stored.uploaded_by_id = actor.account_id
    stored.save(force_insert=True)
    detail = {"from": key, "key": stored.key, "boxes": len(boxes)}
    on = (owner_kind, owner_key)
    audit.record(actor, Verb.FILE_COVERED, on=on, at=known.place_path, detail=detail)
    return stored


@transaction.atomic
def files_drop(*, actor: Actor, owner_kind: str, owner_key: str) -> int:
    """Drop everything that hangs on a thing; the bytes go with the next clearing away. The caller
    has checked that the actor may. Returns how many there were.
    """
    rows = StoredFile.objects.filter(owner_kind=owner_kind, owner_key=owner_key)
    count, _kinds = rows.delete()
    if count:
        on, detail = (owner_kind, owner_key), {"count": count}
        audit.record(actor, Verb.FILE_DROPPED, on=on, detail=detail)
    return count


@transaction.atomic
def files_hang(
    *, actor: Actor, owner_kind: str, from_key: str, to_key: str, place_path: str = ""
) -> int:
    """Hang what the actor has just kept on something that had no name yet; returns how many."""
    own = StoredFile.objects.filter(
        owner_kind=owner_kind, owner_key=from_key, uploaded_by_id=actor.account_id
    )
    count = own.update(owner_key=to_key, place_path=place_path)
    if count:
        on, detail = (owner_kind, to_key), {"count": count}
        audit.record(actor, Verb.FILE_STORED, on=on, at=place_path, detail=detail)
    return count


def file_read(*, actor: Actor, key: str, variant: str = Variant.FULL) -> Served:
    """A kept file for somebody: asks, each time, the part that owns what it hangs on.

    Raises Forbidden, the same for a file that is not there and for one that the actor may not see.
    """
    known = StoredFile.objects.filter(key=key).first() if rules.KEY.fullmatch(key) else None
    guard = registry.file_guard(known.owner_kind) if known is not None else None
    if known is None or guard is None or not guard(actor, known.owner_key):
        raise _not_there()
    is_picture = known.content_type == JPEG
    small = is_picture and variant == Variant.THUMBNAIL
    ending = THUMBNAIL_ENDING if small else ENDINGS[known.content_type]
    path = storage.path_of(known.key, ending)
    if not path.is_file():
        raise _not_there()
    return Served(path, known.content_type, f"{known.key[:8]}.{ending}", is_inline=is_picture)


def _not_there() -> Forbidden:
    return Forbidden(_("There is no such file."), code="file_unknown")


def _known(owner_kind: str, owner_key: str, data: bytes) -> StoredFile | None:
    """The file with this very content that hangs on a thing already."""
    digest = hashlib.sha256(data).hexdigest()
    rows = StoredFile.objects.filter(owner_kind=owner_kind, owner_key=owner_key, sha256=digest)
    return rows.order_by("pk").first()


def _picture_put(picture: Picture, thumbnail: Picture) -> StoredFile:
    stored = _put(picture.data, JPEG)
    stored.width, stored.height = picture.width, picture.height
    storage.put(storage.path_of(stored.key, THUMBNAIL_ENDING), thumbnail.data)
    return stored


def _put(data: bytes, content_type: str) -> StoredFile:
    """The bytes go to disk before the row is written: a row never points to nothing."""
    key = secrets.token_hex(16)
    storage.put(storage.path_of(key, ENDINGS[content_type]), data)
    return StoredFile(
        key=key,
        sha256=hashlib.sha256(data).hexdigest(),
        content_type=content_type,
        size=len(data),
        created_at=clock.now(),
    )
