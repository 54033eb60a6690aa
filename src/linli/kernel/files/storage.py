# SPDX-License-Identifier: MulanPSL-2.0
"""Where the bytes lie: `LINLI_DATA/files/ab/abcd….jpg`, readable by the platform only; those of
exports in `LINLI_DATA/exports/`.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

TEMPORARY = ".part"
JPEG = "image/jpeg"
PDF = "application/pdf"
ENDINGS = {JPEG: "jpg", PDF: "pdf"}


def folder() -> Path:
    """The folder of all kept files."""
    return Path(settings.LINLI_DATA) / "files"


def path_of(key: str, ending: str) -> Path:
    """Where the file of that key lies; `ending` as in "jpg" or "480.jpg"."""
    return folder() / key[:2] / f"{key}.{ending}"


def exports_folder() -> Path:
    """The folder of exports, beside the kept files: they go within days, and no backup shall bring
    them back.
    """
    return Path(settings.LINLI_DATA) / "exports"


def export_path(key: str, ending: str) -> Path:
    """Where the file of an export lies."""
    return exports_folder() / f"{key}.{ending}"


@contextmanager
def writing(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """Write a file whole or not at all: to a temporary name, down to the disk, then renamed.

    Without `sync` the caller sees to it that all it wrote gets down to the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}{TEMPORARY}")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def put(path: Path, data: bytes, *, sync: bool = True) -> None:
    """The same for what is in memory already."""
    with writing(path, sync=sync) as file:
        file.write(data)


def kept() -> Iterator[Path]:
    """Every file that is kept, none that is half written."""
    for path in folder().glob("??/*"):
        if not path.name.startswith(".") and path.is_file():
            yield path


def older_than(seconds: float) -> Iterator[Path]:
    """Kept and half-written files that have not been touched for so long."""
    limit = time.time() - seconds
    for path in folder().glob("??/*"):
        if path.is_file() and path.stat().st_mtime < limit:
            yield path


def exports_older_than(seconds: float) -> Iterator[Path]:
    """Files of exports, half-written ones too, that have not been touched for so long."""
    limit = time.time() - seconds
    for path in exports_folder().glob("*"):
        if path.stat().st_mtime < limit:
            yield path
