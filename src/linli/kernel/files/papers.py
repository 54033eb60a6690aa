# SPDX-License-Identifier: MulanPSL-2.0
"""Looking a PDF over before it is kept: not too many pages, nothing that runs, nothing that unpacks
without end.

A paper is kept as it is and never opened here; what is looked for are the names that its objects
carry, also of those that are packed into object streams.
"""

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from linli.kernel.files import rules

MOST_PAGES = 200
LARGEST_UNPACKED = 50 * 1024 * 1024
"""Bytes that the packed objects of one paper may have."""

_STREAM = re.compile(rb">>\s{0,4}stream\r?\n")
_END = b"endstream"
_PACKED = b"/ObjStm"
_HEAD = 400
"""Bytes before a stream in which its kind is looked for."""
_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![A-Za-z])")
_RUNS = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA)(?![A-Za-z])"
)
_LOCKED = re.compile(rb"/Encrypt\s{0,9}(?:\d|<<)")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_ARCHIVE_END = b"PK\x05\x06"
_TAIL = 66 * 1024
"""An archive ends within so many bytes, or no program takes the file for one."""


def ensure_plain(data: bytes) -> None:
    """Raises Invalid for a PDF that is an archive as well, is locked, runs programs, carries files,
    has too many pages, or unpacks to too much.
    """
    if _ARCHIVE_END in data[-_TAIL:]:
        message = _("This file is a PDF and an archive at once. Send the PDF alone.")
        raise rules.refusal(message, "file_two_sorts")
    if _LOCKED.search(data):
        message = _(
            "This PDF is locked and cannot be checked. Print it to a new PDF and send that."
        )
        raise rules.refusal(message, "file_locked")
    pages = 0
    for part in _objects(data):
        named = _HEX.sub(lambda found: bytes([int(found[1], 16)]), part)
        if _RUNS.search(named):
            message = _(
                "This PDF holds programs or other files. Print it to a new PDF and send that."
            )
            raise rules.refusal(message, "file_runs")
        pages += len(_PAGE.findall(named))
    if pages > MOST_PAGES:
        message = _("This PDF has more than %(most)d pages. Send only those that matter.")
        raise rules.refusal(message % {"most": MOST_PAGES}, "file_pages")


def _objects(data: bytes) -> Iterator[bytes]:
    """The objects of a paper: what is packed in object streams, then all that lies in no stream."""
    plain, at, left = [], 0, LARGEST_UNPACKED
    while (found := _STREAM.search(data, at)) is not None:
        end = data.find(_END, found.end())
        end = len(data) if end < 0 else end
        if _PACKED in data[max(at, found.start() - _HEAD) : found.start()]:
            yield (objects := _unpacked(data[found.end() : end], left))
            left -= len(objects)
        plain.append(data[at : found.end()])
        at = end
    yield b"".join([*plain, data[at:]])


def _unpacked(packed: bytes, limit: int) -> bytes:
    """An object stream unpacked. Raises Invalid where it is larger than a limit."""
    try:
        objects = zlib.decompressobj().decompress(packed, limit + 1)
    except zlib.error:
        return b""  # packed in another way, or damaged
    if len(objects) > limit:
        message = _("This PDF unpacks to more than 50 MB. Print it to a new PDF and send that.")
        raise rules.refusal(message, "file_unpacks")
    return objects
