# SPDX-License-Identifier: MulanPSL-2.0
"""Simple drawn street pictures, so that no real photograph stands in the demo."""

import io
import random

from PIL import Image, ImageDraw

_SIZE = (1280, 960)
_HORIZON = 430
_COLORS = {
    "flooding": "#5f8fa8",
    "garbage": "#7a8450",
    "street_lights": "#e0b040",
    "manholes": "#3d4145",
    "road_damage": "#6d625a",
    "parking": "#a24a3a",
    "greening": "#4d7f56",
    "leaks": "#8fa3ad",
    "fire_hazards": "#c2562d",
}
_OTHER = "#8a7a68"
_WALLS = ("#e7d9c3", "#dfe3dc", "#d7c4b0", "#cfd8d6")


def street_picture(chance: random.Random, class_key: str) -> io.BytesIO:
    """A JPEG of a street with what the class is about in its middle, as an upload."""
    image = Image.new("RGB", _SIZE, "#cfe0e3")
    pen = ImageDraw.Draw(image)
    _houses(pen, chance)
    pen.rectangle((0, _HORIZON, *_SIZE), fill="#a9a59c")
    pen.polygon([(0, 960), (420, _HORIZON), (860, _HORIZON), (1280, 960)], fill="#8d8a84")
    for step in range(4):
        top = 520 + step * 120
        width = 6 + step * 7
        pen.polygon(
            [
                (640 - width, top),
                (640 + width, top),
                (640 + width + 5, top + 60),
                (635 - width, top + 60),
            ],
            fill="#e8e4da",
        )
    _matter(pen, chance, _COLORS.get(class_key, _OTHER))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    out.seek(0)
    return out


def _houses(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    left = -40
    while left < _SIZE[0]:
        width, height = chance.randint(150, 260), chance.randint(180, 360)
        pen.rectangle((left, _HORIZON - height, left + width, _HORIZON), fill=chance.choice(_WALLS))
        for row in range(_HORIZON - height + 30, _HORIZON - 40, 62):
            for column in range(left + 24, left + width - 40, 54):
                pane = "#f0c66a" if chance.random() < 0.15 else "#7f9aa3"
                pen.rectangle((column, row, column + 26, row + 34), fill=pane)
        left += width + chance.randint(6, 28)


def _matter(pen: ImageDraw.ImageDraw, chance: random.Random, color: str) -> None:
    """What the report is about: a patch on the ground with a few pieces around it."""
    x, y = chance.randint(480, 800), chance.randint(660, 780)
    pen.ellipse((x - 170, y - 60, x + 170, y + 60), fill=color, outline="#2c2f31", width=4)
    pen.ellipse((x - 90, y - 30, x + 80, y + 26), fill="#2c2f31")
    for _ in range(9):
        side = chance.randint(12, 44)
        dx, dy = chance.randint(-260, 240), chance.randint(-70, 90)
        pen.rectangle((x + dx, y + dy, x + dx + side, y + dy + side * 2 // 3), fill=color)
