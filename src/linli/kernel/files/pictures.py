# SPDX-License-Identifier: MulanPSL-2.0
"""Making a clean JPEG of whatever a camera sent: upright, of bounded size, with nothing but the
picture.
"""

import io
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageOps

from linli.base.errors import Invalid
from linli.kernel.files import rules

QUALITY = 85
COVER = (32, 36, 34)
"""What a covered box is filled with: green-black ink."""

_FORMATS = ("JPEG", "PNG", "WEBP")

# A picture of 40 million pixels takes some 160 MB while it is open; two at once a process are
# enough.
_at_once = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Picture:
    """A JPEG and its measures in pixels."""

    data: bytes
    width: int
    height: int


def picture_clean(data: bytes) -> tuple[Picture, Picture]:
    """The picture and its thumbnail, encoded anew: no EXIF, no place, no hidden parts.

    Raises Invalid for what cannot be read as a picture and for more than 40 million pixels.
    """
    with _at_once, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oddities of a camera; what is unsafe is refused below
        try:
            return _cleaned(data)
        except Invalid:
            raise
        except Exception as error:  # a decoder may stumble over damage in many ways
            message = _("This photo is damaged and cannot be read. Take it again.")
            raise rules.refusal(message, "file_broken") from error


@dataclass(frozen=True)
class Box:
    """A rectangle of a picture in thousandths of its width and height, from the upper left."""

    x: int
    y: int
    width: int
    height: int


def picture_covered(data: bytes, boxes: Sequence[Box]) -> tuple[Picture, Picture]:
    """The picture and its thumbnail with these boxes filled: what lay under them is gone.

    Filled, not blurred: a blur can be reckoned back. The thumbnail is made from the covered one.
    """
    with _at_once, Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        shown = opened.convert("RGB")
        draw = ImageDraw.Draw(shown)
        for box in boxes:
            draw.rectangle(_pixels(box, *shown.size), fill=COVER)
        small = shown.copy()
        small.thumbnail((rules.THUMBNAIL_SIDE, rules.THUMBNAIL_SIDE))
        return _encoded(shown), _encoded(small)


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """The box in pixels, rounded outward, so that nothing of it shows at the edges."""
    left, top = box.x * width // 1000, box.y * height // 1000
    right = -(-(box.x + box.width) * width // 1000)
    bottom = -(-(box.y + box.height) * height // 1000)
    return left, top, min(right, width), min(bottom, height)


def _cleaned(data: bytes) -> tuple[Picture, Picture]:
    rules.ensure_canvas(data)
    rules.ensure_scans(data)
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        rules.ensure_pixels(*opened.size)
        # A JPEG can be decoded at half or a quarter of its size straight away.
        opened.draft("RGB", (rules.LONGEST_SIDE, rules.LONGEST_SIDE))
        upright = ImageOps.exif_transpose(_flat(opened))
        upright.thumbnail((rules.LONGEST_SIDE, rules.LONGEST_SIDE))
        small = upright.copy()
        small.thumbnail((rules.THUMBNAIL_SIDE, rules.THUMBNAIL_SIDE))
        return _encoded(upright), _encoded(small)


def _flat(opened: Image.Image) -> Image.Image:
    """RGB, what is transparent on white; keeps the orientation tag for the next step."""
    orientation = opened.getexif()
    if opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info:
        seen = opened.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
    else:
        flat = opened.convert("RGB")
    flat.info["exif"] = orientation.tobytes()
    return flat


def _encoded(image: Image.Image) -> Picture:
    out = io.BytesIO()
    # A fresh image carries the pixels and nothing else (no comment, no profile, no tags).
    plain = Image.new("RGB", image.size)
    plain.paste(image)
    plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(out.getvalue(), *image.size)
