# SPDX-License-Identifier: MulanPSL-2.0
"""Places drawn as links."""

import re
from typing import Any

from linli.shells.frame.mapping import Fact, map_drawing, ramp_of


def _place(code: str, name: str, west: float, south: float, size: float = 0.02) -> dict[str, Any]:
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"code": code, "name": name, "center": [None, None]},
    }


def _features(*places: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(places)}


TWO = _features(_place("01", "渡口街道", 118.0, 24.5), _place("02", "望江街道", 118.02, 24.5))


def _numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d", path)]


def test_all_places_lie_inside_the_box() -> None:
    drawing = map_drawing(TWO, width=400, height=300)
    for face in drawing.faces:
        assert all(0 <= number <= 400 for number in _numbers(face.path))


def test_north_is_up_and_east_is_right() -> None:
    north = _features(_place("01", "南", 118.0, 24.5), _place("02", "北", 118.0, 24.52))
    south_face, north_face = map_drawing(north, width=400, height=300).faces
    west_face, east_face = map_drawing(TWO, width=400, height=300).faces
    assert north_face.y < south_face.y
    assert west_face.x < east_face.x


def test_each_place_carries_its_figure_color_and_link() -> None:
    facts = {"02": Fact(text="94.6%", ramp=4, late=2, href="?at=02")}
    first, second = map_drawing(TWO, width=400, height=300, facts=facts, here="01").faces
    assert (second.text, second.ramp, second.late, second.href) == ("94.6%", 4, 2, "?at=02")
    assert (first.ramp, first.href, first.is_here) == (0, "", True)


def test_a_name_too_long_for_its_place_is_left_out_not_shrunk() -> None:
    small = _features(
        _place("01", "很长很长的一个社区名字", 118.0, 24.5, 0.002),
        _place("02", "大", 118.01, 24.5, 0.05),
    )
    tiny, large = map_drawing(small, width=300, height=300).faces
    assert tiny.size == "none"
    assert large.size == "large"


def test_a_multipolygon_is_one_place() -> None:
    ring = [[118.0, 24.5], [118.01, 24.5], [118.01, 24.51], [118.0, 24.5]]
    island = {
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[ring], [[[x + 0.02, y] for x, y in ring]]],
        },
        "properties": {"code": "01", "name": "洲"},
    }
    (face,) = map_drawing(_features(island), width=300, height=300).faces
    assert face.path.count("M") == 2


def test_a_map_of_nothing_is_empty_and_a_pin_alone_has_a_place() -> None:
    assert map_drawing(_features(), width=300, height=200).faces == ()
    assert map_drawing(_features(), width=300, height=200, pin=(118.0, 24.5)).pin is not None


def test_a_pin_brings_the_place_it_stands_in_near() -> None:
    far = map_drawing(TWO, width=400, height=300)
    near = map_drawing(TWO, width=400, height=300, here="01", pin=(118.01, 24.51))
    assert max(_numbers(near.faces[0].path)) > max(_numbers(far.faces[0].path))
    assert near.pin is not None
    assert 0 < near.pin[0] < 400


def test_the_ramp_has_five_steps() -> None:
    steps = (88, 91, 94, 97)
    assert [ramp_of(value, steps) for value in (80, 88, 92.7, 94.6, 98)] == [1, 2, 3, 4, 5]
