# SPDX-License-Identifier: MulanPSL-2.0
"""What an upload is, told from its content alone. Pure."""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from django.utils.translation import gettext_lazy as _

from linli.base.errors import Invalid, Message

LARGEST = 10 * 1024 * 1024
"""Bytes an upload may have."""
MOST_PIXELS = 40_000_000
MOST_SCANS = 100
"""A camera writes a JPEG in ten scans at most; each makes a decoder go over the whole picture."""
LONGEST_SIDE = 2560
"""Pixels of the longer side of a kept picture: enough to read a notice on a wall."""
THUMBNAIL_SIDE = 480
KEY = re.compile(r"[0-9a-f]{32}")

_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""In the middle of a scan: what is no part of it."""
_SCAN, _END, _ALONE = 0xDA, 0xD9, range(0xD0, 0xD9)

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


class Sort(StrEnum):
    """What an upload is."""

    PICTURE = "picture"
    PAPER = "paper"


def sort_of(head: bytes) -> Sort:
    """Whether these first bytes begin a picture or a PDF.

    Raises Invalid for all else, saying how to mend it.
    """
    if head[:3] == b"\xff\xd8\xff" or head[:8] == b"\x89PNG\r\n\x1a\n":
        return Sort.PICTURE
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sort.PICTURE
    if head[:5] == b"%PDF-":
        return Sort.PAPER
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        message = _(
            "This photo is in the HEIC format, which cannot be read here. Take it again through "
            'this page, or choose "Most Compatible" in the camera settings.'
        )
        raise refusal(message, "file_heic")
    message = _("Only photos (JPEG, PNG, WebP) and PDF papers can be kept.")
    raise refusal(message, "file_type")


def ensure_size(size: int) -> None:
    """Raises Invalid for an empty upload and for one of more than 10 MB."""
    if size == 0:
        raise refusal(_("This file is empty. Choose it again."), "file_empty")
    if size > LARGEST:
        message = _("This file is larger than 10 MB. Send a smaller photo.")
        raise refusal(message, "file_large")


def ensure_pixels(width: int, height: int) -> None:
    """Raises Invalid for a picture of more than 40 million pixels, however small its file is."""
    if width * height > MOST_PIXELS:
        message = _("This picture has more than 40 million pixels. Send a smaller one.")
        raise refusal(message, "file_pixels")


def ensure_canvas(data: bytes) -> None:
    """The same for a WebP, before a decoder makes room for what it claims."""
    if data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        ensure_pixels(width, height)


def ensure_scans(data: bytes) -> None:
    """Raises Invalid for a JPEG of more than 100 scans, which keeps a decoder busy for hours."""
    if len(list(islice(_scans(data), MOST_SCANS + 1))) > MOST_SCANS:
        raise refusal(_("This photo is damaged and cannot be read. Take it again."), "file_scans")


def _scans(data: bytes) -> Iterator[int]:
    """Where the scans of a JPEG begin, up to its end; what stands in its other parts is skipped."""
    at = 2 if data[:2] == b"\xff\xd8" else len(data)
    while found := _MARKER.search(data, at):
        mark, at = found[1][0], found.end()
        if mark == _END:
            return
        if mark == _SCAN:
            yield at
        if mark not in _ALONE:
            at += int.from_bytes(data[at : at + 2], "big")


def refusal(message: Message, code: str) -> Invalid:
    """A refusal of an upload, shown at the field `upload`."""
    return Invalid(message, code=code, fields={"upload": message})
