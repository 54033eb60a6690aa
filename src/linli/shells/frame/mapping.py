# SPDX-License-Identifier: MulanPSL-2.0
"""Places drawn by the server as SVG, each one a link: a map that needs no script. Pure."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
PAD = 14.0
CHARACTER = 14.0
SMALL = 11.0
PHONE = 24.0
"""What a label must measure to be read on a phone, where the whole map is half as wide."""
LINE = 18.0


@dataclass(frozen=True, slots=True)
class Fact:
    """What a place has to say: a figure in words, its step on the ramp (1 to 5), what is late.

    `href` opens the place, `late_href` exactly what is late there.
    """

    text: str = ""
    ramp: int = 0
    late: int = 0
    href: str = ""
    late_href: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A place as drawn."""

    code: str
    name: str
    path: str
    ramp: int
    text: str
    href: str
    x: float
    y: float
    size: str
    is_roomy: bool
    late: int
    late_href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """Everything the template prints; `pin` is the point of a report."""

    width: int
    height: int
    faces: tuple[Face, ...] = ()
    pin: Point | None = None
    edge: str = ""


def map_drawing(
    features: Mapping[str, Any],
    *,
    width: int,
    height: int,
    facts: Mapping[str, Fact] | None = None,
    here: str = "",
    pin: Point | None = None,
) -> MapDrawing:
    """Draw GeoJSON places (properties `code`, `name`, `center`; WGS-84) to fit a box."""
    shapes = [
        (feature["properties"], list(_rings(feature["geometry"])))
        for feature in features.get("features", ())
        if feature.get("geometry")
    ]
    corners = _corners(shapes, here, pin)
    if not corners:
        return MapDrawing(width, height)
    project = _projection(corners, width, height)
    told = facts or {}
    faces = tuple(_face(about, rings, project, told, here) for about, rings in shapes)
    edge = next((face.path for face in faces if face.is_here), "")
    return MapDrawing(width, height, faces, project(pin) if pin else None, edge)


def ramp_of(value: float, steps: Iterable[float]) -> int:
    """The step of a value on a ramp of five whose four limits are given, lowest first."""
    return 1 + sum(value >= limit for limit in steps)


def _corners(
    shapes: list[tuple[Mapping[str, Any], list[list[Point]]]], here: str, pin: Point | None
) -> list[Point]:
    """The points that must be seen: all places, or for a pin the place that it stands in."""
    own = [rings for about, rings in shapes if pin is not None and about.get("code") == here]
    corners = [point for rings in own or [r for _, r in shapes] for ring in rings for point in ring]
    return corners if pin is None else [*corners, pin]


def _face(
    about: Mapping[str, Any],
    rings: list[list[Point]],
    project: "Projection",
    facts: Mapping[str, Fact],
    here: str,
) -> Face:
    drawn = [[project(point) for point in ring] for ring in rings]
    code, name = str(about.get("code", "")), str(about.get("name", ""))
    fact = facts.get(code, Fact())
    x, y = _label_point(about, drawn, project)
    return Face(
        code=code,
        name=name,
        path="".join(_ring_path(ring) for ring in drawn),
        ramp=fact.ramp,
        text=fact.text,
        href=fact.href,
        x=round(x, 1),
        y=round(y, 1),
        size=_label_size(name, drawn, has_text=bool(fact.text)),
        is_roomy=_has_room(name, drawn, PHONE, has_text=bool(fact.text)),
        late=fact.late,
        late_href=fact.late_href,
        is_here=code == here,
    )


class Projection:
    """Degrees to pixels: true near one city, north up, fitted with a margin."""

    def __init__(self, corner: Point, margin: Point, scale: Point) -> None:
        self._corner, self._margin, self._scale = corner, margin, scale

    def __call__(self, point: Point) -> Point:
        """Where a point (longitude, latitude) lies in the box."""
        (west, north), (left, top), (across, down) = self._corner, self._margin, self._scale
        return left + (point[0] - west) * across, top + (north - point[1]) * down


def _projection(corners: list[Point], width: int, height: int) -> Projection:
    west, east = min(p[0] for p in corners), max(p[0] for p in corners)
    south, north = min(p[1] for p in corners), max(p[1] for p in corners)
    squeeze = math.cos(math.radians((south + north) / 2))
    across, down = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((width - 2 * PAD) / across, (height - 2 * PAD) / down)
    left = (width - across * scale) / 2
    top = (height - down * scale) / 2
    return Projection((west, north), (left, top), (scale * squeeze, scale))


def _rings(geometry: Mapping[str, Any]) -> Iterator[list[Point]]:
    polygons = geometry["coordinates"]
    for polygon in polygons if geometry["type"] == "MultiPolygon" else [polygons]:
        for ring in polygon:
            yield [(point[0], point[1]) for point in ring]


def _ring_path(ring: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z"


def _label_point(about: Mapping[str, Any], drawn: list[list[Point]], project: Projection) -> Point:
    center = about.get("center") or (None, None)
    if center[0] is not None and center[1] is not None:
        return project((center[0], center[1]))
    points = [point for ring in drawn for point in ring]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _label_size(name: str, drawn: list[list[Point]], *, has_text: bool) -> str:
    """Large, small, or none where the name would run over its place: hidden, never shrunk."""
    for size, character in (("large", CHARACTER), ("small", SMALL)):
        if _has_room(name, drawn, character, has_text=has_text):
            return size
    return "none"


def _has_room(name: str, drawn: list[list[Point]], character: float, *, has_text: bool) -> bool:
    """Whether a name, perhaps with a figure below it, fits its place at that size."""
    points = [point for ring in drawn for point in ring]
    if not points:
        return False
    wide = max(p[0] for p in points) - min(p[0] for p in points)
    high = max(p[1] for p in points) - min(p[1] for p in points)
    lines = LINE / CHARACTER * character * (2 if has_text else 1)
    return _wide(name, character) < wide * 0.9 and lines < high * 0.8


def _wide(text: str, character: float) -> float:
    return sum(character if ord(letter) > 0x2E7F else character * 0.56 for letter in text)
