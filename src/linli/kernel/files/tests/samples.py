# SPDX-License-Identifier: MulanPSL-2.0
"""Uploads as cameras, scanners and mischief-makers send them."""

import io
import struct
import zlib

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
ZIP = b"PK\x03\x04" + b"\0" * 40
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
SECRET = "SHI-LIU-LU-99"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    """A picture: red on its left half, blue on its right."""
    image = Image.new(mode, size)
    left = Image.new("RGB", (size[0] // 2, size[1]), (220, 0, 0)).convert(mode)
    right = Image.new("RGB", (size[0] - size[0] // 2, size[1]), (0, 0, 220)).convert(mode)
    image.paste(left, (0, 0))
    image.paste(right, (size[0] // 2, 0))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo_with_place(orientation: int = 1) -> bytes:
    """A photo whose EXIF tells where and by whom it was taken, and which way is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 12.0)
    return picture(exif=exif.tobytes(), comment=SECRET.encode())


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that claims 900 million pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def chunk(name: bytes, body: bytes) -> bytes:
    """A piece of a PNG."""
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
